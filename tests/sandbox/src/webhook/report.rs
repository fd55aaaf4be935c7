//! How the delivery of an event went.

use tokio::sync::watch;

/// How the delivery of an event went; [`WebhookDelivery::report`] returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// The id of the event, which every attempt carries as `webhook-id`.
    pub event_id: String,
    /// The status of the response to each attempt, in order; `None` if there was no response.
    pub statuses: Vec<Option<u16>>,
    /// Whether the last attempt got a 2xx.
    pub delivered: bool,
}

/// An event on its way to the webhook; [`Sandbox::send_webhook`](crate::Sandbox::send_webhook)
/// returns it.
///
/// It is sent in the background; dropping this value does not stop it.
#[derive(Debug)]
pub struct WebhookDelivery(watch::Receiver<DeliveryReport>);

impl WebhookDelivery {
    /// The delivery of an event, and the sender of its report; it ends when the sender is dropped.
    pub(crate) fn new(event_id: String) -> (watch::Sender<DeliveryReport>, Self) {
        let (report, receiver) = watch::channel(DeliveryReport {
            event_id,
            statuses: Vec::new(),
            delivered: false,
        });
        (report, Self(receiver))
    }

    pub(crate) fn event_id(&self) -> String {
        self.0.borrow().event_id.clone()
    }

    /// Waits until the last attempt has ended, and returns the report.
    ///
    /// An event counts as not delivered if it was dropped, because too many others were being sent
    /// or because the sandbox was dropped.
    pub async fn report(mut self) -> DeliveryReport {
        while self.0.changed().await.is_ok() {}
        self.0.borrow().clone()
    }
}
