//! The cards that the service returns are compared with what was asked for.

use insta::assert_snapshot;
use linq::{Error, WriteOutcome};
use linq_sandbox::{Card, EXAMPLE_CHAT_ID, Fault};
use serde_json::{Value, json};

use crate::ensure::{IMAGE, NUMBER};
use crate::support::{builder, start, start_with, writes};

const OTHER: &str = "+15557654321";

fn other() -> Card {
    Card {
        phone_number: OTHER.into(),
        ..Card::example()
    }
}

fn list(cards: impl IntoIterator<Item = Card>) -> Fault {
    let cards: Vec<_> = cards.into_iter().collect();
    Fault::status(200).json(json!({ "contact_cards": cards }))
}

fn text(error: &Error) -> String {
    let text = error.to_string();
    for value in [NUMBER, OTHER, "John", "Doe", "Ann", "Lee", "example.com"] {
        assert!(!text.contains(value), "{text}");
    }
    text
}

#[tokio::test]
async fn a_card_of_another_number_is_an_error() {
    let (sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    let foreign = Fault::status(201).json(json!(other()));
    sandbox.misbehave(foreign.header("x-trace-id", "1f").times(2));
    let created = cards.create(NUMBER, "John").await.unwrap_err();
    let updated = cards.update(NUMBER).first_name("John").await.unwrap_err();
    sandbox.misbehave(list([other(), other()]).header("x-trace-id", "1f").times(2));
    let got = cards.get(NUMBER).await.unwrap_err();
    let retrieved = cards.retrieve().phone_number(NUMBER).await.unwrap_err();

    let errors = [&created, &updated, &got, &retrieved];
    assert_snapshot!(errors.map(text).join("\n"), @r"
    201 Created, but the returned card belongs to another phone number; check the base URL; the write may still have been applied; check before retrying [trace id 1f]
    201 Created, but the returned card belongs to another phone number; check the base URL; the write may still have been applied; check before retrying [trace id 1f]
    200 OK, but the returned cards belong to other phone numbers; check the base URL [trace id 1f]
    200 OK, but the returned cards belong to other phone numbers; check the base URL [trace id 1f]
    ");
    for error in errors {
        assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
        assert!(!error.is_decode() && !error.is_not_applied(), "{error}");
    }
    let outcomes = errors.map(Error::write_outcome);
    let unknown = Some(WriteOutcome::Unknown);
    assert_eq!(outcomes, [unknown, unknown, None, None]);
}

/// A stand-in that ignores the query returns every card.
#[tokio::test]
async fn cards_of_other_numbers_are_left_out() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    sandbox.misbehave(list([other(), Card::example(), other()]).times(3));
    let got = cards.get(NUMBER).await.unwrap().unwrap();
    let retrieved = cards.retrieve().phone_number(NUMBER).await.unwrap();
    assert_eq!(retrieved.contact_cards, [got]);
    assert_eq!(retrieved.contact_cards[0].phone_number, NUMBER);
    let all = cards.retrieve().await.unwrap();
    assert_eq!(all.contact_cards.len(), 3);
}

#[tokio::test]
async fn fields_that_a_write_did_not_set_are_named() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let stays = |card: Value| {
        let fault = Fault::status(200).json(card);
        sandbox.misbehave(fault.header("x-trace-id", "1f").header("x-region", "eu"));
    };
    let bare = json!({"phone_number": NUMBER, "first_name": "John", "is_active": true});
    stays(bare.clone());
    let all = cards.update(NUMBER).first_name("Ann").last_name("Lee");
    let all = all.image_url(IMAGE).await.unwrap_err();
    stays(json!(Card::example()));
    let removed = cards.update(NUMBER).last_name("").await.unwrap_err();
    stays(bare);
    let created = cards.create(OTHER, "John").image_url(IMAGE).await;
    assert!(created.unwrap_err().is_mismatch());
    stays(json!({"phone_number": OTHER, "first_name": "", "is_active": true}));
    let created = cards.create(OTHER, "Ann").await.unwrap_err();

    let errors = [&all, &removed, &created];
    assert_snapshot!(errors.map(text).join("\n"), @r"
    200 OK, but the returned card does not have the requested first_name, last_name, image_url; use another value, or contact Linq support [trace id 1f]
    200 OK, but the returned card does not have the requested last_name; use another value, or contact Linq support [trace id 1f]
    200 OK, but the returned card does not have the requested first_name; use another value, or contact Linq support [trace id 1f]
    ");
    for error in errors {
        assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
        assert_eq!(
            (error.status().unwrap().as_u16(), error.attempts()),
            (200, 1)
        );
        assert_eq!(error.trace_id(), Some("1f"));
        assert_eq!(error.headers().unwrap()["x-region"], "eu");
        assert!(error.body().unwrap().contains("\"is_active\":true"));
    }
}

/// Changes by the service that nobody sees.
#[tokio::test]
async fn a_card_that_looks_as_requested_is_accepted() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    for (n, (asked, returned)) in [
        (
            json!({"first_name": "Zo\u{eb}"}),
            json!({"first_name": "Zoe\u{308}"}),
        ),
        (
            json!({"first_name": "Zoe\u{308} Ann"}),
            json!({"first_name": " Zo\u{eb}\u{a0} Ann\n"}),
        ),
        (json!({"last_name": ""}), json!({"last_name": null})),
        (json!({"last_name": ""}), json!({"last_name": ""})),
        (json!({"last_name": ""}), json!({})),
        (json!({"image_url": IMAGE}), json!({"image_url": IMAGE})),
        (
            json!({"image_url": IMAGE}),
            json!({"image_url": "https://cdn.linqapp.com/contact-card/1.jpg"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let number = format!("+1555000000{n}");
        let mut card = json!({"phone_number": number, "first_name": "John", "is_active": false});
        let card_fields = card.as_object_mut().unwrap();
        card_fields.extend(returned.as_object().unwrap().clone());
        sandbox.misbehave(Fault::status(200).json(card.clone()).times(2));
        let field = |name: &str| asked[name].as_str();
        let (mut update, mut create) = (
            cards.update(&number),
            cards.create(&number, field("first_name").unwrap_or("John")),
        );
        if let Some(first_name) = field("first_name") {
            update = update.first_name(first_name);
        }
        if let Some(last_name) = field("last_name") {
            (update, create) = (update.last_name(last_name), create.last_name(last_name));
        }
        if let Some(image_url) = field("image_url") {
            (update, create) = (update.image_url(image_url), create.image_url(image_url));
        }
        assert_eq!(json!(update.await.unwrap())["phone_number"], number);
        assert!(!create.await.unwrap().is_active);
    }
}

#[tokio::test]
async fn an_empty_image_url_counts_as_no_photo() {
    let (sandbox, client, _) = start().await;
    for image_url in [json!(null), json!("")] {
        let mut card = json!(Card::example());
        card["image_url"] = image_url;
        sandbox.misbehave(Fault::status(200).json(card));
        let update = client.contact_card().update(NUMBER).image_url(IMAGE);
        let error = update.await.unwrap_err();
        assert!(error.is_mismatch(), "{error}");
    }
}

/// A service may keep the last name of the inactive card that it sets up again.
#[tokio::test]
async fn a_set_up_without_a_last_name_must_return_none() {
    let (sandbox, client, _) = start_with([]).await;
    let cards = client.contact_card();
    sandbox.misbehave(Fault::status(200).json(json!(Card::example())).times(2));
    let error = cards
        .create(NUMBER, "John")
        .last_name("")
        .await
        .unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    assert!(
        error.to_string().contains("requested last_name;"),
        "{error}"
    );
    let body: Value = serde_json::from_slice(&sandbox.requests()[0].body).unwrap();
    assert_eq!(body, json!({"phone_number": NUMBER, "first_name": "John"}));
    // If no last name was given, any is accepted.
    cards.create(NUMBER, "John").await.unwrap();
}

#[tokio::test]
async fn a_mismatch_ignores_an_error_in_the_body() {
    let (sandbox, client, _) = start().await;
    let mut card = json!(other());
    card["error"] = json!({"code": 2012, "message": "Contact card not found"});
    sandbox.misbehave(Fault::status(200).json(card).on("PATCH"));
    let error = client.contact_card().update(NUMBER).first_name("Ann").await;
    let error = error.unwrap_err();
    assert!(error.is_mismatch() && !error.is_not_found(), "{error}");
    assert_eq!((error.api_code(), error.message()), (None, None));
}

/// A complete 404 with code 2012, and other responses with the same code.
fn code_2012() -> Vec<(&'static str, Fault, bool)> {
    let body = r#"{"success":false,"error":{"status":404,"code":2012,"message":"No card"}}"#;
    let padded = format!("{body}{}", " ".repeat(300));
    let json = |status| Fault::status(status).header("content-type", "application/json");
    let cut = |status| json(status).body(padded.clone()).cut_after(body.len());
    let elsewhere = ("location", "https://example.com/");
    vec![
        ("404", json(404).body(body), true),
        ("404, padded", json(404).body(padded.clone()), true),
        ("404, cut", cut(404), false),
        ("502, cut", cut(502), false),
        (
            "404, too large",
            json(404).body(format!("{padded:999}")),
            false,
        ),
        ("400", json(400).body(body), false),
        ("410", json(410).body(body), false),
        ("500", json(500).body(body), false),
        ("503", json(503).body(body), false),
        ("200", json(200).body(body), false),
        (
            "302",
            json(302).body(body).header(elsewhere.0, elsewhere.1),
            false,
        ),
    ]
}

#[tokio::test]
async fn only_a_complete_404_means_that_there_is_no_card() {
    for (name, fault, means_none) in code_2012() {
        let (sandbox, _, clock) = start().await;
        let builder = builder(&sandbox).clock(clock).max_response_bytes(400);
        let client = builder.build().unwrap();
        sandbox.misbehave(fault.clone().on("GET").always());
        let got = client.contact_card().get(NUMBER).await;
        match got {
            Ok(card) => assert!(card.is_none() && means_none, "{name}"),
            Err(error) => assert!(!means_none, "{name}: {error}"),
        }
        // `ensure` sets up a card that is not there.
        let ensured = client.contact_card().ensure(NUMBER, "Ann").await;
        assert!(ensured.is_err() || means_none, "{name}: {ensured:?}");
        assert_eq!(writes(&sandbox) > 0, means_none, "{name}");
    }
}

#[tokio::test]
async fn only_a_complete_404_makes_ensure_set_up_an_existing_card() {
    for (name, fault, means_none) in code_2012() {
        let (sandbox, _, clock) = start().await;
        let builder = builder(&sandbox).clock(clock).max_response_bytes(400);
        let client = builder.build().unwrap();
        sandbox.misbehave(fault.clone().on("PATCH").always());
        let error = client.contact_card().ensure(NUMBER, "Ann").await;
        let error = error.unwrap_err();
        let requests = sandbox.requests();
        let set_up = requests.iter().any(|request| request.method == "POST");
        assert_eq!(set_up, means_none, "{name}: {error}");

        let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
        sandbox.misbehave(fault.on("POST"));
        let text = share
            .await
            .map_or_else(|error| error.to_string(), |()| String::new());
        assert_eq!(
            text.contains("set up the card"),
            means_none,
            "{name}: {text}"
        );
    }
}
