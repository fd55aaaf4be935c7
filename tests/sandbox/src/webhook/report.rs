use tokio::sync::watch;

/// What became of an event: of [`WebhookDelivery::report`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// The id of the event, which every attempt carries as `webhook-id`.
    pub event_id: String,
    /// The status that each attempt was answered with, in order; `None` for one that got no answer.
    pub statuses: Vec<Option<u16>>,
    /// Whether the last attempt was answered with a 2xx.
    pub delivered: bool,
}

/// An event on its way to the webhook: of [`Sandbox::send_webhook`](crate::Sandbox::send_webhook).
///
/// It travels in the background; dropping this does not stop it.
#[derive(Debug)]
pub struct WebhookDelivery(watch::Receiver<DeliveryReport>);

impl WebhookDelivery {
    /// The delivery of an event, and where its attempts are to be noted; it ends when that is
    /// dropped.
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

    /// Waits until no further attempt is made, and says what became of those that were.
    ///
    /// An event that was dropped, for too many were under way or the sandbox was dropped, counts
    /// as not delivered.
    pub async fn report(mut self) -> DeliveryReport {
        while self.0.changed().await.is_ok() {}
        self.0.borrow().clone()
    }
}
