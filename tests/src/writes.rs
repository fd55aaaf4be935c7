//! Creating, changing and sharing a contact card.

use std::pin::Pin;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use linq::{Clock, Error, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use serde_json::{Value, json};

use crate::support::{TestClock, builder, start, start_with, without_port};
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
async fn names_go_as_they_are() {
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
async fn any_success_is_one() {
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
async fn nothing_wrong_is_sent() {
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

#[tokio::test]
async fn what_a_failed_write_says() {
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
    assert_snapshot!(texts.join("\n"), @r"
    503 Service Unavailable (code 4004): Upstream rate limit exceeded; the card is no longer active: set it up again later with `create` or `ensure`; wait 120s first [trace id 1f]
    nothing was sent: the service has asked to wait; try again in 120s
    500 Internal Server Error (code 3006): Internal server error; the write may still have been applied; check before retrying [trace id 1f]
    the connection to [host] broke before the response was complete: connection closed before message completed; the write may still have been applied; check before retrying
    307 Temporary Redirect: a redirect of a write is not followed; check the base URL [trace id 1f]
    ");
}

#[tokio::test]
async fn the_service_has_a_card_or_none() {
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

#[tokio::test]
async fn an_incomplete_write_is_sent_again_once() {
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

/// A clock that ends the sandbox in the first wait.
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
async fn a_retry_that_can_not_be_sent_leaves_the_outcome_of_the_first_attempt() {
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

#[tokio::test]
async fn the_key_of_one_partner_writes_no_card_of_another() {
    let sandbox = Sandbox::builder()
        .partner("other", [])
        .start()
        .await
        .unwrap();
    let other = builder(&sandbox).api_key("other").build().unwrap();
    other
        .contact_card()
        .create("+15551234567", "Ann")
        .await
        .unwrap();
    assert_eq!(sandbox.cards()[0].first_name, "John");
}

/// The page of a hotel's network, say.
#[tokio::test]
async fn a_success_of_somebody_else_is_none() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(200).body("<html>Welcome</html>"));
    let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
    let error = share.await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
}

/// The card that is there may be the one whose set-up was not complete.
#[tokio::test]
async fn a_conflict_with_an_earlier_attempt_of_ones_own_is_unknown() {
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

/// A wait of an unknown write must not read as if nothing had happened.
#[tokio::test]
async fn an_unknown_outcome_is_told_before_a_wait() {
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
async fn only_a_request_that_writes_has_a_write_outcome() {
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
        // This one would have written, and its caller asks whether it has.
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
