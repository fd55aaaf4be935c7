//! Shared by the tests: sandboxes, and clients on a clock that the tests control.

use std::time::Duration;

use linq::{Client, ClientBuilder, Error};
use linq_sandbox::{Card, Sandbox, SandboxBuilder};
use tokio::net::TcpSocket;

pub(crate) use linq::testing::FakeClock as TestClock;

/// When a [`TestClock`] starts.
pub(crate) const NOW: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
pub(crate) const NOW_UNIX: u64 = 1_767_323_045;

/// What a panic carries, such that dropping it panics too.
pub(crate) struct PanicsAgain;

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        panic!("by what a panic carries");
    }
}

/// A port that refuses connections: it is bound, so that nobody else takes it, but not listening.
pub(crate) struct Refusing(TcpSocket);

impl Refusing {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn host(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.host())
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

/// A sandbox, a client of it, and the clock of both.
pub(crate) async fn start() -> (Sandbox, Client, TestClock) {
    start_with([Card::example()]).await
}

/// The same with other cards.
pub(crate) async fn start_with(
    cards: impl IntoIterator<Item = Card>,
) -> (Sandbox, Client, TestClock) {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).cards(cards).start().await.unwrap();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

/// A sandbox on a clock.
pub(crate) fn sandbox_on(clock: &TestClock) -> SandboxBuilder {
    let clock = clock.clone();
    Sandbox::builder().clock(move || clock.now())
}

/// How many requests have arrived that change something.
pub(crate) fn writes(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    requests
        .iter()
        .filter(|request| request.method != "GET")
        .count()
}

/// Awaits what must happen soon, and fails instead of waiting for ever.
pub(crate) async fn soon<F: Future>(awaited: F) -> F::Output {
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, awaited)
        .await
        .expect("it did not happen in time")
}

/// A text with `[reason]` in place of each reason in the words of a dependency, which can change
/// with its version.
pub(crate) fn without_reasons(text: &str) -> String {
    const BEFORE: [&str; 5] = [
        "not JSON: ",
        "before the response was complete: ",
        "through the proxy: ",
        "can't be used: ",
        "sent the alert ",
    ];
    let line = |line: &str| {
        let mut line = line.to_owned();
        for before in BEFORE {
            if let Some(at) = line.find(before) {
                let start = at + before.len();
                let end = line[start..].find([';', '"', '[']);
                let end = end.map_or(line.len(), |end| start + end);
                line.replace_range(start..end, "[reason]");
            }
        }
        line
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The text of an error without the port, which differs between runs.
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
