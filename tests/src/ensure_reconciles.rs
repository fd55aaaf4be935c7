//! What `ensure` does when a write fails, is lost, or loses a race.

use linq::WriteOutcome;
use linq_sandbox::{Card, Fault};
use serde_json::json;

use crate::ensure::{IMAGE, NUMBER, described, john, last_body, methods};
use crate::support::{start, start_with, writes};

/// The service applies the write, but its response is lost.
#[tokio::test]
async fn a_lost_response_is_resolved_by_reading() {
    for fault in [
        Fault::cut().after_applying(),
        Fault::none().cut_after(5),
        Fault::status(502).after_applying(),
        Fault::error(500, 3006, "Internal server error").after_applying(),
        Fault::status(200).body("<html>").after_applying(),
    ] {
        let (sandbox, client, _) = start_with([]).await;
        sandbox.misbehave(fault.clone().on("POST"));
        let ensured = john(&client).image_url(IMAGE).await.unwrap();
        assert_eq!(described(&ensured), "created");
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET"], "{fault:?}");

        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault.on("PATCH"));
        let changed = john(&client)
            .image_url(IMAGE)
            .image_changed(true)
            .last_name("Smith");
        assert_eq!(
            described(&changed.await.unwrap()),
            "updated last_name image_url"
        );
        assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET"]);
    }
}

/// The service does not apply the write, but the client can't tell.
#[tokio::test]
async fn a_lost_write_is_repeated_once() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().on("POST"));
    assert_eq!(described(&john(&client).await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "POST"]);

    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::cut().on("PATCH").always());
    let changed = || {
        john(&client)
            .image_url(IMAGE)
            .image_changed(true)
            .into_future()
    };
    let error = changed().await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "PATCH", "GET"]);
    // This run sends the third and last call of the budget, and reports on it.
    let error = changed().await.unwrap_err();
    assert!(error.is_connect() && !error.is_rate_limited(), "{error}");
    assert!(!error.is_retryable());
    assert_eq!(
        (error.write_outcome(), error.attempts()),
        (Some(WriteOutcome::Unknown), 1)
    );
    assert_eq!(writes(&sandbox), 3);
    let error = changed().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
}

#[tokio::test]
async fn a_failed_read_after_a_write_does_not_hide_the_write() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().after_applying().on("POST"));
    sandbox.misbehave(Fault::none().on("GET"));
    sandbox.misbehave(Fault::error(403, 2005, "Access denied").on("GET"));
    let error = john(&client).await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert!(!error.is_permission(), "{error}");
}

#[tokio::test]
async fn a_failed_first_read_means_nothing_was_written() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    let error = john(&client).await.unwrap_err();
    assert!(error.is_permission());
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
}

/// Another process creates the card after the client has read an empty list.
#[tokio::test]
async fn after_a_lost_race_only_differences_are_updated() {
    let none = || {
        Fault::status(200)
            .json(json!({"contact_cards": []}))
            .on("GET")
    };
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(none());
    assert_eq!(
        described(&john(&client).image_url(IMAGE).await.unwrap()),
        "unchanged, image kept"
    );
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET"]);

    let (sandbox, client, _) = start().await;
    sandbox.misbehave(none());
    let ann = client.contact_card().ensure(NUMBER, "Ann");
    assert_eq!(described(&ann.await.unwrap()), "updated first_name");
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "PATCH"]);

    // Even if the list never has the card, or has it as inactive.
    for stale in [
        json!([]),
        json!([{"phone_number": NUMBER, "first_name": "John", "is_active": false}]),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(
            Fault::status(200)
                .json(json!({"contact_cards": stale}))
                .on("GET")
                .always(),
        );
        let john = client.contact_card().ensure(NUMBER, "John");
        assert_eq!(described(&john.await.unwrap()), "updated first_name");
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "PATCH"]);
    }
}

#[tokio::test]
async fn a_card_that_has_disappeared_is_set_up() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(
        Fault::status(200)
            .json(json!({"contact_cards": [Card { first_name: "Ann".into(), ..Card::example() }]}))
            .on("GET"),
    );
    assert_eq!(described(&john(&client).await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "POST"]);
}

#[tokio::test]
async fn an_incomplete_write_is_repeated_once() {
    for (times, writes_sent) in [(1, 2), (2, 2)] {
        let (sandbox, client, clock) = start_with([]).await;
        sandbox.leave_incomplete(NUMBER, times);
        match john(&client).await {
            Ok(ensured) => assert_eq!((described(&ensured).as_str(), times), ("created", 1)),
            Err(error) => {
                assert_eq!(times, 2);
                assert_eq!(
                    error.api_code(),
                    Some(linq::ApiCode::CONTACT_CARD_INCOMPLETE)
                );
            }
        }
        assert_eq!(writes(&sandbox), writes_sent);
        clock.advance(std::time::Duration::from_secs(600));
        john(&client).await.unwrap();
        assert_eq!(described(&john(&client).await.unwrap()), "unchanged");
    }
}

#[tokio::test]
async fn an_upstream_limit_is_not_retried() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.limit_upstream(NUMBER, std::time::Duration::from_secs(60));
    let error = john(&client).await.unwrap_err();
    assert_eq!(error.api_code(), Some(linq::ApiCode::UPSTREAM_RATE_LIMITED));
    assert_eq!(error.retry_after(), None);
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(writes(&sandbox), 1);
}

/// A write that got a 429 counts too.
#[tokio::test]
async fn there_are_at_most_two_writes() {
    let (sandbox, client, _) = start_with([]).await;
    let limited = Fault::error(429, 1007, "Rate limit exceeded").retry_after(1);
    sandbox.misbehave(limited.on("POST").always());
    let error = john(&client).max_retries(9).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(methods(&sandbox), ["GET", "POST", "POST"]);
}

/// A card that can't be read may have an image.
#[tokio::test]
async fn a_card_that_is_not_listed_keeps_its_image() {
    let (sandbox, client, _) = start().await;
    let nothing = Fault::status(200).json(json!({"contact_cards": []}));
    sandbox.misbehave(nothing.on("GET").always());
    john(&client).image_url(IMAGE).await.unwrap();
    let body = json!({"first_name": "John", "last_name": "Doe"});
    assert_eq!((methods(&sandbox).len(), last_body(&sandbox)), (4, body));
}

/// A set-up that was reported as incomplete, and is found complete.
#[tokio::test]
async fn a_set_up_that_was_reported_incomplete_is_created() {
    let (sandbox, client, _) = start_with([]).await;
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.after_applying().on("POST"));
    let ensured = john(&client).image_url(IMAGE).image_changed(true).await;
    assert_eq!(described(&ensured.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "POST", "POST", "GET"]);
}

#[tokio::test]
async fn a_refusal_does_not_hide_an_earlier_write_whose_outcome_is_unknown() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().on("POST"));
    let limited = Fault::error(503, 4004, "Upstream rate limit exceeded").retry_after(60);
    sandbox.misbehave(limited.on("POST"));
    let error = john(&client).await.unwrap_err();
    assert_eq!(error.api_code(), Some(linq::ApiCode::UPSTREAM_RATE_LIMITED));
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn an_update_that_was_reported_incomplete_may_be_complete() {
    let (sandbox, client, _) = start_with([Card {
        image_url: None,
        ..Card::example()
    }])
    .await;
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.after_applying().on("PATCH").times(2));
    let ensured = john(&client).image_url(IMAGE).await.unwrap();
    // The photo is the one that was sent: there was none before.
    assert_eq!(described(&ensured), "updated image_url");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "PATCH", "GET"]);
}
