mod delivery;
mod endpoint;
mod event;
mod report;
mod signature;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) use delivery::{Observer, Wait};
pub(crate) use endpoint::Endpoint;
pub use event::contact_card_received;
pub(crate) use event::{Event, rfc3339};
pub use report::{DeliveryReport, WebhookDelivery};

use delivery::deliver;
use endpoint::Message;

/// A webhook secret for use by hand, which signs nothing of worth.
pub const DEFAULT_WEBHOOK_SECRET: &str = "whsec_bGlucS1zYW5kYm94LXdlYmhvb2sta2V5";

/// How many events can be on their way to the webhook at once, waits between attempts included.
pub const MAX_DELIVERIES: usize = 1_000;

/// Sends events in the background, until it is dropped.
pub(crate) struct Webhook {
    endpoint: Arc<Endpoint>,
    wait: Wait,
    observer: Observer,
    runtime: Handle,
    under_way: Mutex<JoinSet<()>>,
}

impl Webhook {
    pub(crate) fn new(endpoint: Endpoint, wait: Wait, observer: Observer, runtime: Handle) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            wait,
            observer,
            runtime,
            under_way: Mutex::default(),
        }
    }

    /// Sends `event`, unless [`MAX_DELIVERIES`] others are under way; never blocks.
    pub(crate) fn send(&self, event: Event) -> WebhookDelivery {
        let event_id = Uuid::new_v4().to_string();
        let body = event.envelope(&event_id).to_string().into();
        let (report, delivery) = WebhookDelivery::new(event_id.clone());
        let message = Message {
            id: event_id,
            event_type: event.event_type,
            body,
        };
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while under_way.try_join_next().is_some() {}
        if under_way.len() < MAX_DELIVERIES {
            let task = deliver(
                self.endpoint.clone(),
                message,
                self.wait.clone(),
                self.observer.clone(),
                report,
            );
            under_way.spawn_on(task, &self.runtime);
        }
        delivery
    }

    /// Stops the deliveries under way.
    pub(crate) fn stop(&self) {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .abort_all();
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook")
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use futures_util::FutureExt;

    use super::*;
    use crate::Card;
    use crate::clock::Clock;
    use crate::trace_id::TraceId;

    #[tokio::test]
    async fn an_event_beyond_the_bound_is_dropped() {
        let secrets = [DEFAULT_WEBHOOK_SECRET.into()];
        let clock = Clock::new(SystemTime::now);
        let endpoint = Endpoint::new("http://127.0.0.1:1", &secrets, clock).unwrap();
        let webhook = Webhook::new(
            endpoint,
            Wait::default(),
            Observer::default(),
            Handle::current(),
        );
        let send = || {
            let event = Event::created(&Card::example(), TraceId::fresh(), SystemTime::now());
            webhook.send(event).report().now_or_never()
        };
        for number in 0..1_000 {
            assert_eq!(send(), None, "{number}");
        }
        let dropped = send().unwrap();
        assert!(!dropped.delivered);
        assert!(dropped.statuses.is_empty());
    }
}
