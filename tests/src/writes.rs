//! Creating, updating and sharing a contact card: what is sent, and what is not.

use insta::assert_snapshot;
use linq::{Error, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault};
use serde_json::{Value, json};

use crate::support::{start, start_with};
use crate::wire::received;

#[tokio::test]
async fn create_on_the_wire() {
    let (sandbox, client, _) = start_with([]).await;
    let card = client
        .contact_card()
        .create("+15551234567", "John")
        .last_name("Doe")
        .image_url("https://example.com/john.jpg")
        .await
        .unwrap();
    assert_snapshot!(received(&sandbox), @r#"
    POST /api/partner/v3/contact_card
    accept: application/json
    authorization: Bearer [key]
    content-length: 112
    content-type: application/json
    host: [host]
    user-agent: linq-rust/[version]

    {"first_name":"John","image_url":"https://example.com/john.jpg","last_name":"Doe","phone_number":"+15551234567"}
    "#);
    let stored = &sandbox.cards()[0];
    assert_eq!((card.first_name.as_str(), card.is_active), ("John", true));
    assert_eq!(card.last_name.as_deref(), Some("Doe"));
    assert_eq!(card.image_url, stored.image_url);
    assert!(
        card.image_url
            .unwrap()
            .starts_with("https://cdn.linqapp.com/")
    );
}

#[tokio::test]
async fn create_sends_only_what_is_given() {
    let (sandbox, client, _) = start_with([]).await;
    let card = client
        .contact_card()
        .create("+15551234567", "John")
        .await
        .unwrap();
    assert_eq!(
        sandbox.requests()[0].body,
        r#"{"first_name":"John","phone_number":"+15551234567"}"#
    );
    assert_eq!((card.last_name, card.image_url), (None, None));
}

#[tokio::test]
async fn update_on_the_wire() {
    let (sandbox, client, _) = start().await;
    let card = client
        .contact_card()
        .update("+15551234567")
        .last_name("Smith")
        .await
        .unwrap();
    assert_snapshot!(received(&sandbox), @r#"
    PATCH /api/partner/v3/contact_card?phone_number=%2B15551234567
    accept: application/json
    authorization: Bearer [key]
    content-length: 21
    content-type: application/json
    host: [host]
    user-agent: linq-rust/[version]

    {"last_name":"Smith"}
    "#);
    assert_eq!(card.first_name, "John");
    assert_eq!(card.last_name.as_deref(), Some("Smith"));
}

#[tokio::test]
async fn share_on_the_wire() {
    let (sandbox, client, _) = start().await;
    let chat_id = EXAMPLE_CHAT_ID.to_uppercase();
    let response = client
        .chats()
        .share_contact_card(chat_id)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 204);
    assert_snapshot!(received(&sandbox), @r"
    POST /api/partner/v3/chats/550e8400-e29b-41d4-a716-446655440000/share_contact_card
    accept: application/json
    authorization: Bearer [key]
    content-length: 0
    host: [host]
    user-agent: linq-rust/[version]
    ");
}

#[tokio::test]
async fn names_are_sent_unchanged() {
    let names = [
        "Zoë",
        "Zoe\u{308}",
        "李小龍",
        "مُحَمَّد",
        "שרה",
        "👩‍👩‍👧‍👦",
        " Ann\u{a0}",
        "a\"\\\u{0}\n<b>",
    ];
    for name in names {
        let (sandbox, client, _) = start().await;
        let card = client
            .contact_card()
            .update("+15551234567")
            .first_name(name)
            .last_name(name)
            .await
            .unwrap();
        let body: Value = serde_json::from_slice(&sandbox.requests()[0].body).unwrap();
        assert_eq!(body, json!({"first_name": name, "last_name": name}));
        assert_eq!(card.first_name, name);
    }
}

#[tokio::test]
async fn any_2xx_is_a_success() {
    let (sandbox, client, _) = start().await;
    for status in [200, 201, 202, 203, 299] {
        let number = format!("+1555000{status}");
        let card = json!({"phone_number": number, "first_name": "Ann", "is_active": false});
        sandbox.misbehave(Fault::status(status).json(card));
        let made = client.contact_card().create(number, "Ann").await.unwrap();
        assert!(!made.is_active, "{status}");
        sandbox.misbehave(Fault::status(status).json(json!({"shared": true})));
        let chat_id = format!("550e8400-e29b-41d4-a716-446655440{status}");
        client.chats().share_contact_card(chat_id).await.unwrap();
    }
}

#[tokio::test]
async fn invalid_input_is_not_sent() {
    let (sandbox, client, _) = start().await;
    let cards = client.contact_card();
    let update = || cards.update("+15551234567");
    let errors: Vec<Error> = vec![
        cards.create("", "John").await.unwrap_err(),
        cards.create("+15551234567", "").await.unwrap_err(),
        cards.create("+15551234567", " \u{a0}").await.unwrap_err(),
        cards
            .create("+15551234567", "J")
            .last_name(" ")
            .await
            .unwrap_err(),
        cards
            .create("+15551234567", "J")
            .image_url("john.jpg")
            .await
            .unwrap_err(),
        update().await.unwrap_err(),
        update().first_name("x".repeat(4097)).await.unwrap_err(),
        update()
            .image_url("http://example.com/john.jpg")
            .await
            .unwrap_err(),
        cards.update("555").first_name("John").await.unwrap_err(),
        cards.ensure("+15551234567", "\n").await.unwrap_err(),
        client.chats().share_contact_card("").await.unwrap_err(),
        client
            .chats()
            .share_contact_card("550e8400")
            .await
            .unwrap_err(),
        client
            .chats()
            .share_contact_card("../../v3/contact_card")
            .await
            .unwrap_err(),
    ];
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_snapshot!(texts.join("\n"), @r#"
    invalid input: "" is not a phone number in E.164 format: it is empty; expected + and 2 to 15 digits, such as +15551234567
    invalid input: the first name must not be blank
    invalid input: the first name must not be blank
    invalid input: the last name must not be blank; pass "" for none, or leave it out
    invalid input: the image URL must begin with https:// in lower case, such as https://example.com/photo.jpg
    invalid input: the update changes nothing; call `first_name(..)`, `last_name(..)` or `image_url(..)`
    invalid input: the first name has 4097 characters; the limit is 4096
    invalid input: the image URL must begin with https:// in lower case, such as https://example.com/photo.jpg
    invalid input: "555" is not a phone number in E.164 format: it does not begin with +; expected + and 2 to 15 digits, such as +15551234567
    invalid input: the first name must not be blank
    invalid input: the chat id is not a UUID; expected something like 550e8400-e29b-41d4-a716-446655440000
    invalid input: the chat id is not a UUID; expected something like 550e8400-e29b-41d4-a716-446655440000
    invalid input: the chat id is not a UUID; expected something like 550e8400-e29b-41d4-a716-446655440000
    "#);
    for error in &errors {
        assert!(error.is_invalid_input() && !error.is_retryable(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    }
    assert_eq!(sandbox.requests().len(), 0);
}
