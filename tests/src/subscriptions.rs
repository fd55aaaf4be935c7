//! Webhook subscriptions: their secret, lost responses, and updates.

use std::time::SystemTime;

use linq::webhook::{Verifier, testing};
use linq::webhook_subscriptions::{Create, WebhookEventType};
use linq::{Client, Request, WriteOutcome};
use linq_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::operations::EXAMPLE_SUBSCRIPTION;
use crate::support::start;

const URL: &str = "https://example.com/webhooks/linq";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EVENTS: [&str; 2] = ["contact_card.received", "contact_card.updated"];

/// The subscription of the contract's example.
fn create(client: &Client) -> Request<Create> {
    let create = client.webhook_subscriptions().create(URL, EVENTS);
    create.phone_numbers(["+15551234567"])
}

/// A created subscription with some other fields.
fn created(changes: Value) -> Fault {
    Fault::status(201).json(subscription(changes))
}

/// The subscription of the contract's example with some other fields.
fn subscription(changes: Value) -> Value {
    let mut subscription = json!({
        "id": EXAMPLE_SUBSCRIPTION,
        "target_url": URL,
        "subscribed_events": EVENTS,
        "phone_numbers": ["+15551234567"],
        "is_active": true,
        "signing_secret": SECRET,
    });
    for (name, value) in changes.as_object().unwrap() {
        subscription[name] = value.clone();
    }
    subscription
}

fn bodies(sandbox: &Sandbox) -> Vec<String> {
    let requests = sandbox.requests().into_iter();
    let bodies = requests.map(|request| String::from_utf8(request.body.to_vec()).unwrap());
    bodies.collect()
}

#[tokio::test]
async fn the_secret_verifies_deliveries_and_is_never_shown() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(created(json!({})));
    let response = create(&client).send().await.unwrap();
    let shown = format!(
        "{response:?} {response:#?} {:?}",
        response.value().signing_secret
    );
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    let created = response.into_value();
    let json = serde_json::to_string(&created).unwrap();
    for text in [shown, body, json] {
        assert!(!text.contains("MfKQ9r8GKYqr"), "{text}");
        assert!(text.contains(EXAMPLE_SUBSCRIPTION), "{text}");
    }
    assert_eq!(created.signing_secret.expose_secret(), SECRET);

    let verifier = Verifier::for_subscription(&created).unwrap();
    let body = r#"{"event_id": "1", "event_type": "contact_card.received"}"#;
    let headers = testing::sign("1", SystemTime::now(), body, SECRET).unwrap();
    assert_eq!(verifier.verify(&headers, body).unwrap().event_id, "1");
    assert!(!format!("{verifier:?}").contains("MfKQ"));
}

/// Whatever goes wrong with a response that contains a secret.
#[tokio::test]
async fn no_error_shows_the_secret() {
    for fault in [
        created(json!({"id": 1})),
        created(json!({"target_url": "https://example.com/other"})),
        created(json!({"note": SECRET, "is_active": null})),
        created(json!({"signing_secret": [SECRET]})),
        created(json!({"signing_secret": format!("{SECRET}!")})),
        created(json!({})).cut_after(250),
        Fault::status(201).body(format!(r#"{{"signing\u005fsecret":"{SECRET}" "#)),
        Fault::status(201).body(SECRET),
        Fault::status(400)
            .json(json!({"error": {"code": 1003, "message": SECRET}, "signing_secret": SECRET})),
        Fault::status(500).body(format!("signing_secret={SECRET}")),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault.clone());
        let error = create(&client).await.unwrap_err();
        let shown = format!(
            "{error} {error:?} {error:#?} {:?} {:?}",
            error.body(),
            error.message()
        );
        assert!(!shown.contains("MfKQ9r8GKYqr"), "{fault:?}: {shown}");
    }
}

#[tokio::test]
async fn a_lost_creation_says_how_to_recover() {
    for fault in [
        Fault::cut(),
        Fault::cut().after_applying(),
        Fault::none().cut_after(20),
        Fault::status(502).body("<h1>Bad Gateway</h1>"),
        Fault::error(500, 3006, "Internal server error"),
        created(json!({"signing_secret": ""})),
        created(json!({"signing_secret": null})),
        created(json!({"signing_secret": "whsec_"})),
        created(json!({"signing_secret": "not base64"})),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault.clone());
        let error = create(&client).await.unwrap_err();
        assert_eq!(
            error.write_outcome(),
            Some(WriteOutcome::Unknown),
            "{fault:?}"
        );
        let text = error.to_string();
        assert!(text.contains("a secret that nobody has seen"), "{text}");
        assert!(
            text.contains("find it by its URL with `list`, `delete` it"),
            "{text}"
        );
        assert!(!error.is_retryable() && error.attempts() == 1, "{text}");
        assert_eq!(sandbox.requests().len(), 1);
    }
}

/// A rejected creation changed nothing, so there is nothing to recover.
#[tokio::test]
async fn a_rejected_creation_does_not_mention_a_lost_secret() {
    for fault in [
        Fault::error(400, 1005, "Invalid parameter value"),
        Fault::error(401, 2004, "Unauthorized"),
        Fault::error(429, 1007, "Rate limit exceeded"),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(fault);
        let error = create(&client).await.unwrap_err();
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_creation_without_a_usable_secret_says_so() {
    let (sandbox, client, _) = start().await;
    for secret in ["", "whsec_", "not base64"] {
        sandbox.misbehave(created(json!({"signing_secret": secret})));
        let error = create(&client).await.unwrap_err();
        assert!(error.is_decode(), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("signing_secret: not a usable secret"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_response_that_contradicts_the_creation_is_an_error() {
    for changes in [
        json!({"target_url": "https://example.com/webhooks/other"}),
        json!({"target_url": ""}),
        json!({"subscribed_events": ["contact_card.received"]}),
        json!({"subscribed_events": ["contact_card.received", "contact_card.updated", "message.sent"]}),
        json!({"phone_numbers": ["+15550000000"]}),
        json!({"phone_numbers": null}),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(created(changes.clone()));
        let error = create(&client).await.unwrap_err();
        assert!(error.is_mismatch(), "{changes}: {error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    }
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(created(json!({"phone_numbers": null})));
    let url = "https://user:password@example.com/webhooks/linq?token=1";
    let create_with_token = client.webhook_subscriptions().create(url, EVENTS);
    create_with_token.await.unwrap();
    for changes in [
        json!({"subscribed_events": ["contact_card.updated", "contact_card.received"]}),
        json!({"target_url": "HTTPS://EXAMPLE.COM:443/webhooks/linq"}),
        json!({"is_active": false, "routing_id_header": "Linq-Chat-Id", "created_at": null}),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(created(changes.clone()));
        create(&client).await.unwrap();
    }
}

#[tokio::test]
async fn an_event_type_need_not_be_known() {
    let (sandbox, client, _) = start().await;
    let events = [
        WebhookEventType::ContactCardReceived,
        "moon.landed".into(),
        "moon.landed".into(),
    ];
    let response = json!({"subscribed_events": ["contact_card.received", "moon.landed"], "phone_numbers": null});
    sandbox.misbehave(created(response));
    let created = client
        .webhook_subscriptions()
        .create(URL, events)
        .await
        .unwrap();
    assert_eq!(created.subscribed_events[1].as_str(), "moon.landed");
    assert_eq!(
        bodies(&sandbox),
        [format!(
            r#"{{"subscribed_events":["contact_card.received","moon.landed"],"target_url":"{URL}"}}"#
        )]
    );
}

#[tokio::test]
async fn invalid_input_is_not_sent() {
    let (sandbox, client, _) = start().await;
    let subscriptions = client.webhook_subscriptions();
    let long = format!("https://example.com/{}", "a".repeat(8_192));
    for url in [
        "",
        "example.com",
        "http://example.com/",
        "http://10.0.0.1/",
        "http://localhost.example.com/",
        "ftp://example.com/",
        "https://",
        "https://exa mple.com/",
        "https://example.com/ ",
        "https://example.com/#hunter2",
        "https:example.com/\nhunter2",
        long.as_str(),
    ] {
        let error = subscriptions.create(url, EVENTS).await.unwrap_err();
        assert!(error.is_invalid_input(), "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        let error = subscriptions.update("1").target_url(url).await.unwrap_err();
        assert!(error.is_invalid_input(), "{url}: {error}");
    }
    let none: [&str; 0] = [];
    let many: Vec<_> = (0..1_001).map(|number| format!("event.{number}")).collect();
    let long = "a".repeat(256);
    let requests = [
        subscriptions.create(URL, none),
        subscriptions.create(URL, [""]),
        subscriptions.create(URL, ["contact card"]),
        subscriptions.create(URL, ["contact_card.received\n"]),
        subscriptions.create(URL, [long.as_str()]),
        subscriptions.create(URL, many),
        create(&client).phone_numbers(["555"]),
        create(&client).routing_id_header(""),
        create(&client).routing_id_header("a b"),
        create(&client).routing_key_header("a\r\nb"),
        create(&client).routing_key_header(long.as_str()),
    ];
    for request in requests {
        let error = request.await.unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
        assert!(error.to_string().len() < 500, "{error}");
    }
    let update = || subscriptions.update("1");
    for request in [
        update(),
        update().events(none),
        update().phone_numbers(none),
        update().routing_id_header(""),
    ] {
        assert!(request.await.unwrap_err().is_invalid_input());
    }
    assert_eq!(sandbox.requests().len(), 0);
}

/// For tests, such as those against the sandbox.
#[tokio::test]
async fn a_loopback_address_needs_no_tls() {
    for url in [
        "http://127.0.0.1:8080/x",
        "http://[::1]/",
        "http://localhost:1/",
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(created(json!({"target_url": url, "phone_numbers": []})));
        client
            .webhook_subscriptions()
            .create(url, EVENTS)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_id_stays_one_segment_of_the_path() {
    let (sandbox, client, _) = start().await;
    let subscriptions = client.webhook_subscriptions();
    let long = "a".repeat(256);
    for id in [
        "",
        ".",
        "..",
        "..\\..\\contact_card",
        "a b",
        "a\tb",
        "\n",
        "é",
        long.as_str(),
    ] {
        let error = subscriptions.retrieve(id).await.unwrap_err();
        assert!(error.is_invalid_input(), "{id:?}: {error}");
        let error = subscriptions.update(id).is_active(true).await.unwrap_err();
        assert!(error.is_invalid_input(), "{id:?}: {error}");
        let error = subscriptions.delete(id).await.unwrap_err();
        assert!(error.is_invalid_input(), "{id:?}: {error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
    for (id, segment) in [
        ("sub_1-A.~:", "sub_1-A.~:"),
        ("../contact_card", "..%2Fcontact_card"),
        ("a/b", "a%2Fb"),
        ("a?b=c", "a%3Fb=c"),
        ("a#b", "a%23b"),
        ("%2e%2e", "%252e%252e"),
        ("a%2Fb", "a%252Fb"),
        ("a;b&c", "a;b&c"),
        (&"a".repeat(255), &"a".repeat(255)),
    ] {
        sandbox.misbehave(Fault::status(204));
        subscriptions.delete(id).await.unwrap();
        let path = sandbox.requests().pop().unwrap().path;
        assert_eq!(
            path,
            format!("/api/partner/v3/webhook-subscriptions/{segment}")
        );
    }
}

#[tokio::test]
async fn another_subscription_is_an_error() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(200).json(subscription(json!({}))).always());
    let subscriptions = client.webhook_subscriptions();
    let read = subscriptions.retrieve("other").await.unwrap_err();
    let update = subscriptions.update("other").is_active(true);
    let written = update.await.unwrap_err();
    for error in [&read, &written] {
        assert!(error.is_mismatch(), "{error}");
        assert!(
            error.to_string().contains("another subscription"),
            "{error}"
        );
    }
    assert_eq!(read.write_outcome(), None);
    assert_eq!(written.write_outcome(), Some(WriteOutcome::Unknown));
}

/// A field can be left out, set, or null.
#[tokio::test]
async fn each_field_of_an_update_has_three_states() {
    let (sandbox, client, _) = start().await;
    let update = || client.webhook_subscriptions().update(EXAMPLE_SUBSCRIPTION);
    for (request, body) in [
        (update().is_active(true), r#"{"is_active":true}"#),
        (
            update().phone_numbers(["+15557654321", "+15551234567", "+15551234567"]),
            r#"{"phone_numbers":["+15551234567","+15557654321"]}"#,
        ),
        (update().every_phone_number(), r#"{"phone_numbers":null}"#),
        (
            update().routing_id_header("X-Chat"),
            r#"{"routing_id_header":"X-Chat"}"#,
        ),
        (
            update().clear_routing_id_header(),
            r#"{"routing_id_header":null}"#,
        ),
        (
            update().routing_key_header("X-Key"),
            r#"{"routing_key_header":"X-Key"}"#,
        ),
        (
            update().clear_routing_key_header(),
            r#"{"routing_key_header":null}"#,
        ),
        (
            update()
                .target_url(URL)
                .events(["message.sent"])
                .is_active(false),
            r#"{"is_active":false,"subscribed_events":["message.sent"],"target_url":"https://example.com/webhooks/linq"}"#,
        ),
        (
            update()
                .every_phone_number()
                .phone_numbers(["+15551234567"]),
            r#"{"phone_numbers":["+15551234567"]}"#,
        ),
    ] {
        let mut response: Value = serde_json::from_str(body).unwrap();
        for (name, value) in [
            ("id", json!(EXAMPLE_SUBSCRIPTION)),
            ("target_url", json!(URL)),
            ("subscribed_events", json!(["message.sent"])),
            ("is_active", json!(true)),
        ] {
            if response.get(name).is_none() {
                response[name] = value;
            }
        }
        sandbox.misbehave(Fault::status(200).json(response));
        request.await.unwrap();
        assert_eq!(bodies(&sandbox).pop().unwrap(), body);
    }
}

#[tokio::test]
async fn an_update_is_compared_with_the_returned_subscription() {
    let (sandbox, client, _) = start().await;
    let update = || client.webhook_subscriptions().update(EXAMPLE_SUBSCRIPTION);
    sandbox.misbehave(Fault::status(200).json(subscription(json!({}))).always());
    // The example is active, has a line, two types of events and no routing headers.
    for (request, lacking) in [
        (update().is_active(false), Some("is_active")),
        (
            update().target_url("https://example.com/other"),
            Some("target_url"),
        ),
        (update().events(["message.sent"]), Some("subscribed_events")),
        (update().every_phone_number(), Some("phone_numbers")),
        (
            update().phone_numbers(["+15557654321"]),
            Some("phone_numbers"),
        ),
        (
            update().routing_id_header("X-Chat"),
            Some("routing_id_header"),
        ),
        (
            update().is_active(false).routing_key_header("X-Key"),
            Some("is_active, routing_key_header"),
        ),
        (update().is_active(true), None),
        (
            update().target_url(format!("{URL}?version=2026-02-03")),
            None,
        ),
        (
            update().events(["contact_card.updated", "contact_card.received"]),
            None,
        ),
        (update().phone_numbers(["+15551234567"]), None),
        (
            update()
                .clear_routing_id_header()
                .clear_routing_key_header(),
            None,
        ),
    ] {
        match (request.await, lacking) {
            (Ok(_), None) => {}
            (Err(error), Some(lacking)) => {
                let text =
                    format!("the returned subscription does not have the requested {lacking}");
                assert!(
                    error.is_mismatch() && error.to_string().contains(&text),
                    "{error}"
                );
                assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
            }
            (outcome, _) => panic!("{lacking:?}: {outcome:?}"),
        }
    }
    assert!(!sandbox.requests().is_empty());
}

fn not_found() -> Fault {
    Fault::error(404, 2010, "Webhook subscription not found")
}

#[tokio::test]
async fn a_deletion_that_finds_nothing_after_a_lost_response_succeeds() {
    for lost in [
        Fault::cut(),
        Fault::cut().after_applying(),
        Fault::status(502),
        Fault::error(500, 3006, "Internal server error"),
        Fault::status(408),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(lost.clone());
        sandbox.misbehave(not_found());
        let delete = client.webhook_subscriptions().delete(EXAMPLE_SUBSCRIPTION);
        let response = delete.send().await.unwrap();
        assert_eq!(
            (response.attempts(), response.status().as_u16()),
            (2, 404),
            "{lost:?}"
        );
    }
}

#[tokio::test]
async fn a_deletion_that_finds_nothing_at_first_is_an_error() {
    let (sandbox, client, _) = start().await;
    let delete = || client.webhook_subscriptions().delete(EXAMPLE_SUBSCRIPTION);
    sandbox.misbehave(not_found());
    let error = delete().await.unwrap_err();
    assert!(error.is_not_found() && error.attempts() == 1, "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));

    // No attempt was applied before: the service refused it, or asked for a wait.
    sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded").retry_after(1));
    sandbox.misbehave(not_found());
    let error = delete().await.unwrap_err();
    assert!(error.is_not_found() && error.attempts() == 2, "{error}");

    // A gateway's 404 says nothing about the subscription.
    for other in [
        Fault::status(404),
        Fault::error(404, 2001, "Resource not found"),
    ] {
        sandbox.misbehave(Fault::cut());
        sandbox.misbehave(other);
        let error = delete().await.unwrap_err();
        assert!(error.is_not_found() && error.attempts() == 2, "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    }
}

#[tokio::test]
async fn failures_in_between_do_not_matter() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::cut());
    sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded").retry_after(1));
    sandbox.misbehave(not_found());
    let delete = client.webhook_subscriptions().delete(EXAMPLE_SUBSCRIPTION);
    assert_eq!(delete.send().await.unwrap().attempts(), 3);
}

/// The rule is the contract's, for deletions: a line that is not found has not been updated.
#[tokio::test]
async fn an_update_that_finds_nothing_after_a_lost_response_is_an_error() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::cut());
    sandbox.misbehave(not_found());
    let update = client.webhook_subscriptions().update(EXAMPLE_SUBSCRIPTION);
    let error = update.is_active(true).await.unwrap_err();
    assert!(error.is_not_found() && error.attempts() == 2, "{error}");
}
