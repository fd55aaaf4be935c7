//! Sends events to a webhook in the background.

mod account_event;
mod delivery;
mod endpoint;
mod event;
mod report;
mod signature;
mod tally;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) use account_event::public;
pub(crate) use delivery::{Means, Observer, Wait};
pub(crate) use endpoint::Endpoint;
pub use event::contact_card_received;
pub(crate) use event::{Event, rfc3339};
pub use report::{DeliveryReport, WebhookDelivery};
pub(crate) use signature::Secret;

use delivery::deliver;
use endpoint::Message;
use tally::Tally;

/// A webhook secret for tests and manual use.
pub const DEFAULT_WEBHOOK_SECRET: &str = "whsec_bGlucS1zYW5kYm94LXdlYmhvb2sta2V5";

/// How many events can be on their way to the webhook at once, including those that wait for
/// another attempt.
pub const MAX_DELIVERIES: usize = 1_000;

/// Sends the events of an account in the background, until it is dropped.
pub(crate) struct Courier {
    means: Means,
    runtime: Handle,
    in_progress: Mutex<JoinSet<()>>,
    tally: Arc<watch::Sender<Tally>>,
}

impl Courier {
    pub(crate) fn new(means: Means, runtime: Handle) -> Self {
        Self {
            means,
            runtime,
            in_progress: Mutex::default(),
            tally: Arc::default(),
        }
    }

    /// Sends `event` to each endpoint, unless [`MAX_DELIVERIES`] others are on their way; never
    /// blocks.
    pub(crate) fn send(&self, event: &Event, endpoints: Vec<Endpoint>) -> Vec<WebhookDelivery> {
        let event_id = Uuid::new_v4().to_string();
        let mut in_progress = self.lock();
        while in_progress.try_join_next().is_some() {}
        let deliveries = endpoints.into_iter().map(|endpoint| {
            let (report, delivery) = WebhookDelivery::new(event_id.clone());
            let body = event.envelope(&event_id, endpoint.version());
            let message = Message {
                id: event_id.clone(),
                event_type: event.event_type.clone(),
                body: body.to_string().into(),
            };
            if in_progress.len() < MAX_DELIVERIES {
                let tally = Arc::clone(&self.tally);
                let task = deliver(self.means.clone(), endpoint, message, report, tally);
                in_progress.spawn_on(task, &self.runtime);
            }
            delivery
        });
        deliveries.collect()
    }

    /// Waits until `n` deliveries in all have been accepted.
    pub(crate) async fn wait_for_deliveries(&self, n: usize) -> io::Result<()> {
        tally::wait_for(self.tally.subscribe(), n).await
    }

    /// Stops all deliveries.
    pub(crate) fn stop(&self) {
        self.lock().abort_all();
    }

    fn lock(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.in_progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier")
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
        let means = Means {
            clock: Clock::new(SystemTime::now),
            wait: Wait::default(),
            observer: Observer::default(),
        };
        let courier = Courier::new(means, Handle::current());
        let send = || {
            let event = Event::created(&Card::example(), TraceId::fresh(), SystemTime::now());
            let endpoint = Endpoint::parse("http://127.0.0.1:1", &secrets).unwrap();
            let delivery = courier.send(&event, vec![endpoint]).pop().unwrap();
            delivery.report().now_or_never()
        };
        for number in 0..1_000 {
            assert_eq!(send(), None, "{number}");
        }
        let dropped = send().unwrap();
        assert!(!dropped.delivered);
        assert!(dropped.statuses.is_empty());
    }
}
