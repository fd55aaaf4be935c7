//! One fake clock drives the client, webhooks and the sandbox.

use std::time::{Duration, SystemTime};

use linq::testing::FakeClock;
use linq::webhook::{Verifier, WebhookErrorKind, testing::sign};
use linq_sandbox::{Fault, Sandbox};

use crate::support::{builder, soon};

const MINUTE: Duration = Duration::from_secs(60);
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A sandbox and a client on one clock.
async fn start() -> (Sandbox, linq::Client, FakeClock) {
    let clock = FakeClock::new();
    let source = clock.clone();
    let sandbox = Sandbox::builder().clock(move || source.now());
    let sandbox = sandbox.start().await.unwrap();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    (sandbox, client, clock)
}

#[tokio::test]
async fn waits_for_retries_move_the_time_on() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::status(503).header("retry-after", "30"));
    let before = clock.now();
    client.contact_card().retrieve().await.unwrap();
    let waits = clock.waits();
    assert_eq!(waits.len(), 1);
    assert!(waits[0] >= Duration::from_secs(30), "{waits:?}");
    assert_eq!(clock.now().duration_since(before).unwrap(), waits[0]);
}

#[tokio::test]
async fn budgets_of_client_and_sandbox_are_full_again_when_time_has_passed() {
    let (sandbox, client, clock) = start().await;
    let other = builder(&sandbox)
        .clock(clock.clone())
        .without_budgets()
        .max_retries(0)
        .build()
        .unwrap();
    for _ in 0..3 {
        let update = client.contact_card().update("+15551234567");
        update.first_name("Ann").await.unwrap();
    }
    let update = |client: &linq::Client| {
        let cards = client.contact_card();
        cards.update("+15551234567").first_name("Eve").into_future()
    };
    assert_eq!(update(&client).await.unwrap_err().status(), None);
    let refused = update(&other).await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 429);
    // The refused call counts too.
    clock.advance(10 * MINUTE);
    update(&other).await.unwrap();
    update(&client).await.unwrap();
}

#[tokio::test]
async fn an_attempt_ends_when_its_timeout_has_passed() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall().always());
    let request = client.contact_card().retrieve().timeout(MINUTE);
    let call = tokio::spawn(request.max_retries(0).into_future());
    soon(sandbox.wait_for_requests(1)).await;
    clock.advance(MINUTE - Duration::from_nanos(1));
    tokio::task::yield_now().await;
    assert!(!call.is_finished());
    clock.advance(Duration::from_nanos(1));
    assert!(soon(call).await.unwrap().unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_call_after_all_time_has_passed_has_its_timeout() {
    let (_sandbox, client, clock) = start().await;
    clock.advance(Duration::MAX);
    client.contact_card().retrieve().await.unwrap();
}

#[tokio::test]
async fn the_wait_of_one_call_does_not_cut_off_another() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall());
    let stalled = client.contact_card().retrieve().timeout(MINUTE);
    let stalled = tokio::spawn(stalled.max_retries(0).into_future());
    soon(sandbox.wait_for_requests(1)).await;
    sandbox.misbehave(Fault::status(503).header("retry-after", "50"));
    sandbox.misbehave(Fault::status(503).header("retry-after", "50"));
    client.phone_numbers().list().await.unwrap();
    assert!(clock.waits().iter().sum::<Duration>() > MINUTE);
    assert!(!stalled.is_finished());
    clock.expire_timeouts();
    assert!(soon(stalled).await.unwrap().unwrap_err().is_timeout());
}

#[tokio::test]
async fn waits_count_toward_the_deadline_of_a_call() {
    let (sandbox, client, _clock) = start().await;
    sandbox.misbehave(Fault::status(503).header("retry-after", "40").always());
    let request = client.contact_card().retrieve().deadline(MINUTE);
    let error = request.await.unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
}

#[test]
fn a_verifier_measures_the_age_of_a_delivery_by_it() {
    let clock = FakeClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    let verifier = Verifier::builder().secret(SECRET).clock(clock.clone());
    let verifier = verifier.build().unwrap();
    let body = br#"{"event_id": "1", "event_type": "x"}"#;
    let headers = sign("1", clock.now(), body, SECRET).unwrap();
    clock.advance(5 * MINUTE);
    verifier.verify(&headers, body).unwrap();
    clock.advance(Duration::from_secs(1));
    let error = verifier.verify(&headers, body).unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::TooOld);
}

#[test]
fn a_clock_that_is_set_back_does_not_go_back_for_deadlines() {
    use linq::Clock as _;
    let clock = FakeClock::new();
    let before = clock.monotonic();
    clock.advance(MINUTE);
    clock.set(SystemTime::UNIX_EPOCH);
    assert_eq!(clock.monotonic() - before, MINUTE);
    assert_eq!(clock.now(), SystemTime::UNIX_EPOCH);
    clock.advance(Duration::MAX);
    assert_eq!(clock.now(), SystemTime::UNIX_EPOCH);
}
