//! A card is made to be as it should be, with as few writes as can be.

use linq::{Client, Ensure, Ensured, Request, WriteOutcome};
use linq_sandbox::{Card, Fault};
use serde_json::{Value, json};

use crate::support::{TestClock, builder, sandbox_on, start, start_with, writes};

const NUMBER: &str = "+15551234567";
const IMAGE: &str = "https://example.com/john.jpg";

fn john(client: &Client) -> Request<Ensure> {
    let ensure = client.contact_card().ensure(NUMBER, "John");
    ensure.last_name("Doe")
}

fn inactive() -> Card {
    Card {
        is_active: false,
        ..Card::example()
    }
}

/// Created, Updated and so on, with the fields that were written.
fn told(ensured: &Ensured) -> String {
    match ensured {
        Ensured::Unchanged {
            image_kept: true, ..
        } => "unchanged, image kept".to_owned(),
        Ensured::Unchanged { .. } => "unchanged".to_owned(),
        Ensured::Updated {
            fields,
            image_kept: true,
            ..
        } => format!("updated {}, image kept", fields.join(" ")),
        Ensured::Created { .. } => "created".to_owned(),
        Ensured::Updated { fields, .. } => format!("updated {}", fields.join(" ")),
        _ => "something new".to_owned(),
    }
}

fn methods(sandbox: &linq_sandbox::Sandbox) -> Vec<String> {
    let requests = sandbox.requests();
    requests
        .iter()
        .map(|request| request.method.to_string())
        .collect()
}

fn last_body(sandbox: &linq_sandbox::Sandbox) -> Value {
    serde_json::from_slice(&sandbox.requests().last().unwrap().body).unwrap()
}

#[tokio::test]
async fn a_card_that_matches_is_left_alone() {
    let (sandbox, client, _) = start().await;
    let ensured = john(&client).await.unwrap();
    assert_eq!(told(&ensured), "unchanged");
    assert_eq!(ensured.card().first_name, "John");
    assert_eq!(methods(&sandbox), ["GET"]);
}

#[tokio::test]
async fn a_card_that_is_missing_is_created() {
    let (sandbox, client, _) = start_with([]).await;
    let ensured = john(&client).image_url(IMAGE).await.unwrap();
    assert_eq!(told(&ensured), "created");
    assert!(
        ensured
            .into_card()
            .image_url
            .unwrap()
            .starts_with("https://cdn.linqapp.com/")
    );
    assert_eq!(methods(&sandbox), ["GET", "POST"]);

    let again = john(&client).image_url(IMAGE).await.unwrap();
    assert_eq!(told(&again), "unchanged, image kept");
    assert_eq!(writes(&sandbox), 1);
}

#[tokio::test]
async fn only_what_differs_is_changed() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let ensured = cards
        .ensure(NUMBER, "John")
        .last_name("Smith")
        .await
        .unwrap();
    assert_eq!(told(&ensured), "updated last_name");
    assert_eq!(methods(&sandbox), ["GET", "PATCH"]);
    assert_eq!(last_body(&sandbox), json!({"last_name": "Smith"}));

    let ensured = cards.ensure(NUMBER, "Ann").await.unwrap();
    assert_eq!(told(&ensured), "updated first_name");
    assert_eq!(ensured.card().last_name.as_deref(), Some("Smith"));

    let ensured = cards.ensure(NUMBER, "Ann").last_name("").await.unwrap();
    assert_eq!(
        (told(&ensured).as_str(), &ensured.card().last_name),
        ("updated last_name", &None)
    );
    let ensured = cards.ensure(NUMBER, " Ann ").last_name("").await.unwrap();
    assert_eq!(told(&ensured), "unchanged");
}

#[tokio::test]
async fn an_inactive_card_is_set_up_again_with_all_that_it_had() {
    let (sandbox, client, _) = start_with([inactive()]).await;
    let ensured = client.contact_card().ensure(NUMBER, "Ann").await.unwrap();
    assert_eq!(told(&ensured), "created");
    assert!(ensured.card().is_active);
    assert_eq!(
        last_body(&sandbox),
        json!({
            "phone_number": NUMBER,
            "first_name": "Ann",
            "last_name": "Doe",
            "image_url": "https://cdn.linqapp.com/contact-card/example.jpg"
        })
    );
}

#[tokio::test]
async fn an_image_is_replaced_only_when_told_to() {
    let (sandbox, client, clock) = start_with([Card {
        image_url: None,
        ..Card::example()
    }])
    .await;
    assert_eq!(
        told(&john(&client).image_url(IMAGE).await.unwrap()),
        "updated image_url"
    );
    let other = "https://example.com/other.jpg";
    for (request, expected) in [
        (john(&client).image_url(IMAGE), "unchanged, image kept"),
        (john(&client).image_url(other), "unchanged, image kept"),
        (
            client.contact_card().ensure(NUMBER, "Ann").image_url(other),
            "updated first_name, image kept",
        ),
        (john(&client), "updated first_name"),
        (
            john(&client).image_url(IMAGE).previous_image_url(IMAGE),
            "unchanged",
        ),
        (
            john(&client).image_url(other).previous_image_url(IMAGE),
            "updated image_url",
        ),
        (
            john(&client).image_url(other).image_changed(true),
            "updated image_url",
        ),
        (
            john(&client)
                .image_url(IMAGE)
                .previous_image_url(other)
                .image_changed(false),
            "unchanged",
        ),
        (john(&client).image_changed(true), "unchanged"),
    ] {
        assert_eq!(told(&request.await.unwrap()), expected);
        clock.advance(std::time::Duration::from_secs(600));
    }
    let hosted = sandbox.cards()[0].image_url.clone().unwrap();
    let same = john(&client).image_url(hosted).image_changed(true);
    assert_eq!(told(&same.await.unwrap()), "unchanged");
    assert_eq!(writes(&sandbox), 5);
}

#[tokio::test]
async fn a_dry_run_says_what_it_would_do_and_writes_nothing() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let ann = cards
        .ensure("+15557654321", "Ann")
        .image_url(IMAGE)
        .dry_run()
        .await
        .unwrap();
    assert_eq!(told(&ann), "created");
    assert_eq!(
        (
            ann.card().phone_number.as_str(),
            ann.card().image_url.as_deref()
        ),
        ("+15557654321", Some(IMAGE))
    );
    let smith = cards
        .ensure(NUMBER, "John")
        .last_name("Smith")
        .dry_run()
        .await
        .unwrap();
    assert_eq!(told(&smith), "updated last_name");
    assert_eq!(smith.card().last_name.as_deref(), Some("Smith"));
    assert_eq!(smith.card().first_name, "John");
    assert_eq!(told(&john(&client).dry_run().await.unwrap()), "unchanged");
    assert_eq!(writes(&sandbox), 0);

    sandbox.set_cards([inactive()]);
    let revived = john(&client).dry_run().await.unwrap();
    assert_eq!(
        (told(&revived).as_str(), revived.card().is_active),
        ("created", true)
    );
    let nameless = cards.ensure("+15557654321", "Ann").last_name("").dry_run();
    assert_eq!(nameless.await.unwrap().card().last_name, None);
}

/// The service has applied the write, and the answer is lost.
#[tokio::test]
async fn a_lost_answer_is_reconciled_by_reading() {
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
        assert_eq!(told(&ensured), "created");
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET"], "{fault:?}");

        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault.on("PATCH"));
        let changed = john(&client)
            .image_url(IMAGE)
            .image_changed(true)
            .last_name("Smith");
        assert_eq!(told(&changed.await.unwrap()), "updated last_name image_url");
        assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET"]);
    }
}

/// The service has not applied the write, and nobody knows.
#[tokio::test]
async fn a_lost_write_is_written_again_once() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().on("POST"));
    assert_eq!(told(&john(&client).await.unwrap()), "created");
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
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "PATCH", "GET"]);
    // With the third and last call of the budget, the write that was sent is what is told.
    let error = changed().await.unwrap_err();
    assert!(error.is_connect() && !error.is_rate_limited(), "{error}");
    assert!(!error.is_retryable());
    assert_eq!(
        (error.write_outcome(), error.attempts()),
        (WriteOutcome::Unknown, 1)
    );
    assert_eq!(writes(&sandbox), 3);
    let error = changed().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.write_outcome(), WriteOutcome::NotSent);
}

#[tokio::test]
async fn reading_that_fails_after_a_write_does_not_hide_the_write() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(Fault::cut().after_applying().on("POST"));
    sandbox.misbehave(Fault::none().on("GET"));
    sandbox.misbehave(Fault::error(403, 2005, "Access denied").on("GET"));
    let error = john(&client).await.unwrap_err();
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
    assert!(!error.is_permission(), "{error}");
}

#[tokio::test]
async fn reading_that_fails_at_first_has_written_nothing() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    let error = john(&client).await.unwrap_err();
    assert!(error.is_permission());
    assert_eq!(error.write_outcome(), WriteOutcome::NotSent);
}

/// Somebody else was faster: the list is still empty when it is read.
#[tokio::test]
async fn a_lost_race_ends_in_an_update_or_in_nothing() {
    let none = || {
        Fault::status(200)
            .json(json!({"contact_cards": []}))
            .on("GET")
    };
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(none());
    assert_eq!(
        told(&john(&client).image_url(IMAGE).await.unwrap()),
        "unchanged, image kept"
    );
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET"]);

    let (sandbox, client, _) = start().await;
    sandbox.misbehave(none());
    let ann = client.contact_card().ensure(NUMBER, "Ann");
    assert_eq!(told(&ann.await.unwrap()), "updated first_name");
    assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "PATCH"]);

    // Even where reading never shows the card, or shows it inactive.
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
        assert_eq!(told(&john.await.unwrap()), "updated first_name");
        assert_eq!(methods(&sandbox), ["GET", "POST", "GET", "PATCH"]);
    }
}

#[tokio::test]
async fn a_card_that_has_gone_meanwhile_is_set_up() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.misbehave(
        Fault::status(200)
            .json(json!({"contact_cards": [Card { first_name: "Ann".into(), ..Card::example() }]}))
            .on("GET"),
    );
    assert_eq!(told(&john(&client).await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "POST"]);
}

#[tokio::test]
async fn an_incomplete_write_is_completed_or_told() {
    for (times, writes_sent) in [(1, 2), (2, 2)] {
        let (sandbox, client, clock) = start_with([]).await;
        sandbox.leave_incomplete(NUMBER, times);
        match john(&client).await {
            Ok(ensured) => assert_eq!((told(&ensured).as_str(), times), ("created", 1)),
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
        assert_eq!(told(&john(&client).await.unwrap()), "unchanged");
    }
}

#[tokio::test]
async fn a_limited_upstream_is_tried_once() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.limit_upstream(NUMBER, std::time::Duration::from_secs(60));
    let error = john(&client).await.unwrap_err();
    assert_eq!(error.api_code(), Some(linq::ApiCode::UPSTREAM_RATE_LIMITED));
    assert_eq!(
        error.retry_after(),
        Some(std::time::Duration::from_secs(60))
    );
    assert!(error.is_rate_limited() && error.is_retryable());
    assert!(john(&client).await.unwrap_err().is_rate_limited());
    assert_eq!(writes(&sandbox), 1);
}

/// A 429 that is waited for is a write too.
#[tokio::test]
async fn two_writes_are_the_most() {
    let (sandbox, client, _) = start_with([]).await;
    let limited = Fault::error(429, 1007, "Rate limit exceeded").retry_after(1);
    sandbox.misbehave(limited.on("POST").always());
    let error = john(&client).max_retries(9).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(methods(&sandbox), ["GET", "POST", "POST"]);
}

#[tokio::test]
async fn settings_of_the_request_hold_for_all_that_it_sends() {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).cards([]).start().await.unwrap();
    let client = builder(&sandbox).clock(clock).build().unwrap();
    let ensure = john(&client).header("x-team", "red").query("tenant", "a");
    let response = ensure.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 201);
    for request in sandbox.requests() {
        assert_eq!(request.headers["x-team"], "red");
        assert!(request.query.unwrap().ends_with("tenant=a"));
    }
}

/// The service may compose letters and squeeze white space as it likes.
#[tokio::test]
async fn a_name_that_looks_the_same_is_the_same() {
    let (sandbox, client, _) = start_with([Card {
        first_name: "Zo\u{eb} Ann".into(),
        last_name: None,
        ..Card::example()
    }])
    .await;
    let cards = client.contact_card();
    for name in ["Zoe\u{308} Ann", " Zo\u{eb}\u{a0} Ann "] {
        let ensured = cards.ensure(NUMBER, name).last_name("").await.unwrap();
        assert_eq!(told(&ensured), "unchanged");
    }
    let ensured = cards.ensure(NUMBER, "Zoe Ann").await.unwrap();
    assert_eq!(told(&ensured), "updated first_name");
    assert_eq!(writes(&sandbox), 1);
}

#[tokio::test]
async fn of_several_cards_the_active_one_counts() {
    let old = Card {
        first_name: "Ann".into(),
        ..inactive()
    };
    let (sandbox, client, _) = start_with([old.clone(), Card::example(), old]).await;
    assert_eq!(told(&john(&client).await.unwrap()), "unchanged");
    assert_eq!(methods(&sandbox), ["GET"]);
}

/// Of a card that can't be read, nobody knows whether it has an image.
#[tokio::test]
async fn a_card_that_is_not_shown_keeps_its_image() {
    let (sandbox, client, _) = start().await;
    let nothing = Fault::status(200).json(json!({"contact_cards": []}));
    sandbox.misbehave(nothing.on("GET").always());
    john(&client).image_url(IMAGE).await.unwrap();
    let body = json!({"first_name": "John", "last_name": "Doe"});
    assert_eq!((methods(&sandbox).len(), last_body(&sandbox)), (4, body));
}

/// Only what `create` would take is sent back.
#[tokio::test]
async fn an_image_that_can_not_be_sent_is_not_kept() {
    let (sandbox, client, _) = start_with([Card {
        image_url: Some("http://cdn.linqapp.com/1.jpg".into()),
        last_name: Some(String::new()),
        ..inactive()
    }])
    .await;
    client.contact_card().ensure(NUMBER, "John").await.unwrap();
    let body = json!({"phone_number": NUMBER, "first_name": "John"});
    assert_eq!(last_body(&sandbox), body);
}

/// A set-up that was reported as incomplete, and is found complete.
#[tokio::test]
async fn a_set_up_of_ones_own_is_told_as_created() {
    let (sandbox, client, _) = start_with([]).await;
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.after_applying().on("POST"));
    let ensured = john(&client).image_url(IMAGE).image_changed(true).await;
    assert_eq!(told(&ensured.unwrap()), "created");
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
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_change_that_was_called_incomplete_may_be_complete() {
    let (sandbox, client, _) = start_with([Card {
        image_url: None,
        ..Card::example()
    }])
    .await;
    let incomplete = Fault::error(500, 2022, "Contact card setup did not complete");
    sandbox.misbehave(incomplete.after_applying().on("PATCH").times(2));
    let ensured = john(&client).image_url(IMAGE).await.unwrap();
    // The photo is the one that was sent: there was none before.
    assert_eq!(told(&ensured), "updated image_url");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "PATCH", "GET"]);
}
