//! An observer sees each attempt, and can't disturb it.

use std::panic::panic_any;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linq::{Attempt, AttemptEnd, Client, Observer, WriteOutcome};
use linq_gen::operations::ALL;
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};

use crate::operations;
use crate::support::{PanicsAgain, TestClock, builder, sandbox_on};

/// The starts and ends of attempts, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Seen>>>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    is_end: bool,
    operation: &'static str,
    resend_count: u32,
    /// `Debug` of all that was passed.
    shown: String,
    status: Option<u16>,
    error_type: Option<String>,
    api_code: Option<u32>,
    write_outcome: Option<WriteOutcome>,
    retry_wait: Option<Duration>,
    budget_left: Option<u32>,
    duration: Duration,
}

impl Observer for Log {
    fn attempt_started(&self, attempt: &Attempt<'_>) {
        self.0.lock().unwrap().push(Seen {
            operation: attempt.operation,
            resend_count: attempt.resend_count,
            shown: format!("{attempt:?}"),
            ..Seen::default()
        });
    }

    fn attempt_ended(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        self.0.lock().unwrap().push(Seen {
            is_end: true,
            operation: attempt.operation,
            resend_count: attempt.resend_count,
            shown: format!("{attempt:?} {end:?}"),
            status: end.status.map(|status| status.as_u16()),
            error_type: end.error_type.map(str::to_owned),
            api_code: end.api_code.map(|code| code.get()),
            write_outcome: end.write_outcome,
            retry_wait: end.retry_wait,
            budget_left: end.budget_left,
            duration: end.duration,
        });
    }
}

impl Log {
    /// Takes the ends of attempts. Each follows its start.
    fn take_ends(&self) -> Vec<Seen> {
        let seen = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(seen.len() % 2, 0, "{seen:?}");
        let pairs = seen.chunks(2).map(|pair| {
            assert!(!pair[0].is_end && pair[1].is_end, "{pair:?}");
            let named = |seen: &Seen| (seen.operation, seen.resend_count);
            assert_eq!(named(&pair[0]), named(&pair[1]));
            pair[1].clone()
        });
        pairs.collect()
    }
}

async fn start() -> (Sandbox, Client, TestClock, Log) {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).start().await.unwrap();
    let log = Log::default();
    let builder = builder(&sandbox).clock(clock.clone()).observer(log.clone());
    (sandbox, builder.build().unwrap(), clock, log)
}

#[tokio::test]
async fn the_attempts_of_each_operation_are_seen() {
    for call in operations::all() {
        let sandbox = Sandbox::start().await.unwrap();
        let log = Log::default();
        let builder = builder(&sandbox).observer(log.clone());
        let client = builder.without_budgets().build().unwrap();
        call.send(&client).await.unwrap();
        let ends = log.take_ends();
        assert_eq!(ends.len(), 1, "{ends:?}");
        let operation = ALL.iter().find(|operation| operation.id == call.id);
        let operation = operation.unwrap();
        for part in [
            format!("operation: {:?}", operation.id),
            format!("method: {:?}", operation.method),
            format!("url_template: Some({:?})", operation.path),
            "server_address: \"127.0.0.1\"".to_owned(),
            format!(
                "server_port: {}",
                sandbox.origin().rsplit(':').next().unwrap()
            ),
            "error_type: None".to_owned(),
        ] {
            assert!(ends[0].shown.contains(&part), "{part} in {ends:?}");
        }

        let echo = "+15551234567 Ann sandbox-api-key";
        sandbox.misbehave(Fault::error(400, 1005, echo).always());
        call.send(&client).await.unwrap_err();
        let ends = log.take_ends();
        assert_eq!(ends.len(), 1, "{ends:?}");
        assert_eq!((ends[0].status, ends[0].api_code), (Some(400), Some(1005)));
        assert_eq!(ends[0].error_type.as_deref(), Some("400"));
        let is_write = operation.method != "GET";
        assert_eq!(ends[0].write_outcome.is_some(), is_write);
        for private in ["5551234567", "Ann", "sandbox-api-key", EXAMPLE_CHAT_ID] {
            assert!(!ends[0].shown.contains(private), "{ends:?}");
        }
    }
}

#[tokio::test]
async fn retries_are_counted_and_their_waits_are_told() {
    let (sandbox, client, clock, log) = start().await;
    sandbox.misbehave(Fault::error(503, 3006, "busy").times(2));
    client.contact_card().retrieve().await.unwrap();
    let ends = log.take_ends();
    let seen: Vec<_> = ends
        .iter()
        .map(|end| (end.resend_count, end.status))
        .collect();
    assert_eq!(seen, [(0, Some(503)), (1, Some(503)), (2, Some(200))]);
    let waits: Vec<_> = ends.iter().filter_map(|end| end.retry_wait).collect();
    assert_eq!(waits, clock.waits());
}

#[tokio::test]
async fn an_attempt_takes_as_long_as_the_clock_says() {
    let (sandbox, client, clock, log) = start().await;
    sandbox.misbehave(Fault::stall());
    let request = client.contact_card().retrieve().max_retries(0);
    let late = async {
        sandbox.wait_for_requests(1).await;
        clock.advance(Duration::from_secs(60));
        clock.expire_timeouts();
    };
    let (outcome, ()) = tokio::join!(request.into_future(), late);
    outcome.unwrap_err();
    let ends = log.take_ends();
    assert_eq!(ends[0].duration, Duration::from_secs(60));
    assert_eq!(ends[0].error_type.as_deref(), Some("timeout"));
}

#[tokio::test]
async fn the_budget_that_is_left_is_told() {
    let (sandbox, client, clock, log) = start().await;
    let rename = || {
        client
            .contact_card()
            .update("+15551234567")
            .first_name("Ann")
    };
    for _ in 0..3 {
        rename().await.unwrap();
        clock.advance(Duration::from_secs(60));
    }
    rename().await.unwrap_err();
    clock.advance(Duration::from_secs(421));
    sandbox.misbehave(Fault::error(400, 1005, "Invalid parameter value"));
    rename().await.unwrap_err();
    client.contact_card().retrieve().await.unwrap();
    let left: Vec<_> = log.take_ends().iter().map(|end| end.budget_left).collect();
    assert_eq!(left, [Some(2), Some(1), Some(0), Some(0), None]);
}

#[tokio::test]
async fn a_dropped_attempt_is_cancelled() {
    let (sandbox, client, _, log) = start().await;
    sandbox.misbehave(Fault::stall());
    tokio::select! {
        _ = client.contact_card().retrieve().into_future() => panic!("answered"),
        () = sandbox.wait_for_requests(1) => {}
    }
    let ends = log.take_ends();
    assert_eq!(ends.len(), 1, "{ends:?}");
    assert_eq!(ends[0].error_type.as_deref(), Some("cancelled"));
}

struct Panicking;

impl Observer for Panicking {
    fn attempt_started(&self, _: &Attempt<'_>) {
        panic!("by the observer");
    }

    fn attempt_ended(&self, _: &Attempt<'_>, _: &AttemptEnd<'_>) {
        panic_any(PanicsAgain);
    }
}

#[tokio::test]
async fn a_panic_of_the_observer_does_not_end_the_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).observer(Panicking).build().unwrap();
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    assert_eq!(update.await.unwrap().first_name, "Ann");
    assert_eq!(sandbox.requests().len(), 1);
}
