//! Sends an event until it is accepted, refused, or has been sent often enough.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::sleep;

use super::endpoint::{Endpoint, Message};
use super::report::DeliveryReport;
use super::tally::Tally;
use crate::clock::Clock;

/// The seconds before each further attempt: 25 minutes in all.
const WAITS: [u64; 10] = [5, 10, 20, 40, 75, 120, 180, 250, 350, 450];

type Observe = dyn Fn(&str, Option<u16>) + Send + Sync;
type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How the time between two attempts is spent.
#[derive(Clone)]
pub(crate) struct Wait(Arc<dyn Fn(Duration) -> Waiting + Send + Sync>);

impl Wait {
    pub(crate) fn new<F>(wait: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move |duration| Box::pin(wait(duration))))
    }
}

impl Default for Wait {
    fn default() -> Self {
        Self::new(sleep)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wait")
    }
}

/// Called after each attempt, with the type of the event and the status of the response.
#[derive(Clone)]
pub(crate) struct Observer(Arc<Observe>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&str, Option<u16>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl Default for Observer {
    fn default() -> Self {
        Self::new(|_, _| {})
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// What every delivery of an account has in common.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    pub(crate) clock: Clock,
    pub(crate) wait: Wait,
    pub(crate) observer: Observer,
}

/// Sends `message` until it is accepted, refused, has been sent often enough, or its endpoint is
/// closed.
pub(crate) async fn deliver(
    means: Means,
    endpoint: Endpoint,
    message: Message,
    report: watch::Sender<DeliveryReport>,
    tally: Arc<watch::Sender<Tally>>,
) {
    let mut waits = WAITS.iter();
    while endpoint.is_open() {
        // Receivers refuse what is not from now.
        let status = endpoint.attempt(&message, means.clock.unmoved()).await;
        let code = status.map(|status| status.as_u16());
        (means.observer.0)(&message.event_type, code);
        report.send_modify(|report| {
            report.statuses.push(code);
            report.delivered = status.is_some_and(|status| status.is_success());
        });
        tally.send_modify(|tally| tally.add(code));
        if !is_retried(status) {
            return;
        }
        let Some(&seconds) = waits.next() else {
            return;
        };
        (means.wait.0)(Duration::from_secs(seconds)).await;
    }
}

/// Whether another attempt follows one with this status.
fn is_retried(status: Option<StatusCode>) -> bool {
    status.is_none_or(|status| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS)
}
