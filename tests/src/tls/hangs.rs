//! A connection that hangs while new ones are answered.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use linq::{Client, Clock, WriteOutcome};
use tokio::sync::watch;
use tokio::time::{self, Instant};

use super::authority::Authority;
use super::http2::{HEADERS, Http2, PING};
use crate::server::Server;
use crate::support::TestClock;

/// A clock on which `left` deadlines pass once a request has been sent; waits between attempts end
/// at once.
#[derive(Clone, Debug)]
struct Deadlines {
    left: Arc<AtomicUsize>,
    sent: watch::Receiver<usize>,
}

impl Clock for Deadlines {
    fn now(&self) -> SystemTime {
        TestClock::new().now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }

    fn deadline(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let passes = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        let mut sent = self.sent.clone();
        Box::pin(async move {
            if passes.is_err() {
                std::future::pending().await
            }
            sent.wait_for(|sent| *sent > 0).await.unwrap();
        })
    }
}

/// A server whose first connection reads but does not respond, and which reports what arrives
/// there.
struct Hanging {
    authority: Authority,
    server: Server,
    /// On the first connection.
    requests: watch::Receiver<usize>,
    pings: watch::Receiver<usize>,
    is_closed: watch::Receiver<bool>,
    /// How many connections got a request.
    used: Arc<AtomicUsize>,
}

impl Hanging {
    async fn start() -> Self {
        Self::start_after(0).await
    }

    /// The first connection responds to this many requests.
    async fn start_after(answered: usize) -> Self {
        let authority = Authority::new();
        let (count_requests, requests) = watch::channel(0);
        let (count_pings, pings) = watch::channel(0);
        let (close, is_closed) = watch::channel(false);
        let used = Arc::new(AtomicUsize::new(0));
        let count_used = Arc::clone(&used);
        let serve = move |before, mut connection: Http2| {
            let (requests, pings, close) =
                (count_requests.clone(), count_pings.clone(), close.clone());
            let used = Arc::clone(&count_used);
            async move {
                let answered = if before == 0 { answered } else { usize::MAX };
                for n in 0..answered {
                    let Some(stream) = connection.request().await else {
                        return;
                    };
                    used.fetch_add(usize::from(n == 0), Ordering::Relaxed);
                    connection.answer(stream, r#"{"contact_cards":[]}"#).await;
                }
                while let Some(frame) = connection.next().await {
                    match frame.kind {
                        HEADERS => requests.send_modify(|count| *count += 1),
                        PING => pings.send_modify(|count| *count += 1),
                        _ => {}
                    }
                }
                close.send_replace(true);
            }
        };
        Self {
            server: Server::http2(authority.server(), serve).await,
            authority,
            requests,
            pings,
            is_closed,
            used,
        }
    }

    /// A client whose next deadlines pass, once a request has come to the connection that hangs.
    fn client(&self, deadlines: usize) -> Client {
        let clock = Deadlines {
            left: Arc::new(deadlines.into()),
            sent: self.requests.clone(),
        };
        let builder = self.authority.builder(&self.server);
        builder.clock(clock).build().unwrap()
    }
}

#[tokio::test]
async fn the_attempt_after_a_timeout_uses_a_new_connection() {
    let mut it = Hanging::start().await;
    let response = it.client(1).contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.attempts(), 2);
    assert_eq!((*it.requests.borrow(), it.server.accepted()), (1, 2));
    // The old connection is closed.
    it.is_closed.wait_for(|is_closed| *is_closed).await.unwrap();
}

#[tokio::test]
async fn the_call_after_a_timeout_uses_a_new_connection() {
    let it = Hanging::start().await;
    let client = it.client(1);
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    let error = update.await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (1, Some(WriteOutcome::Unknown))
    );
    client
        .chats()
        .share_contact_card("550e8400-e29b-41d4-a716-446655440000")
        .await
        .unwrap();
    client.contact_card().retrieve().await.unwrap();
    // Reads and writes have connections of their own.
    assert_eq!((*it.requests.borrow(), it.server.accepted()), (1, 3));
}

/// The first of them replaces the connection for all.
#[tokio::test]
async fn many_calls_that_time_out_make_one_new_connection() {
    let it = Hanging::start_after(1).await;
    let client = it.client(21);
    client.contact_card().retrieve().await.unwrap();
    let calls = (0..20).map(|_| client.contact_card().retrieve().send());
    for response in futures_util::future::join_all(calls).await {
        assert_eq!(response.unwrap().attempts(), 2);
    }
    assert_eq!(it.used.load(Ordering::Relaxed), 2);
}

/// Long before its own deadline, and with no other call that would time out.
#[tokio::test]
async fn a_hung_connection_is_closed_within_30_s() {
    let mut it = Hanging::start().await;
    let client = it.client(0);
    // While it waits, the paused clock moves only when the test advances it.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let hold = tokio::task::spawn_blocking(move || held.recv());
    time::pause();
    let call = tokio::spawn(client.contact_card().retrieve().send());
    it.requests
        .wait_for(|requests| *requests == 1)
        .await
        .unwrap();
    let hung = Instant::now();

    time::advance(Duration::from_secs(16)).await;
    it.pings.wait_for(|pings| *pings == 1).await.unwrap();
    time::advance(Duration::from_secs(11)).await;
    let response = call.await.unwrap().unwrap();
    assert_eq!((response.attempts(), it.server.accepted()), (2, 2));
    assert!(hung.elapsed() < Duration::from_secs(30));
    it.is_closed.wait_for(|is_closed| *is_closed).await.unwrap();
    drop(release);
    let _ = hold.await.unwrap();
}
