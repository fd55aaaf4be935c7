use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::sleep;

use super::endpoint::{Endpoint, Message};
use super::report::DeliveryReport;

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

/// Who is told of each attempt: the type of its event, and the status it was answered with.
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

/// Sends `message` until it is accepted, refused, or has been sent often enough.
pub(crate) async fn deliver(
    endpoint: Arc<Endpoint>,
    message: Message,
    wait: Wait,
    observer: Observer,
    report: watch::Sender<DeliveryReport>,
) {
    let mut waits = WAITS.iter();
    loop {
        let status = endpoint.attempt(&message).await;
        let code = status.map(|status| status.as_u16());
        (observer.0)(&message.event_type, code);
        report.send_modify(|report| {
            report.statuses.push(code);
            report.delivered = status.is_some_and(|status| status.is_success());
        });
        if !comes_again(status) {
            return;
        }
        let Some(&seconds) = waits.next() else {
            return;
        };
        (wait.0)(Duration::from_secs(seconds)).await;
    }
}

/// Whether an attempt with this outcome is followed by another.
fn comes_again(status: Option<StatusCode>) -> bool {
    status.is_none_or(|status| status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_and_add_up_to_25_minutes() {
        assert!(WAITS.is_sorted_by(|earlier, later| earlier < later));
        assert_eq!(WAITS.iter().sum::<u64>(), 25 * 60);
    }

    #[test]
    fn what_may_pass_comes_again() {
        assert!(comes_again(None));
        for (status, again) in [
            (200, false),
            (299, false),
            (301, false),
            (400, false),
            (408, false),
            (410, false),
            (429, true),
            (500, true),
            (599, true),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(comes_again(Some(status)), again, "{status}");
        }
    }
}
