//! A write that ends before there is a connection was not sent, and does not count.

use std::net::SocketAddr;
use std::time::Duration;

use linq::{Client, Error, Result, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

use crate::support::{Refusing, TestClock, builder_at};

const CARD: &str = "+15551234567";

/// Resolves every name to loopback, once a test allows it.
#[derive(Clone)]
struct Resolver {
    is_open: watch::Sender<bool>,
    lookups: watch::Sender<usize>,
}

impl Resolver {
    fn new() -> Self {
        Self {
            is_open: watch::Sender::new(false),
            lookups: watch::Sender::new(0),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, _: Name) -> Resolving {
        let mut is_open = self.is_open.subscribe();
        self.lookups.send_modify(|lookups| *lookups += 1);
        Box::pin(async move {
            is_open.wait_for(|is_open| *is_open).await?;
            Ok(Box::new([SocketAddr::from(([127, 0, 0, 1], 0))].into_iter()) as Addrs)
        })
    }
}

struct Fixture {
    sandbox: Sandbox,
    client: Client,
    clock: TestClock,
    resolver: Resolver,
}

/// A client whose every request makes a connection of its own, by way of `resolver`.
async fn start() -> Fixture {
    let sandbox = Sandbox::start().await.unwrap();
    let resolver = Resolver::new();
    let http = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .dns_resolver(resolver.clone());
    let clock = TestClock::new();
    let base_url = sandbox.base_url().replace("127.0.0.1", "localhost");
    let client = builder_at(&base_url)
        .api_key(sandbox.api_key())
        .clock(clock.clone())
        .http_client(http.build().unwrap())
        .build()
        .unwrap();
    Fixture {
        sandbox,
        client,
        clock,
        resolver,
    }
}

impl Fixture {
    async fn rename(&self) -> Result<()> {
        let update = self.client.contact_card().update(CARD).first_name("Ann");
        update.await.map(drop)
    }

    async fn share(&self) -> Result<()> {
        let share = self.client.chats().share_contact_card(EXAMPLE_CHAT_ID);
        share.await
    }

    /// Drops a request during its DNS lookup.
    async fn drop_while_connecting(&self, request: impl Future<Output = Result<()>>) {
        let mut lookups = self.resolver.lookups.subscribe();
        let before = *lookups.borrow_and_update();
        tokio::select! {
            done = request => panic!("{done:?}"),
            _ = lookups.wait_for(|lookups| *lookups > before) => {}
        }
    }
}

fn is_refused(done: Result<()>) -> bool {
    done.is_err_and(|error| error.is_rate_limited() && error.status().is_none())
}

#[tokio::test]
async fn a_write_dropped_before_it_is_sent_does_not_count() {
    let it = start().await;
    for _ in 0..5 {
        it.drop_while_connecting(it.rename()).await;
        it.drop_while_connecting(it.share()).await;
    }
    it.resolver.is_open.send_replace(true);
    it.rename().await.unwrap();
    it.share().await.unwrap();
    assert!(is_refused(it.share().await));

    // Nor does a dropped one after others that were sent.
    it.resolver.is_open.send_replace(false);
    for _ in 0..5 {
        it.drop_while_connecting(it.rename()).await;
    }
    it.resolver.is_open.send_replace(true);
    for _ in 0..2 {
        it.rename().await.unwrap();
    }
    assert!(is_refused(it.rename().await));
    assert_eq!(it.sandbox.requests().len(), 4);
}

#[tokio::test]
async fn a_write_dropped_after_it_was_sent_counts() {
    let it = start().await;
    it.resolver.is_open.send_replace(true);
    it.sandbox.misbehave(Fault::stall().always());
    for n in 1..=3 {
        tokio::select! {
            done = it.rename() => panic!("{done:?}"),
            () = it.sandbox.wait_for_requests(n) => {}
        }
    }
    assert!(is_refused(it.rename().await));
    tokio::select! {
        done = it.share() => panic!("{done:?}"),
        () = it.sandbox.wait_for_requests(4) => {}
    }
    assert!(is_refused(it.share().await));
}

fn assert_not_sent(error: &Error) {
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert_eq!(error.attempts(), 3, "{error}");
}

#[tokio::test]
async fn a_timeout_while_connecting_means_not_sent() {
    let it = start().await;
    it.clock.expire_timeouts();
    for _ in 0..5 {
        let error = it.rename().await.unwrap_err();
        assert!(error.is_timeout());
        assert_not_sent(&error);
    }
    let port = it.sandbox.origin().rsplit(':').next().unwrap();
    assert_eq!(
        it.rename().await.unwrap_err().to_string(),
        format!(
            "no connection to localhost:{port} within 60s; check the network and the base URL [3 attempts]"
        )
    );
}

/// Even with a custom client that follows redirects.
#[tokio::test]
async fn a_refused_connection_means_not_sent() {
    let refusing = Refusing::new();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let builder = builder_at(&refusing.base_url()).http_client(http);
    let client = builder.clock(TestClock::new()).build().unwrap();
    for _ in 0..5 {
        let update = client.contact_card().update(CARD).first_name("Ann");
        assert_not_sent(&update.await.unwrap_err());
    }
}

/// The paused clock moves on while the lookup hangs.
#[tokio::test(start_paused = true)]
async fn a_connect_timeout_of_a_custom_client_means_not_sent() {
    let http = reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(Resolver::new())
        .connect_timeout(Duration::from_secs(5));
    let builder = builder_at("http://localhost:1").http_client(http.build().unwrap());
    let client = builder.clock(TestClock::new()).build().unwrap();
    let update = client.contact_card().update(CARD).first_name("Ann");
    let error = update.await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_not_sent(&error);
    assert_eq!(
        error.to_string(),
        "no connection to localhost:1 in time; check the network and the base URL [3 attempts]"
    );
}
