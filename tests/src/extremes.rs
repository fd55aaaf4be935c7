//! Extreme settings, responses and clocks: nothing panics, and texts make sense.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use linq::{Attempt, AttemptEnd, Client, Clock, Observer, Result};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};

use crate::support::{NOW_UNIX, TestClock, builder, start, without_port};

const CARD: &str = "+15551234567";

async fn rename(client: &Client) -> Result<()> {
    let update = client.contact_card().update(CARD).first_name("Ann");
    update.await.map(drop)
}

async fn share(client: &Client) -> Result<()> {
    client.chats().share_contact_card(EXAMPLE_CHAT_ID).await
}

/// The texts of a second write and a second share when the budget has one call in `window`.
async fn refusals(window: Duration) -> String {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox)
        .clock(TestClock::new())
        .write_budget(1, window)
        .share_budget(1, window)
        .build()
        .unwrap();
    rename(&client).await.unwrap();
    share(&client).await.unwrap();
    let write = rename(&client).await.unwrap_err();
    let share = share(&client).await.unwrap_err();
    for error in [&write, &share] {
        assert_eq!(error.retry_after(), Some(window));
        assert!(format!("{error:#?}").contains("retry_after"));
    }
    format!("{write}\n{share}")
}

#[tokio::test]
async fn a_budget_with_any_window_reports_the_wait() {
    assert_snapshot!(refusals(Duration::MAX).await, @"
    nothing was sent: the budget of 1 call in 18446744073709551615.999999999s for this phone number is used up; try again in 18446744073709551615s
    nothing was sent: the budget of 1 call in 18446744073709551615.999999999s for this chat id is used up; try again in 18446744073709551615s
    ");
    assert_snapshot!(refusals(Duration::from_nanos(1)).await, @"
    nothing was sent: the budget of 1 call in 1ns for this phone number is used up; try again in 1s
    nothing was sent: the budget of 1 call in 1ns for this chat id is used up; try again in 1s
    ");
}

/// The first write has the service's response and the budget's wait.
#[tokio::test]
async fn the_wait_of_an_endless_budget_is_reported_with_a_response() {
    let (sandbox, _, clock) = start().await;
    let client = builder(&sandbox)
        .clock(clock)
        .write_budget(1, Duration::MAX);
    let client = client.build().unwrap();
    sandbox.misbehave(Fault::error(429, 1007, "Slow down").header("x-trace-id", "1f"));
    assert_snapshot!(rename(&client).await.unwrap_err(), @"429 Too Many Requests (code 1007): Slow down; try again in 18446744073709551615s [trace id 1f]");
}

#[tokio::test]
async fn unbounded_durations_are_accepted() {
    const MAX: Duration = Duration::MAX;
    let sandbox = Sandbox::start().await.unwrap();
    let clock = TestClock::new();
    let builder = builder(&sandbox)
        .timeout(MAX)
        .connect_timeout(MAX)
        .max_retry_wait(MAX)
        .max_retries(u32::MAX)
        .write_budget(1000, MAX);
    let client = builder.clock(clock.clone()).build().unwrap();
    for asked in ["1e300", "99999999999999999999", "4294967295"] {
        sandbox.misbehave(Fault::status(429).header("retry-after", asked));
        let retrieve = client.contact_card().retrieve();
        let retrieve = retrieve.timeout(MAX).max_retry_wait(MAX);
        retrieve.max_retries(u32::MAX).await.unwrap();
    }
    let least = Duration::from_secs(4_294_967_295);
    let waits = clock.waits();
    assert_eq!(waits.len(), 3);
    assert!(waits.iter().all(|wait| *wait >= least), "{waits:?}");

    // The system's clock takes them as well.
    let client = builder_on_system_clock(&sandbox).build().unwrap();
    client.contact_card().retrieve().await.unwrap();
    rename(&client).await.unwrap();
}

fn builder_on_system_clock(sandbox: &Sandbox) -> linq::ClientBuilder {
    builder(sandbox)
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .max_retry_wait(Duration::MAX)
}

#[tokio::test]
async fn the_shortest_deadline_is_kept() {
    let (sandbox, _, _) = start().await;
    let client = builder(&sandbox).timeout(Duration::from_nanos(1));
    let client = client.max_retries(0).build().unwrap();
    sandbox.misbehave(Fault::stall().always());
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response within 1ns; raise the timeout, or try again later"
    );
}

/// A clock that returns whatever a test sets.
#[derive(Clone, Debug)]
struct AnyClock(Arc<Mutex<Option<SystemTime>>>);

impl AnyClock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Some(now()))))
    }

    fn set(&self, now: Option<SystemTime>) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for AnyClock {
    fn now(&self) -> SystemTime {
        let now = *self.0.lock().unwrap();
        now.expect("the clock is broken")
    }

    fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_UNIX)
}

#[tokio::test]
async fn a_clock_can_jump_between_extremes() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = AnyClock::new();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    let furthest = Duration::from_secs(i64::MAX as u64);
    let ends = [
        SystemTime::UNIX_EPOCH - furthest,
        SystemTime::UNIX_EPOCH + furthest,
    ];
    sandbox.misbehave(
        Fault::status(503)
            .header("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")
            .always(),
    );
    for now in [ends[0], ends[1], now(), ends[1], ends[0]] {
        clock.set(Some(now));
        let error = rename(&client).await.unwrap_err();
        let wait = error.retry_after().expect("a wait");
        assert!(!wait.is_zero() && !error.to_string().is_empty());
        client.contact_card().retrieve().await.unwrap_err();
    }
}

#[tokio::test]
async fn a_client_survives_a_clock_that_panics() {
    let (sandbox, _, clock_of_sandbox) = start().await;
    let clock = AnyClock::new();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { rename(&client).await })
    };
    clock.set(None);
    for _ in 0..5 {
        assert!(spawn().await.unwrap_err().is_panic());
    }
    assert_eq!(sandbox.requests().len(), 0);

    // One that panics when the call ends.
    clock.set(Some(now()));
    sandbox.misbehave(Fault::stall());
    let write = spawn();
    sandbox.wait_for_requests(1).await;
    clock.set(None);
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());

    clock.set(Some(now()));
    rename(&client).await.unwrap();
    rename(&client).await.unwrap();
    assert!(rename(&client).await.unwrap_err().is_rate_limited());
    // No call counts for ever.
    clock.set(Some(now() + Duration::from_secs(600)));
    clock_of_sandbox.advance(Duration::from_secs(600));
    for _ in 0..3 {
        rename(&client).await.unwrap();
    }
}

/// Breaks the clock as soon as an attempt starts.
struct Breaking(AnyClock);

impl Observer for Breaking {
    fn attempt_started(&self, _: &Attempt<'_>) {
        self.0.set(None);
    }

    fn attempt_ended(&self, _: &Attempt<'_>, _: &AttemptEnd<'_>) {}
}

#[tokio::test]
async fn a_clock_that_panics_while_a_call_ends_does_not_end_the_process() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = AnyClock::new();
    let builder = builder(&sandbox).clock(clock.clone());
    let client = builder.observer(Breaking(clock.clone())).build().unwrap();
    sandbox.misbehave(Fault::error(503, 3006, "busy"));
    let call = tokio::spawn(client.contact_card().retrieve().into_future());
    assert!(call.await.unwrap_err().is_panic());
    clock.set(Some(now()));
    client.contact_card().retrieve().await.unwrap();
}

#[tokio::test]
async fn a_url_of_any_length_is_sent_or_refused() {
    let (sandbox, client, _) = start().await;
    let request = |bytes| {
        let retrieve = client.contact_card().retrieve();
        retrieve.query("x", "y".repeat(bytes))
    };
    request(4_000).await.unwrap();
    let error = request(70_000).await.unwrap_err();
    assert!(error.is_invalid_input(), "{error}");
    assert_eq!(sandbox.requests().len(), 1);
}
