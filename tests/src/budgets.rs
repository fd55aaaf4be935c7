//! The client counts its calls, and does not send more than the budget allows.

use std::time::Duration;

use linq::{Client, Error, Result, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use tokio::task::JoinSet;

use crate::support::{Refusing, TestClock, builder, builder_at, sandbox_on, start, writes};

const MINUTE: Duration = Duration::from_secs(60);
const CARD: &str = "+15551234567";
const OTHER: &str = "+15557654321";

async fn rename(client: &Client, number: &str) -> Result<()> {
    let update = client.contact_card().update(number).first_name("Ann");
    update.await.map(drop)
}

async fn refused(client: &Client, number: &str) -> Error {
    let error = rename(client, number).await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!((error.status(), error.attempts()), (None, 0));
    error
}

#[tokio::test]
async fn a_fourth_write_is_not_sent_until_the_window_has_passed() {
    let (sandbox, client, clock) = start().await;
    for wait in [0, 1, 2] {
        clock.advance(wait * MINUTE);
        rename(&client, CARD).await.unwrap();
    }
    let error = refused(&client, CARD).await;
    assert_eq!(error.retry_after(), Some(7 * MINUTE));
    assert_eq!(
        error.to_string(),
        "nothing was sent: the budget of 3 calls in 600s for this phone number is used up; try again in 420s"
    );
    clock.advance(7 * MINUTE - Duration::from_nanos(1));
    let error = refused(&client, CARD).await;
    assert_eq!(error.retry_after(), Some(Duration::from_nanos(1)));
    assert_eq!(sandbox.requests().len(), 3);

    clock.advance(Duration::from_nanos(1));
    rename(&client, CARD).await.unwrap();
    assert_eq!(refused(&client, CARD).await.retry_after(), Some(MINUTE));
    assert_eq!(sandbox.requests().len(), 4);
}

#[tokio::test]
async fn each_number_has_one_budget_for_all_methods_and_clones() {
    let (sandbox, client, _) = start().await;
    client.contact_card().create(CARD, "Ann").await.unwrap_err();
    rename(&client.clone(), CARD).await.unwrap();
    rename(&client.clone(), CARD).await.unwrap();
    refused(&client, CARD).await;
    let error = client.contact_card().create(CARD, "Ann").await.unwrap_err();
    assert!(error.is_rate_limited());
    client.contact_card().create(OTHER, "Ann").await.unwrap();
    client.contact_card().get(CARD).await.unwrap();
    assert_eq!(writes(&sandbox), 4);
}

#[tokio::test]
async fn a_call_counts_whatever_its_outcome() {
    for fault in [
        Fault::error(400, 1005, "Invalid parameter value"),
        Fault::error(500, 3006, "Internal server error"),
        Fault::cut(),
        Fault::none().cut_after(3),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault.always());
        for _ in 0..3 {
            rename(&client, CARD).await.unwrap_err();
        }
        refused(&client, CARD).await;
        assert_eq!(sandbox.requests().len(), 3);
    }
}

#[tokio::test]
async fn a_call_that_was_never_sent_does_not_count() {
    let refusing = Refusing::new();
    let base_url = format!("{}/api/partner", refusing.base_url());
    let builder = builder_at(&base_url).api_key(linq_sandbox::DEFAULT_API_KEY);
    let client = builder.clock(TestClock::new()).build().unwrap();
    for _ in 0..5 {
        let error = rename(&client, CARD).await.unwrap_err();
        assert_eq!(
            (error.write_outcome(), error.attempts()),
            (Some(WriteOutcome::NotSent), 3)
        );
    }
    let port = refusing.port();
    drop(refusing);
    let sandbox = Sandbox::builder().port(port).start().await.unwrap();
    for _ in 0..3 {
        rename(&client, CARD).await.unwrap();
    }
    refused(&client, CARD).await;
    assert_eq!(sandbox.requests().len(), 3);
}

#[tokio::test]
async fn a_window_begins_when_the_call_ends() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall().after_applying().times(3));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { rename(&client, CARD).await })
        })
        .collect();
    sandbox.wait_for_requests(3).await;
    // Until they end, there is no telling when the service counts them.
    assert_eq!(
        refused(&client, CARD).await.retry_after(),
        Some(10 * MINUTE)
    );
    clock.advance(5 * MINUTE);
    clock.expire_timeouts();
    for task in tasks {
        assert!(task.await.unwrap().unwrap_err().is_timeout());
    }
    assert_eq!(
        refused(&client, CARD).await.retry_after(),
        Some(10 * MINUTE)
    );
}

#[tokio::test]
async fn a_dropped_call_counts() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::stall().always());
    for n in 1..=3 {
        let write = rename(&client, CARD);
        tokio::select! {
            _ = write => panic!("answered"),
            () = sandbox.wait_for_requests(n) => {}
        }
    }
    refused(&client, CARD).await;
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_blocks_further_calls() {
    for fault in [
        Fault::error(429, 1007, "Rate limit exceeded").retry_after(300),
        Fault::error(503, 4004, "Upstream rate limit exceeded").retry_after(300),
        Fault::status(503).header("retry-after", "300"),
    ] {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(fault);
        let error = rename(&client, CARD).await.unwrap_err();
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (Some(5 * MINUTE), 1)
        );
        clock.advance(MINUTE);
        assert_eq!(refused(&client, CARD).await.retry_after(), Some(4 * MINUTE));
        clock.advance(4 * MINUTE);
        rename(&client, CARD).await.unwrap();
        assert_eq!(sandbox.requests().len(), 2);
    }
}

#[tokio::test]
async fn an_endless_wait_blocks_calls_for_a_day() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::status(503).header("retry-after", "99999999999"));
    rename(&client, CARD).await.unwrap_err();
    assert_eq!(
        refused(&client, CARD).await.retry_after(),
        Some(24 * 60 * MINUTE)
    );
    clock.advance(24 * 60 * MINUTE);
    rename(&client, CARD).await.unwrap();
}

#[tokio::test]
async fn a_retry_after_within_the_cap_is_waited_for() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded").retry_after(60));
    rename(&client, CARD).await.unwrap();
    let [wait] = clock.waits()[..] else { panic!() };
    assert!((MINUTE..MINUTE + MINUTE / 10).contains(&wait), "{wait:?}");
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn the_longer_of_two_waits_is_reported() {
    let limited = |seconds| Fault::error(429, 1007, "Rate limit exceeded").retry_after(seconds);
    for (fault, minutes) in [
        (limited(61), Some(10)),
        (limited(1), Some(10)),
        (limited(1200), Some(20)),
        (Fault::error(429, 1007, "Rate limit exceeded"), Some(10)),
        (Fault::error(503, 4004, "Upstream rate limit"), Some(10)),
        (Fault::status(503).header("retry-after", "30"), Some(10)),
        // Waiting does not make these succeed.
        (Fault::error(400, 1005, "Invalid parameter value"), None),
        (Fault::error(500, 3006, "Internal server error"), None),
    ] {
        let (sandbox, client, _) = start().await;
        rename(&client, CARD).await.unwrap();
        rename(&client, CARD).await.unwrap();
        sandbox.misbehave(fault.clone());
        let error = rename(&client, CARD).await.unwrap_err();
        let wait = minutes.map(|minutes| minutes * MINUTE);
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (wait, 1),
            "{fault:?}"
        );
        if let Some(wait) = wait {
            assert_eq!(refused(&client, CARD).await.retry_after(), Some(wait));
        }
    }
}

#[tokio::test]
async fn it_does_not_wait_for_a_retry_that_the_budget_forbids() {
    for fault in [
        Fault::error(429, 1007, "Rate limit exceeded").retry_after(30),
        Fault::error(500, 2022, "Contact card setup did not complete"),
    ] {
        let (sandbox, client, clock) = start().await;
        rename(&client, CARD).await.unwrap();
        clock.advance(MINUTE);
        rename(&client, CARD).await.unwrap();
        sandbox.misbehave(fault);
        let error = rename(&client, CARD).await.unwrap_err();
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (Some(9 * MINUTE), 1)
        );
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
        assert_eq!((clock.waits(), sandbox.requests().len()), (vec![], 3));
    }
}

/// On a clock like the one in the documentation of `Clock`, on which no time passes.
#[tokio::test]
async fn a_completed_wait_is_over_on_any_clock() {
    #[derive(Debug)]
    struct Hasty;
    impl linq::Clock for Hasty {
        fn now(&self) -> std::time::SystemTime {
            TestClock::new().now()
        }
        fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(std::future::ready(()))
        }
    }
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).clock(Hasty).build().unwrap();
    sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded").retry_after(2));
    rename(&client, CARD).await.unwrap();
    assert_eq!(sandbox.requests().len(), 2);
}

/// Another process spends the budget that this client counts on.
#[tokio::test]
async fn calls_of_another_process_are_limited_by_the_service() {
    let (sandbox, client, clock) = start().await;
    let other = builder(&sandbox).clock(clock.clone()).build().unwrap();
    for _ in 0..3 {
        rename(&other, CARD).await.unwrap();
    }
    let error = rename(&client, CARD).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 429);
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(
        refused(&client, CARD).await.retry_after(),
        Some(10 * MINUTE)
    );
    assert_eq!(sandbox.requests().len(), 4);
}

#[tokio::test]
async fn the_budget_can_be_changed_or_turned_off() {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).start().await.unwrap();
    let client = builder(&sandbox)
        .clock(clock.clone())
        .write_budget(1, MINUTE);
    let client = client.build().unwrap();
    rename(&client, CARD).await.unwrap();
    assert_eq!(refused(&client, CARD).await.retry_after(), Some(MINUTE));

    let client = builder(&sandbox).without_budgets().build().unwrap();
    for status in [None, None, Some(429), Some(429)] {
        let done = rename(&client, CARD).await;
        let error = done.err().and_then(|error| error.status());
        assert_eq!(error.map(|status| status.as_u16()), status);
    }
    for builder in [
        Client::builder().write_budget(0, MINUTE),
        Client::builder().share_budget(0, MINUTE),
        Client::builder().write_budget(1_001, MINUTE),
        Client::builder().write_budget(1, Duration::ZERO),
    ] {
        let error = builder.api_key("key").build().unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
    }
}

#[tokio::test]
async fn setting_the_clock_back_does_not_block_calls() {
    let (sandbox, client, clock) = start().await;
    clock.advance(1000 * MINUTE);
    for _ in 0..3 {
        rename(&client, CARD).await.unwrap();
    }
    clock.set(clock.now() - 900 * MINUTE);
    assert_eq!(
        refused(&client, CARD).await.retry_after(),
        Some(10 * MINUTE)
    );
    clock.advance(10 * MINUTE);
    sandbox.misbehave(Fault::status(503).header("retry-after", "300"));
    rename(&client, CARD).await.unwrap_err();
    clock.set(clock.now() - 100 * MINUTE);
    assert_eq!(refused(&client, CARD).await.retry_after(), Some(5 * MINUTE));
    clock.advance(5 * MINUTE);
    sandbox.misbehave(Fault::status(200).body("{}"));
    assert!(rename(&client, CARD).await.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_chat_can_be_shared_to_once_in_five_minutes() {
    let (sandbox, client, clock) = start().await;
    let share = || {
        client
            .chats()
            .share_contact_card(EXAMPLE_CHAT_ID)
            .into_future()
    };
    // A refused share does not count.
    let cards = sandbox.cards();
    sandbox.set_cards([]);
    assert!(share().await.unwrap_err().is_not_found());
    sandbox.set_cards(cards);

    share().await.unwrap();
    let braced = format!("{{{}}}", EXAMPLE_CHAT_ID.to_uppercase());
    let error = client.chats().share_contact_card(braced).await.unwrap_err();
    assert_eq!(
        (error.retry_after(), error.status()),
        (Some(5 * MINUTE), None)
    );
    let elsewhere = "550e8400-e29b-41d4-a716-446655440001";
    assert!(
        client
            .chats()
            .share_contact_card(elsewhere)
            .await
            .unwrap_err()
            .is_not_found()
    );
    clock.advance(5 * MINUTE);
    share().await.unwrap();
    assert_eq!(sandbox.requests().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_three_of_many_concurrent_writes_are_sent() {
    let (sandbox, client, _) = start().await;
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        tasks.spawn(async move { rename(&client, CARD).await });
    }
    let done = tasks.join_all().await;
    let (sent, refused): (Vec<_>, Vec<_>) = done.iter().partition(|done| done.is_ok());
    assert_eq!((sent.len(), refused.len()), (3, 97));
    assert_eq!(sandbox.requests().len(), 3);
}
