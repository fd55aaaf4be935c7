//! A fault becomes the error that the client returns then.

use std::time::Duration;

use linq::reqwest::StatusCode;
use linq::reqwest::header::HeaderValue;
use linq::testing::{Endpoint, Fault};
use linq::{ApiCode, Error, WriteOutcome, chats, contact_card, webhook_subscriptions};

fn status(status: u16) -> Fault {
    Fault::status(StatusCode::from_u16(status).unwrap())
}

type Question = fn(&Error) -> bool;

/// The questions that a read's error answers with yes.
fn yes(error: &Error) -> Vec<&'static str> {
    let questions: [(&str, Question); 17] = [
        ("invalid_input", Error::is_invalid_input),
        ("bad_request", Error::is_bad_request),
        ("authentication", Error::is_authentication),
        ("permission", Error::is_permission),
        ("not_found", Error::is_not_found),
        ("conflict", Error::is_conflict),
        ("rate_limited", Error::is_rate_limited),
        ("budget_store", Error::is_budget_store),
        ("redirect", Error::is_redirect),
        ("server", Error::is_server),
        ("timeout", Error::is_timeout),
        ("connect", Error::is_connect),
        ("tls", Error::is_tls),
        ("decode", Error::is_decode),
        ("mismatch", Error::is_mismatch),
        ("not_applied", Error::is_not_applied),
        ("retryable", Error::is_retryable),
    ];
    let asked = questions.iter().filter(|(_, question)| question(error));
    asked.map(|(name, _)| *name).collect()
}

#[test]
fn every_question_can_be_answered_with_yes() {
    use WriteOutcome::{NotSent, Rejected, Unknown};
    let minute = Duration::from_secs(60);
    let code = |number, code| status(number).code(code);
    for (fault, questions, outcome, attempts) in [
        (
            Fault::invalid_input("no"),
            &["invalid_input"][..],
            NotSent,
            0,
        ),
        (status(400), &["bad_request"], Rejected, 1),
        (status(401), &["authentication"], Rejected, 1),
        (status(403), &["permission"], Rejected, 1),
        (
            code(404, ApiCode::CONTACT_CARD_NOT_FOUND),
            &["not_found"],
            Rejected,
            1,
        ),
        (
            code(409, ApiCode::CONTACT_CARD_EXISTS),
            &["conflict"],
            Rejected,
            1,
        ),
        (
            status(429).retry_after(minute),
            &["rate_limited", "retryable"],
            Rejected,
            1,
        ),
        (
            code(503, ApiCode::UPSTREAM_RATE_LIMITED),
            &["rate_limited", "server", "retryable"],
            Rejected,
            1,
        ),
        (
            Fault::budget_used_up(minute),
            &["rate_limited", "retryable"],
            NotSent,
            0,
        ),
        (
            Fault::budget_store(),
            &["budget_store", "retryable"],
            NotSent,
            0,
        ),
        (status(307), &["redirect"], Rejected, 1),
        (status(302), &["redirect"], Unknown, 1),
        (status(502).body("<html>"), &["server"], Unknown, 1),
        (Fault::timeout(), &["timeout"], Unknown, 1),
        (
            Fault::no_connection(),
            &["connect", "retryable"],
            NotSent,
            1,
        ),
        (Fault::connection_lost(), &["connect"], Unknown, 1),
        (Fault::tls(), &["tls"], NotSent, 1),
        (status(200).body("<html>"), &["decode"], Unknown, 1),
        (Fault::mismatch(), &["mismatch"], Rejected, 1),
        (
            Fault::not_applied(),
            &["not_applied", "retryable"],
            Rejected,
            1,
        ),
    ] {
        let error = fault.error::<contact_card::Update>();
        assert_eq!(yes(&error), questions, "{fault:?}: {error}");
        assert_eq!(error.write_outcome(), Some(outcome), "{fault:?}");
        assert_eq!(error.attempts(), attempts, "{fault:?}");
    }
}

#[test]
fn an_error_has_what_the_response_had() {
    let fault = status(429)
        .code(ApiCode::RATE_LIMITED)
        .message("slow down")
        .trace_id(HeaderValue::from_static("abc123"))
        .retry_after(Duration::from_millis(1_500));
    let error = fault.error::<contact_card::Create>();
    assert_eq!(error.status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(error.api_code(), Some(ApiCode::RATE_LIMITED));
    assert_eq!(error.message(), Some("slow down"));
    assert_eq!(error.trace_id(), Some("abc123"));
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1_500)));
}

#[test]
fn the_last_wait_that_is_set_counts() {
    let [short, long] = [1_500, 60_000].map(Duration::from_millis);
    for waits in [[short, long], [long, short]] {
        let fault = waits.into_iter().fold(status(429), Fault::retry_after);
        let error = fault.error::<contact_card::Create>();
        assert_eq!(error.retry_after(), Some(waits[1]));
    }
}

#[test]
fn the_operation_decides_what_is_known() {
    fn outcome<O: Endpoint>(fault: &Fault) -> (Option<WriteOutcome>, bool) {
        let error = fault.error::<O>();
        (error.write_outcome(), error.is_retryable())
    }
    let lost = Fault::connection_lost();
    assert_eq!(outcome::<chats::Retrieve>(&lost), (None, true));
    let unknown = Some(WriteOutcome::Unknown);
    assert_eq!(outcome::<contact_card::Create>(&lost), (unknown, false));
    let deletion = outcome::<webhook_subscriptions::Delete>(&lost);
    assert_eq!(deletion, (unknown, true));
}

#[test]
fn a_fault_that_is_a_success_is_no_other_error() {
    let error = status(204).error::<webhook_subscriptions::Delete>();
    let text = "invalid input: the response of the fault is a success";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn errors_can_be_made_in_a_runtime_too() {
    assert!(status(404).error::<chats::Retrieve>().is_not_found());
}
