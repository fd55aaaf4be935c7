//! `ensure` makes a card what it should be, with as few writes as possible.

use linq::contact_card::Ensure;
use linq::{Client, Ensured, Request};
use linq_sandbox::Card;
use serde_json::{Value, json};

use crate::support::{TestClock, builder, sandbox_on, start, start_with, writes};

pub(crate) const NUMBER: &str = "+15551234567";
pub(crate) const IMAGE: &str = "https://example.com/john.jpg";

pub(crate) fn john(client: &Client) -> Request<Ensure> {
    let ensure = client.contact_card().ensure(NUMBER, "John");
    ensure.last_name("Doe")
}

pub(crate) fn inactive() -> Card {
    Card {
        is_active: false,
        ..Card::example()
    }
}

/// Created, Updated and so on, with the fields that were written.
pub(crate) fn described(ensured: &Ensured) -> String {
    let text = match ensured {
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
    };
    assert_eq!(ensured.image_kept(), text.ends_with("image kept"));
    text
}

pub(crate) fn methods(sandbox: &linq_sandbox::Sandbox) -> Vec<String> {
    let requests = sandbox.requests();
    requests
        .iter()
        .map(|request| request.method.to_string())
        .collect()
}

pub(crate) fn last_body(sandbox: &linq_sandbox::Sandbox) -> Value {
    serde_json::from_slice(&sandbox.requests().last().unwrap().body).unwrap()
}

#[tokio::test]
async fn a_card_that_matches_is_left_alone() {
    let (sandbox, client, _) = start().await;
    let ensured = john(&client).await.unwrap();
    assert_eq!(described(&ensured), "unchanged");
    assert_eq!(ensured.card().first_name, "John");
    assert_eq!(methods(&sandbox), ["GET"]);
}

#[tokio::test]
async fn a_missing_card_is_created() {
    let (sandbox, client, _) = start_with([]).await;
    let ensured = john(&client).image_url(IMAGE).await.unwrap();
    assert_eq!(described(&ensured), "created");
    assert!(
        ensured
            .into_card()
            .image_url
            .unwrap()
            .starts_with("https://cdn.linqapp.com/")
    );
    assert_eq!(methods(&sandbox), ["GET", "POST"]);

    let again = john(&client).image_url(IMAGE).await.unwrap();
    assert_eq!(described(&again), "unchanged, image kept");
    assert_eq!(writes(&sandbox), 1);
}

#[tokio::test]
async fn only_fields_that_differ_are_updated() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let ensured = cards
        .ensure(NUMBER, "John")
        .last_name("Smith")
        .await
        .unwrap();
    assert_eq!(described(&ensured), "updated last_name");
    assert_eq!(methods(&sandbox), ["GET", "PATCH"]);
    assert_eq!(last_body(&sandbox), json!({"last_name": "Smith"}));

    let ensured = cards.ensure(NUMBER, "Ann").await.unwrap();
    assert_eq!(described(&ensured), "updated first_name");
    assert_eq!(ensured.card().last_name.as_deref(), Some("Smith"));

    let ensured = cards.ensure(NUMBER, "Ann").last_name("").await.unwrap();
    assert_eq!(
        (described(&ensured).as_str(), &ensured.card().last_name),
        ("updated last_name", &None)
    );
    let ensured = cards.ensure(NUMBER, " Ann ").last_name("").await.unwrap();
    assert_eq!(described(&ensured), "unchanged");
}

#[tokio::test]
async fn an_inactive_card_is_set_up_again_with_its_old_fields() {
    let (sandbox, client, _) = start_with([inactive()]).await;
    let ensured = client.contact_card().ensure(NUMBER, "Ann").await.unwrap();
    assert_eq!(described(&ensured), "created");
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
async fn an_image_is_replaced_only_on_request() {
    let (sandbox, client, clock) = start_with([Card {
        image_url: None,
        ..Card::example()
    }])
    .await;
    for foreseen in [true, false] {
        let ensure = john(&client).image_url(IMAGE);
        let ensure = if foreseen { ensure.dry_run() } else { ensure };
        assert_eq!(described(&ensure.await.unwrap()), "updated image_url");
    }
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
        assert_eq!(described(&request.await.unwrap()), expected);
        clock.advance(std::time::Duration::from_secs(600));
    }
    let hosted = sandbox.cards()[0].image_url.clone().unwrap();
    let same = john(&client).image_url(hosted).image_changed(true);
    assert_eq!(described(&same.await.unwrap()), "unchanged");
    assert_eq!(writes(&sandbox), 5);
}

#[tokio::test]
async fn a_dry_run_returns_what_it_would_do_and_writes_nothing() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let ann = cards
        .ensure("+15557654321", "Ann")
        .image_url(IMAGE)
        .dry_run()
        .await
        .unwrap();
    assert_eq!(described(&ann), "created");
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
    assert_eq!(described(&smith), "updated last_name");
    assert_eq!(smith.card().last_name.as_deref(), Some("Smith"));
    assert_eq!(smith.card().first_name, "John");
    assert_eq!(
        described(&john(&client).dry_run().await.unwrap()),
        "unchanged"
    );
    assert_eq!(writes(&sandbox), 0);

    sandbox.set_cards([inactive()]);
    let revived = john(&client).dry_run().await.unwrap();
    assert_eq!(
        (described(&revived).as_str(), revived.card().is_active),
        ("created", true)
    );
    let nameless = cards.ensure("+15557654321", "Ann").last_name("").dry_run();
    assert_eq!(nameless.await.unwrap().card().last_name, None);
}

#[tokio::test]
async fn request_settings_apply_to_all_of_its_calls() {
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).cards([]).start().await.unwrap();
    let client = builder(&sandbox).clock(clock).build().unwrap();
    let ensure = john(&client).header("x-team", "red").query("tenant", "a");
    let response = ensure.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    for request in sandbox.requests() {
        assert_eq!(request.headers["x-team"], "red");
        assert!(request.query.unwrap().ends_with("tenant=a"));
    }
}

/// The service may normalize letters and white space.
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
        assert_eq!(described(&ensured), "unchanged");
    }
    let ensured = cards.ensure(NUMBER, "Zoe Ann").await.unwrap();
    assert_eq!(described(&ensured), "updated first_name");
    assert_eq!(writes(&sandbox), 1);
}

#[tokio::test]
async fn the_active_one_of_several_cards_counts() {
    let old = Card {
        first_name: "Ann".into(),
        ..inactive()
    };
    let (sandbox, client, _) = start_with([old.clone(), Card::example(), old]).await;
    assert_eq!(described(&john(&client).await.unwrap()), "unchanged");
    assert_eq!(methods(&sandbox), ["GET"]);
}

/// Only a URL that `create` accepts is sent back.
#[tokio::test]
async fn an_image_with_an_invalid_url_is_not_sent_back() {
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
