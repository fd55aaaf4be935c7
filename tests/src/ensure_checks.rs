//! `ensure` checks the cards that its writes return.

use std::time::Duration;

use insta::assert_snapshot;
use linq::WriteOutcome;
use linq_sandbox::{Card, Fault};
use serde_json::json;

use crate::ensure::{IMAGE, NUMBER, described, inactive, john, last_body, methods};
use crate::support::{TestClock, builder, sandbox_on, start, start_with, writes};

const WINDOW: Duration = Duration::from_secs(600);

/// A write that succeeds with this card.
pub(crate) fn returns(card: Card) -> Fault {
    Fault::status(200).json(json!(card))
}

/// The service stores the card, and does not apply it.
#[tokio::test]
async fn a_card_that_is_not_applied_is_written_once_more() {
    let (sandbox, client, clock) = start_with([]).await;
    let not_applied = returns(inactive()).header("x-trace-id", "1f");
    sandbox.misbehave(not_applied.on("POST").always());
    let error = john(&client).await.unwrap_err();
    assert_snapshot!(error, @"200 OK, but the card is stored, but not applied to the device; try again later [trace id 1f]");
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "POST", "GET"]);
    // The service has a moment to apply the card each time.
    assert_eq!(clock.waits().len(), 2);
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert!(!error.is_mismatch() && !error.is_decode(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(error.status().unwrap().as_u16(), 200);

    sandbox.behave();
    assert_eq!(described(&john(&client).await.unwrap()), "created");
}

#[tokio::test]
async fn a_card_that_is_applied_in_the_meantime_is_not_written_again() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(returns(inactive()).after_applying().on("POST"));
    let ensured = john(&client).image_url(IMAGE).await.unwrap();
    assert_eq!(described(&ensured), "created");
    assert!(ensured.card().is_active);
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET"]);

    let (sandbox, client, _) = start().await;
    sandbox.misbehave(returns(inactive()).after_applying().on("PATCH"));
    let changed = john(&client).last_name("Smith").image_url(IMAGE);
    let ensured = changed.image_changed(true).await.unwrap();
    assert_eq!(described(&ensured), "updated last_name image_url");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET"]);
}

#[tokio::test]
async fn an_update_that_is_not_applied_is_set_up_again() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(returns(inactive()).on("PATCH"));
    sandbox.misbehave(Fault::none().on("GET"));
    let list = json!({"contact_cards": [inactive()]});
    sandbox.misbehave(Fault::status(200).json(list).on("GET"));
    let applied = Card {
        first_name: "Ann".into(),
        ..Card::example()
    };
    sandbox.misbehave(returns(applied).on("POST"));
    let ensured = client.contact_card().ensure(NUMBER, "Ann").await.unwrap();
    assert_eq!(described(&ensured), "created");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "POST"]);
    assert_eq!(last_body(&sandbox)["last_name"], "Doe");
}

/// The card that is there is the one that was not applied at first.
#[tokio::test]
async fn a_conflict_with_its_own_unapplied_card_is_resolved() {
    let (sandbox, client, _) = start_with([]).await;
    let nothing = Fault::status(200).json(json!({"contact_cards": []}));
    sandbox.misbehave(returns(inactive()).after_applying().on("POST"));
    sandbox.misbehave(nothing.on("GET").times(2));
    assert_eq!(described(&john(&client).await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "POST", "GET"]);
}

/// A card that can't be read may have the photo, unless the request says that it has another.
#[tokio::test]
async fn a_card_that_is_not_listed_gets_an_image_that_replaces_another() {
    for (previous, image) in [
        (None, None),
        (Some("https://example.com/old.jpg"), Some(IMAGE)),
    ] {
        let (sandbox, client, _) = start().await;
        let nothing = Fault::status(200).json(json!({"contact_cards": []}));
        sandbox.misbehave(nothing.on("GET").times(2));
        let ensure = john(&client).image_url(IMAGE);
        let ensure = match previous {
            Some(previous) => ensure.previous_image_url(previous),
            None => ensure,
        };
        ensure.await.unwrap();
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "PATCH"]);
        assert_eq!(last_body(&sandbox)["image_url"].as_str(), image);
    }
}

#[tokio::test]
async fn an_exhausted_budget_does_not_hide_that_the_first_write_was_not_applied() {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).cards([]).start().await.unwrap();
    let builder = builder(&sandbox)
        .clock(clock.clone())
        .write_budget(1, WINDOW);
    let client = builder.build().unwrap();
    sandbox.misbehave(returns(inactive()).on("POST"));
    let error = john(&client).await.unwrap_err();
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    let paused: Duration = clock.waits().iter().sum();
    assert_eq!(error.retry_after(), Some(WINDOW - paused));
    assert_eq!(writes(&sandbox), 1);
}

/// Whatever limit the second write meets, the card is stored, but not applied.
#[tokio::test]
async fn a_limit_does_not_hide_that_the_first_write_was_not_applied() {
    let limited = Fault::error(429, 1007, "Rate limit exceeded");
    let busy = Fault::error(503, 4004, "Service unavailable");
    for (limit, wait) in [
        (limited.clone().retry_after(400), Some(400)),
        (limited, None),
        (busy, None),
    ] {
        let (sandbox, client, _) = start_with([]).await;
        sandbox.misbehave(returns(inactive()).on("POST"));
        sandbox.misbehave(limit.on("POST"));
        let error = john(&client).await.unwrap_err();
        assert!(error.is_not_applied() && error.is_retryable(), "{error}");
        assert!(
            error.to_string().contains("stored, but not applied"),
            "{error}"
        );
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs));
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "POST"]);
    }
}

/// The next run reads first, and must not do so before then.
#[tokio::test]
async fn a_rate_limit_on_the_read_after_a_write_is_reported_as_the_wait() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(returns(inactive()).on("POST"));
    sandbox.misbehave(Fault::none().on("GET"));
    let limited = Fault::error(429, 1007, "Rate limit exceeded").retry_after(300);
    sandbox.misbehave(limited.on("GET"));
    let error = john(&client).await.unwrap_err();
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET"]);
}

/// A returned card shows the result of all writes before it.
#[tokio::test]
async fn a_returned_card_settles_an_earlier_lost_write() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().on("POST"));
    sandbox.misbehave(returns(inactive()).on("POST"));
    let error = john(&client).await.unwrap_err();
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
}

#[tokio::test]
async fn a_photo_that_was_not_stored_is_reported() {
    // The returned card has no photo.
    let (sandbox, client, _) = start_with([]).await;
    let bare = Card {
        image_url: None,
        ..Card::example()
    };
    sandbox.misbehave(returns(bare.clone()).on("POST"));
    let error = john(&client).image_url(IMAGE).await.unwrap_err();
    assert!(
        error.to_string().contains("requested image_url;"),
        "{error}"
    );
    sandbox.set_cards([bare]);
    let error = john(&client).image_url(IMAGE).await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!(writes(&sandbox), 1);

    // The returned card has the old photo.
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(returns(Card::example()).on("PATCH").always());
    let replaced = || {
        let ensure = john(&client).image_url(IMAGE);
        ensure.image_changed(true).into_future()
    };
    let error = replaced().await.unwrap_err();
    assert!(
        error.to_string().contains("requested image_url;"),
        "{error}"
    );
    assert_eq!(replaced().await.unwrap_err().attempts(), 0);
    assert_eq!(writes(&sandbox), 1);
    sandbox.behave();
    // Without the photo, nothing is left to do.
    assert_eq!(described(&john(&client).await.unwrap()), "unchanged");
}

/// The service stores equal photos once: a copy that a first write made is the copy of the second
/// one too.
#[tokio::test]
async fn a_photo_set_by_the_first_of_two_writes_counts() {
    let (sandbox, client, _) = start_with([inactive()]).await;
    let with = |is_active| Card {
        image_url: Some("https://cdn.linqapp.com/contact-card/new.jpg".into()),
        is_active,
        ..Card::example()
    };
    sandbox.misbehave(returns(with(false)).on("POST"));
    sandbox.misbehave(returns(with(true)).on("POST"));
    sandbox.misbehave(Fault::none().on("GET"));
    let list = json!({"contact_cards": [with(false)]});
    sandbox.misbehave(Fault::status(200).json(list).on("GET"));
    let ensured = john(&client).image_url(IMAGE).image_changed(true).await;
    assert_eq!(described(&ensured.unwrap()), "created");
    assert_eq!(writes(&sandbox), 2);
}

/// A set-up that keeps what the inactive card had.
#[tokio::test]
async fn fields_that_a_set_up_keeps_are_updated_afterwards() {
    let (sandbox, client, _) = start_with([inactive()]).await;
    sandbox.misbehave(returns(Card::example()).after_applying().on("POST"));
    let nameless = || client.contact_card().ensure(NUMBER, "John").last_name("");
    let ensured = nameless().await.unwrap();
    assert_eq!(described(&ensured), "created");
    assert_eq!(ensured.card().last_name, None);
    assert_eq!(methods(&sandbox), ["GET", "POST", "PATCH"]);
    assert_eq!(last_body(&sandbox), json!({"last_name": ""}));

    // The response to the update is lost.
    let (sandbox, client, _) = start_with([inactive()]).await;
    sandbox.misbehave(returns(Card::example()).after_applying().on("POST"));
    sandbox.misbehave(Fault::cut().after_applying().on("PATCH"));
    let nameless = || client.contact_card().ensure(NUMBER, "John").last_name("");
    assert_eq!(described(&nameless().await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "POST", "PATCH", "GET"]);
}

#[tokio::test]
async fn kept_fields_that_can_not_be_updated_are_named() {
    for calls in [1, 3] {
        let clock = TestClock::new();
        let sandbox = sandbox_on(&clock).cards([inactive()]).start().await;
        let sandbox = sandbox.unwrap();
        let builder = builder(&sandbox).clock(clock).write_budget(calls, WINDOW);
        let client = builder.build().unwrap();
        sandbox.misbehave(returns(Card::example()).on("POST"));
        sandbox.misbehave(returns(Card::example()).on("PATCH"));
        let nameless = client.contact_card().ensure(NUMBER, "John").last_name("");
        let error = nameless.await.unwrap_err();
        assert!(error.is_mismatch(), "{error}");
        assert!(
            error.to_string().contains("requested last_name;"),
            "{error}"
        );
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
        assert_eq!(writes(&sandbox), if calls == 1 { 1 } else { 2 });
    }
}

/// The set-up took both writes.
#[tokio::test]
async fn kept_fields_are_not_updated_after_two_writes() {
    let (sandbox, client, _) = start_with([inactive()]).await;
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.on("POST"));
    sandbox.misbehave(returns(Card::example()).on("POST"));
    let nameless = client.contact_card().ensure(NUMBER, "John").last_name("");
    let error = nameless.await.unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    assert_eq!(methods(&sandbox), ["GET", "POST", "POST"]);
}
