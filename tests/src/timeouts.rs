//! The deadline holds for the whole attempt, the body included.

use std::time::Duration;

use linq::Error;
use linq_sandbox::{Fault, Sandbox};

use crate::support::{builder, start, without_port};

#[tokio::test]
async fn a_service_that_does_not_answer_ends_at_the_deadline() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall().always());
    let task = tokio::spawn(client.contact_card().retrieve().into_future());
    sandbox.wait_for_requests(1).await;
    clock.pass_deadlines();
    let error = task.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_connect());
    assert_eq!((error.status(), error.attempts()), (None, 3));
    assert_eq!(
        without_port(&error),
        "[host] gave no complete answer within 60s; raise the timeout, or try again later [3 attempts]"
    );
}

/// The error of a request with a deadline of half a second on the machine's own clock.
async fn error_after_half_a_second(fault: Fault) -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(fault.always());
    let client = builder(&sandbox)
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    client
        .contact_card()
        .retrieve()
        .max_retries(0)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_ends_at_the_deadline() {
    let (stalled, dripping, refused) = tokio::join!(
        error_after_half_a_second(Fault::none().stall_after(10)),
        error_after_half_a_second(Fault::none().drip(1, Duration::from_millis(20))),
        error_after_half_a_second(Fault::error(401, 2004, "Unauthorized").stall_after(10)),
    );
    for error in [&stalled, &dripping] {
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
        assert_eq!(error.status().unwrap().as_u16(), 200);
        assert_eq!(error.trace_id().map(str::len), Some(32));
        assert!(
            without_port(error)
                .starts_with("200 OK, but [host] gave no complete answer within 500ms"),
            "{error}"
        );
    }
    assert!(
        refused.is_authentication() && !refused.is_retryable(),
        "{refused}"
    );
}

#[tokio::test]
async fn a_slow_body_within_the_deadline_passes() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::none().drip(7, Duration::from_millis(1)));
    let cards = client
        .contact_card()
        .retrieve()
        .await
        .unwrap()
        .contact_cards;
    assert_eq!(cards[0].last_name.as_deref(), Some("Doe"));
}
