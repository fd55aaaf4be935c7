//! Failed writes: what their errors say, and what is known of the write.

use std::pin::Pin;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use linq::{Clock, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};

use crate::support::{TestClock, builder, start, start_with, without_port, without_reasons};

#[tokio::test]
async fn texts_of_failed_writes() {
    let (sandbox, client, _) = start().await;
    let upstream = Fault::error(503, 4004, "Upstream rate limit exceeded").retry_after(120);
    let mut texts = Vec::new();
    for (number, fault) in [
        ("+15550000001", upstream),
        ("+15550000001", Fault::none()),
        (
            "+15550000002",
            Fault::error(500, 3006, "Internal server error"),
        ),
        ("+15550000003", Fault::cut()),
        (
            "+15550000004",
            Fault::status(307).header("location", "/elsewhere"),
        ),
    ] {
        sandbox.misbehave(fault.header("x-trace-id", "1f"));
        let update = client.contact_card().update(number).first_name("Ann");
        texts.push(without_port(&update.await.unwrap_err()));
        sandbox.behave();
    }
    assert_snapshot!(without_reasons(&texts.join("\n")), @r"
    503 Service Unavailable (code 4004): Upstream rate limit exceeded; the card is no longer active: set it up again later with `create` or `ensure`; wait 120s first [trace id 1f]
    nothing was sent: the service asked for a wait; try again in 120s
    500 Internal Server Error (code 3006): Internal server error; the write may still have been applied; check before retrying [trace id 1f]
    the connection to [host] broke before the response was complete: [reason]; the write may still have been applied; check before retrying
    307 Temporary Redirect: a redirect of a write is not followed; check the base URL [trace id 1f]
    ");
}

#[tokio::test]
async fn conflicts_and_missing_cards_are_reported() {
    let (sandbox, client, _) = start().await;
    let exists = client
        .contact_card()
        .create("+15551234567", "Ann")
        .await
        .unwrap_err();
    assert!(exists.is_conflict() && !exists.is_retryable());
    assert_eq!(exists.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(exists.api_code(), Some(linq::ApiCode::CONTACT_CARD_EXISTS));

    let none = client
        .contact_card()
        .update("+15557654321")
        .first_name("Ann")
        .await
        .unwrap_err();
    assert!(none.is_not_found());
    assert_eq!(none.api_code(), Some(linq::ApiCode::CONTACT_CARD_NOT_FOUND));

    sandbox.set_cards([]);
    let no_card = client
        .chats()
        .share_contact_card(EXAMPLE_CHAT_ID)
        .await
        .unwrap_err();
    assert_eq!(
        no_card.api_code(),
        Some(linq::ApiCode::CONTACT_CARD_NOT_FOUND)
    );
    let no_chat = "550e8400-e29b-41d4-a716-446655440001";
    let no_chat = client
        .chats()
        .share_contact_card(no_chat)
        .await
        .unwrap_err();
    assert_eq!(no_chat.api_code(), Some(linq::ApiCode::RESOURCE_NOT_FOUND));
}

/// The code alone does not tell whether the write was applied.
#[tokio::test]
async fn an_upstream_limit_under_another_status_than_documented_has_an_unknown_outcome() {
    let (sandbox, client, _) = start().await;
    for (status, outcome) in [
        (503, WriteOutcome::Rejected),
        (300, WriteOutcome::Unknown),
        (999, WriteOutcome::Unknown),
    ] {
        sandbox.misbehave(Fault::error(status, 4004, "Upstream rate limit exceeded"));
        let number = format!("+1555000{status:04}");
        let update = client.contact_card().update(number).first_name("Ann");
        let error = update.await.unwrap_err();
        assert_eq!(error.write_outcome(), Some(outcome), "{error}");
    }
}

#[tokio::test]
async fn an_incomplete_write_is_retried_once() {
    for (times, ok) in [(1, true), (2, false)] {
        let (sandbox, client, _) = start_with([]).await;
        sandbox.leave_incomplete("+15551234567", times);
        let made = client
            .contact_card()
            .create("+15551234567", "Ann")
            .send()
            .await;
        assert_eq!(sandbox.requests().len(), 2);
        match made {
            Ok(response) => assert!(ok && response.attempts() == 2),
            Err(error) => {
                assert!(!ok && error.is_retryable(), "{error}");
                assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
            }
        }
    }
}

/// A clock that stops the sandbox during the first wait.
#[derive(Debug)]
struct Unplugging(Mutex<Option<Sandbox>>);

impl Clock for Unplugging {
    fn now(&self) -> SystemTime {
        TestClock::new().now()
    }

    fn sleep(&self, _wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let sandbox = self.0.lock().unwrap().take();
        Box::pin(async move {
            if let Some(sandbox) = sandbox {
                let address = sandbox.origin().trim_start_matches("http://").to_owned();
                drop(sandbox);
                while tokio::net::TcpStream::connect(&address).await.is_ok() {}
            }
        })
    }
}

#[tokio::test]
async fn a_retry_that_is_not_sent_keeps_the_outcome_of_the_first_attempt() {
    let sandbox = Sandbox::start().await.unwrap();
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.header("connection", "close"));
    let builder = builder(&sandbox).clock(Unplugging(Mutex::new(Some(sandbox))));
    let client = builder.build().unwrap();
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    let error = update.await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 3, "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
}

/// Such as the login page of a hotel's network.
#[tokio::test]
async fn a_success_without_the_documented_body_is_an_error() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(200).body("<html>Welcome</html>"));
    let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
    let error = share.await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
}

/// The card that is there may be the one whose set-up was not complete.
#[tokio::test]
async fn a_conflict_after_an_incomplete_attempt_has_an_unknown_outcome() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox
        .misbehave(Fault::error(500, 2022, "Contact card setup did not complete").after_applying());
    let error = client
        .contact_card()
        .create("+15551234567", "Ann")
        .await
        .unwrap_err();
    assert!(error.is_conflict() && !error.is_retryable(), "{error}");
    assert_eq!(
        (error.write_outcome(), error.attempts()),
        (Some(WriteOutcome::Unknown), 2)
    );
}

#[tokio::test]
async fn an_unknown_outcome_is_mentioned_before_the_wait() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(503).header("retry-after", "30"));
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    let error = update.await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the write may still have been applied"),
        "{error}"
    );
    assert!(!error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn only_writing_requests_have_a_write_outcome() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let failures = [
        Fault::error(403, 2005, "Access denied"),
        Fault::error(429, 1007, "Rate limit exceeded").retry_after(600),
        Fault::error(500, 3006, "Internal server error"),
        Fault::status(200).body("<html>"),
        Fault::cut(),
    ];
    for fault in failures {
        sandbox.misbehave(fault.always());
        let read = cards.retrieve().await.unwrap_err();
        assert_eq!(read.write_outcome(), None, "{read}");
        let read = cards.get("+15551234567").await.unwrap_err();
        assert_eq!(read.write_outcome(), None, "{read}");
        let ensure = || cards.ensure("+15551234567", "Ann");
        let dry_run = ensure().dry_run().await.unwrap_err();
        assert_eq!(dry_run.write_outcome(), None, "{dry_run}");
        // This one would have written, so its caller asks whether it has.
        let ensure = ensure().await.unwrap_err();
        assert_eq!(ensure.write_outcome(), Some(WriteOutcome::NotSent));
        sandbox.behave();
    }
    let invalid = [
        cards.retrieve().phone_number("555").await.unwrap_err(),
        cards.get("555").await.unwrap_err(),
        cards.retrieve().timeout(Duration::ZERO).await.unwrap_err(),
        cards.ensure("555", "Ann").dry_run().await.unwrap_err(),
        "555".parse::<linq::PhoneNumber>().unwrap_err().into(),
        linq::Client::builder().build().unwrap_err(),
        linq::Client::new("two words").unwrap_err(),
    ];
    for error in invalid {
        assert!(error.is_invalid_input());
        assert_eq!(error.write_outcome(), None, "{error}");
    }
    let twice = ["Ann", "Bob"].map(|name| cards.ensure("+15551234567", name));
    for report in cards.ensure_all(twice).await {
        let error = report.result.unwrap_err();
        assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    }
}
