//! What the tests share: a client of a sandbox, on a clock that they hold.

use std::future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use linq::{Client, ClientBuilder, Clock, Error};
use linq_sandbox::Sandbox;
use tokio::sync::watch;

/// Friday, 2026-01-02 03:04:05 UTC.
pub(crate) const NOW: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
const NOW_UNIX: u64 = 1_767_323_045;

/// A clock on which waits take no time and are noted down, and deadlines pass when a test says so.
#[derive(Clone, Debug)]
pub(crate) struct TestClock {
    waits: Arc<Mutex<Vec<Duration>>>,
    deadline: Arc<watch::Sender<bool>>,
}

impl TestClock {
    pub(crate) fn new() -> Self {
        Self {
            waits: Arc::default(),
            deadline: Arc::new(watch::Sender::new(false)),
        }
    }

    /// The waits between attempts so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    /// Lets the deadline of every attempt pass, from now on.
    pub(crate) fn pass_deadlines(&self) {
        self.deadline.send_replace(true);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_UNIX)
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.waits.lock().unwrap().push(wait);
        Box::pin(future::ready(()))
    }

    fn deadline(&self, _timeout: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut deadline = self.deadline.subscribe();
        Box::pin(async move {
            deadline.wait_for(|passed| *passed).await.unwrap();
        })
    }
}

/// A builder for a client of `sandbox`.
pub(crate) fn builder(sandbox: &Sandbox) -> ClientBuilder {
    builder_at(sandbox.base_url()).api_key(sandbox.api_key())
}

/// A builder for a client of whatever is at `base_url`.
pub(crate) fn builder_at(base_url: &str) -> ClientBuilder {
    Client::builder().api_key("key").base_url(base_url)
}

/// A sandbox, a client of it, and the client's clock.
pub(crate) async fn start() -> (Sandbox, Client, TestClock) {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = TestClock::new();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

/// The text of an error, less the port that differs from run to run.
pub(crate) fn without_port(error: &Error) -> String {
    let text = error.to_string();
    match text.split_once("127.0.0.1:") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}[host]{after}")
        }
        None => text,
    }
}
