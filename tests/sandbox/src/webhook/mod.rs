//! Sends events to a webhook in the background.

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

/// A webhook secret for tests and manual use.
pub const DEFAULT_WEBHOOK_SECRET: &str = "whsec_bGlucS1zYW5kYm94LXdlYmhvb2sta2V5";

/// How many events can be on their way to the webhook at once, including those that wait for another
/// attempt.
pub const MAX_DELIVERIES: usize = 1_000;

/// Sends events in the background, until it is dropped.
pub(crate) struct Webhook {
    endpoint: Arc<Endpoint>,
    wait: Wait,
    observer: Observer,
    runtime: Handle,
    in_progress: Mutex<JoinSet<()>>,
}

impl Webhook {
    pub(crate) fn new(endpoint: Endpoint, wait: Wait, observer: Observer, runtime: Handle) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            wait,
            observer,
            runtime,
            in_progress: Mutex::default(),
        }
    }

    /// Sends `event`, unless [`MAX_DELIVERIES`] others are on their way; never blocks.
    pub(crate) fn send(&self, event: Event) -> WebhookDelivery {
        let event_id = Uuid::new_v4().to_string();
        let body = event.envelope(&event_id).to_string().into();
        let (report, delivery) = WebhookDelivery::new(event_id.clone());
        let message = Message {
            id: event_id,
            event_type: event.event_type,
            body,
        };
        let mut in_progress = self
            .in_progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while in_progress.try_join_next().is_some() {}
        if in_progress.len() < MAX_DELIVERIES {
            let task = deliver(
                self.endpoint.clone(),
                message,
                self.wait.clone(),
                self.observer.clone(),
                report,
            );
            in_progress.spawn_on(task, &self.runtime);
        }
        delivery
    }

    /// Stops all deliveries.
    pub(crate) fn stop(&self) {
        self.in_progress
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
    async fn events_above_the_limit_are_dropped() {
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
