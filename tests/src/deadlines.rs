//! The deadline of a call, over its attempts, its requests and its waits.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt as _;
use linq::budget_store::{BudgetCall, BudgetDecision, BudgetEnd, BudgetFuture, BudgetStore};
use linq::{Client, Clock, Error, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{TestClock, builder, sandbox_on, soon, without_port, writes};

const CARD: &str = "+15551234567";

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How long an attempt takes.
#[derive(Clone, Copy, Debug)]
enum Takes {
    Time(Duration),
    /// All that it has, from when its request has arrived.
    All,
    /// All that it has, without a connection.
    AllUnsent,
}

/// A clock on which each attempt takes as long as a test says, and further ones no time.
#[derive(Clone, Debug)]
struct Script {
    clock: TestClock,
    sandbox: Arc<Sandbox>,
    attempts: Arc<Mutex<VecDeque<Takes>>>,
    /// How long each attempt could have taken.
    limits: Arc<Mutex<Vec<Duration>>>,
}

impl Clock for Script {
    fn now(&self) -> SystemTime {
        self.clock.now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.clock.sleep(wait)
    }

    fn deadline(&self, limit: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let takes = self.attempts.lock().unwrap().pop_front();
        self.limits.lock().unwrap().push(limit);
        match takes.unwrap_or(Takes::Time(Duration::ZERO)) {
            Takes::Time(time) if time <= limit => {
                self.clock.advance(time);
                Box::pin(std::future::pending())
            }
            Takes::AllUnsent => {
                self.clock.advance(limit);
                Box::pin(std::future::ready(()))
            }
            Takes::Time(_) | Takes::All => {
                let (script, arrived) = (self.clone(), self.sandbox.requests().len() + 1);
                Box::pin(async move {
                    script.sandbox.wait_for_requests(arrived).await;
                    script.clock.advance(limit);
                })
            }
        }
    }
}

/// A sandbox, a client of it with this deadline, and the clock of both.
async fn start(deadline: Duration, attempts: &[Takes]) -> (Arc<Sandbox>, Client, Script) {
    let clock = TestClock::new();
    let sandbox = Arc::new(sandbox_on(&clock).start().await.unwrap());
    let script = Script {
        clock,
        sandbox: Arc::clone(&sandbox),
        attempts: Arc::new(Mutex::new(attempts.iter().copied().collect())),
        limits: Arc::default(),
    };
    let builder = builder(&sandbox).deadline(deadline).clock(script.clone());
    (sandbox, builder.build().unwrap(), script)
}

impl Script {
    fn limits(&self) -> Vec<Duration> {
        self.limits.lock().unwrap().clone()
    }
}

async fn rename(client: &Client) -> Error {
    let update = client.contact_card().update(CARD).first_name("Jane");
    update.await.unwrap_err()
}

#[tokio::test]
async fn the_last_attempt_gets_what_the_deadline_leaves() {
    let (sandbox, client, script) = start(seconds(100), &[Takes::All, Takes::All]).await;
    sandbox.misbehave(Fault::stall().always());
    let error = client.contact_card().retrieve().await.unwrap_err();
    let waited = script.clock.waits();
    assert_eq!(waited.len(), 1);
    assert_eq!(script.limits(), [seconds(60), seconds(40) - waited[0]]);
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response within the deadline of 100s; raise the deadline [2 attempts]"
    );
}

#[tokio::test]
async fn an_error_says_whether_the_timeout_or_the_deadline_passed() {
    let (sandbox, client, _) = start(seconds(60), &[Takes::All]).await;
    sandbox.misbehave(Fault::stall().always());
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response within 60s; raise the timeout, or try again later; the deadline of 60s left no time to try again"
    );

    let (_sandbox, client, _) = start(seconds(9), &[Takes::AllUnsent]).await;
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(
        without_port(&error).ends_with(" within the deadline of 9s; raise the deadline"),
        "{error}"
    );
}

#[tokio::test]
async fn a_retry_that_would_come_too_late_is_not_waited_for() {
    let limited = Fault::error(429, 1007, "Slow down").retry_after(30);
    let (sandbox, client, script) = start(seconds(30), &[]).await;
    sandbox.misbehave(limited.clone());
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
    assert_eq!(error.retry_after(), Some(seconds(30)));
    assert_eq!((error.attempts(), script.clock.waits().len()), (1, 0));
    assert!(
        error.to_string().starts_with(
            "429 Too Many Requests (code 1007): Slow down; try again in 30s; \
             the deadline of 30s left no time to try again [trace id"
        ),
        "{error}"
    );

    // The service's wait and the jitter on top of it.
    sandbox.misbehave(limited);
    let request = client.contact_card().retrieve().deadline(seconds(34));
    request.await.unwrap();
    assert_eq!(script.clock.waits().len(), 1);
}

#[tokio::test]
async fn a_write_that_is_cut_off_has_an_unknown_outcome() {
    for (deadline, within) in [(seconds(7), "the deadline of 7s"), (seconds(90), "60s")] {
        let (sandbox, client, _) = start(deadline, &[Takes::All]).await;
        sandbox.misbehave(Fault::stall().always());
        let error = rename(&client).await;
        assert!(error.is_timeout() && !error.is_retryable(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
        assert_eq!(error.attempts(), 1);
        let text = without_port(&error);
        assert!(text.contains(&format!(" within {within}; ")), "{error}");
        let advice = "the write may still have been applied; check before retrying";
        assert!(text.ends_with(advice), "{error}");
    }
}

#[tokio::test]
async fn a_write_that_is_cut_off_before_it_is_sent_does_not_count() {
    let (sandbox, client, _) = start(seconds(7), &[Takes::AllUnsent; 9]).await;
    for _ in 0..9 {
        let error = rename(&client).await;
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    }
    assert_eq!(sandbox.requests().len(), 0);
    let update = client.contact_card().update(CARD).first_name("Jane");
    update.await.unwrap();
}

#[tokio::test]
async fn a_dropped_write_counts() {
    let (sandbox, client, _) = start(seconds(7), &[]).await;
    sandbox.misbehave(Fault::stall().always());
    let share = || client.chats().share_contact_card(EXAMPLE_CHAT_ID);
    tokio::select! {
        _ = share() => panic!("answered"),
        () = sandbox.wait_for_requests(1) => {}
    }
    let error = share().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn ensure_writes_nothing_once_its_time_is_over() {
    let (sandbox, client, _) = start(seconds(10), &[Takes::Time(seconds(10))]).await;
    let ensure = client.contact_card().ensure(CARD, "Jane");
    let error = ensure.await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!((error.attempts(), writes(&sandbox)), (0, 0));
    assert_eq!(
        error.to_string(),
        "nothing was sent: the deadline of 10s has passed; raise the deadline"
    );
}

#[tokio::test]
async fn the_requests_of_ensure_share_one_deadline() {
    let takes = [Takes::Time(seconds(4)), Takes::Time(seconds(5))];
    let (_sandbox, client, script) = start(seconds(10), &takes).await;
    let request = client.contact_card().ensure(CARD, "Jane");
    request.await.unwrap();
    assert_eq!(script.limits(), [seconds(10), seconds(6)]);

    // A lost write matters more than that there was no time to read the card again.
    let takes = [Takes::Time(seconds(4)), Takes::All];
    let (sandbox, client, _) = start(seconds(10), &takes).await;
    sandbox.misbehave(Fault::stall().on("PATCH"));
    let request = client.contact_card().ensure(CARD, "Jane");
    let error = request.await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response within the deadline of 10s; raise the deadline; \
         the write may still have been applied; check before retrying"
    );
}

#[tokio::test]
async fn the_pauses_of_ensure_count() {
    let (sandbox, client, script) = start(seconds(10), &[]).await;
    sandbox.leave_inactive(CARD, 2);
    let ensure = || client.contact_card().ensure(CARD, "Jane");
    assert!(ensure().await.unwrap_err().is_not_applied());
    assert_eq!((writes(&sandbox), script.clock.waits().len()), (2, 2));

    let takes = [Takes::Time(seconds(4)), Takes::Time(seconds(5))];
    script.attempts.lock().unwrap().extend(takes);
    script.clock.advance(seconds(600));
    sandbox.leave_inactive(CARD, 2);
    // The pause takes 0.25 to 0.5 s.
    let error = ensure().deadline(Duration::from_millis(9_250)).await;
    let error = error.unwrap_err();
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert!(
        error
            .to_string()
            .contains("; the deadline of 9.25s left no time to try again"),
        "{error}"
    );
    assert_eq!((writes(&sandbox), script.clock.waits().len()), (3, 2));
}

/// A store whose decisions take some time, and the ends that it was told of.
#[derive(Clone)]
struct SlowStore {
    clock: TestClock,
    takes: Duration,
    ends: tokio::sync::watch::Sender<Vec<BudgetEnd>>,
}

impl BudgetStore for SlowStore {
    fn begin<'a>(&'a self, _: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision> {
        self.clock.advance(self.takes);
        Box::pin(async { Ok(BudgetDecision::Counted) })
    }

    fn end<'a>(&'a self, _: &'a BudgetCall, end: BudgetEnd) -> BudgetFuture<'a, ()> {
        self.ends.send_modify(|ends| ends.push(end));
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn the_time_of_a_budget_store_counts() {
    for (takes, is_sent) in [(6, true), (10, false)] {
        let (sandbox, _, script) = start(seconds(1), &[]).await;
        let store = SlowStore {
            clock: script.clock.clone(),
            takes: seconds(takes),
            ends: tokio::sync::watch::Sender::default(),
        };
        let builder = builder(&sandbox)
            .deadline(seconds(10))
            .clock(script.clone());
        let client = builder.budget_store(store.clone()).build().unwrap();
        let update = client.contact_card().update(CARD).first_name("Jane");
        let outcome = update.await;
        let mut ends = store.ends.subscribe();
        let ended = soon(ends.wait_for(|ends| !ends.is_empty())).await.unwrap();
        assert_eq!((ended.len(), ended[0].counts), (1, is_sent));
        assert_eq!(writes(&sandbox), usize::from(is_sent));
        if is_sent {
            outcome.unwrap();
            // That of the store, that of the attempt, and the store's again.
            assert_eq!(script.limits()[..2], [seconds(10), seconds(4)]);
        } else {
            let error = outcome.unwrap_err();
            assert!(error.is_timeout(), "{error}");
            assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
            assert_eq!(error.attempts(), 0);
        }
    }
}

#[tokio::test]
async fn each_page_of_a_stream_has_its_own_deadline() {
    let takes = [Takes::Time(seconds(9)); 3];
    let (sandbox, client, script) = start(seconds(10), &takes).await;
    for next_cursor in [json!("a"), json!("b"), json!(null)] {
        let page = json!({"chats": [], "next_cursor": next_cursor});
        sandbox.misbehave(Fault::status(200).json(page));
    }
    let pages: Vec<_> = client.chats().list().pages().try_collect().await.unwrap();
    assert_eq!(pages.len(), 3);
    assert_eq!(script.limits(), [seconds(10); 3]);
}

#[tokio::test]
async fn a_request_has_a_deadline_of_its_own() {
    let (_sandbox, client, script) = start(seconds(10), &[]).await;
    let read = || client.contact_card().retrieve();
    read().deadline(seconds(3)).await.unwrap();
    read().deadline(seconds(30)).await.unwrap();
    read().deadline(Duration::MAX).await.unwrap();
    read()
        .deadline(Duration::MAX)
        .timeout(Duration::MAX)
        .await
        .unwrap();
    let expected = [seconds(3), seconds(30), seconds(60), Duration::MAX];
    assert_eq!(script.limits(), expected);
}

#[tokio::test]
async fn a_deadline_of_zero_is_refused() {
    let text = "invalid input: `deadline(..)` must be longer than zero";
    let error = Client::builder()
        .api_key("key")
        .deadline(Duration::ZERO)
        .build()
        .unwrap_err();
    assert_eq!(error.to_string(), text);
    let (sandbox, client, _) = start(seconds(10), &[]).await;
    let request = client.contact_card().retrieve().deadline(Duration::ZERO);
    assert_eq!(request.await.unwrap_err().to_string(), text);
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_deadline_passes_on_the_clock_of_the_machine() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::stall().always());
    let client = builder(&sandbox).build().unwrap();
    let request = client
        .contact_card()
        .retrieve()
        .deadline(Duration::from_millis(300));
    let error = soon(request.into_future()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(
        error.to_string().contains("the deadline of 300ms"),
        "{error}"
    );
}

#[derive(Clone, Debug)]
enum Answer {
    Success(u64),
    Failure(usize, u64),
    None,
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let time = 0..20_000_u64;
    let answer = prop_oneof![
        time.clone().prop_map(Answer::Success),
        (0..6_usize, time).prop_map(|(kind, time)| Answer::Failure(kind, time)),
        Just(Answer::None),
    ];
    prop::collection::vec(answer, 0..12)
}

fn failure(kind: usize) -> Fault {
    match kind {
        0 => Fault::error(429, 1007, "Slow down").retry_after(7),
        1 => Fault::error(503, 3006, "busy"),
        2 => Fault::error(500, 2022, "Contact card setup did not complete"),
        3 => Fault::cut(),
        4 => Fault::none().cut_after(5),
        _ => Fault::error(503, 4004, "Upstream rate limit exceeded").retry_after(3),
    }
}

async fn called(call: usize, client: &Client, timeout: Duration) -> Result<(), Error> {
    let cards = client.contact_card();
    match call {
        0 => cards.retrieve().timeout(timeout).await.map(drop),
        1 => {
            let update = cards.update(CARD).first_name("Jane");
            update.timeout(timeout).await.map(drop)
        }
        2 => cards.ensure(CARD, "Jane").timeout(timeout).await.map(drop),
        _ => {
            let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
            share.timeout(timeout).await
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_call_waits_beyond_its_deadline(
        answers in answers(),
        deadline in 1..40_000_u64,
        timeout in 1..20_000_u64,
        call in 0..4_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (deadline, timeout) =
                (Duration::from_millis(deadline), Duration::from_millis(timeout));
            let takes: Vec<_> = answers.iter().map(|answer| match answer {
                Answer::Success(time) | Answer::Failure(_, time) => {
                    Takes::Time(Duration::from_millis(*time))
                }
                Answer::None => Takes::All,
            }).collect();
            let (sandbox, client, script) = start(deadline, &takes).await;
            for answer in &answers {
                sandbox.misbehave(match answer {
                    Answer::Success(_) => Fault::none(),
                    Answer::Failure(kind, _) => failure(*kind),
                    Answer::None => Fault::stall(),
                });
            }
            let begun = script.now();
            let error = called(call, &client, timeout).await.err();
            let passed = script.now().duration_since(begun).unwrap();
            let limits = script.limits();
            for limit in &limits {
                assert!(!limit.is_zero() && *limit <= timeout.min(deadline), "{limits:?}");
            }
            assert!(passed <= deadline, "{passed:?}");
            if let Some(error) = error {
                assert_eq!(error.write_outcome().is_some(), call > 0, "{error}");
            }
        });
    }
}
