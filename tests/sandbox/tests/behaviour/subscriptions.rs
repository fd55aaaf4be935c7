//! Webhook subscriptions, and what is delivered to them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper that fails fails its test"
)]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use linq_sandbox::{EXAMPLE_CHAT_ID, EXAMPLE_LINE_ID, EXAMPLE_SUBSCRIPTION_ID, Fault, Sandbox};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::client::{EXAMPLE_CARD, code, get, json_of, send, status_and_code};
use crate::control::control;
use crate::receiver::{header, receiver, signature};

const SUBSCRIPTIONS: &str = "/v3/webhook-subscriptions";

/// Subscribes a receiver: the id and the secret.
async fn subscribe(sandbox: &Sandbox, receiver: &Sandbox, more: Value) -> (String, String) {
    let mut body = json!({"target_url": receiver.origin()});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let response = send(sandbox, "POST", SUBSCRIPTIONS, &body).await;
    assert_eq!(response.status(), 201);
    let created = json_of(response).await;
    let text = |field: &str| created[field].as_str().unwrap().to_owned();
    (text("id"), text("signing_secret"))
}

async fn update(sandbox: &Sandbox, id: &str, body: Value) -> Value {
    let path = format!("{SUBSCRIPTIONS}/{id}");
    let response = send(sandbox, "PUT", &path, &body).await;
    assert_eq!(response.status(), 200);
    json_of(response).await
}

async fn rename(sandbox: &Sandbox, name: &str) {
    sandbox.enforce_budgets(false);
    let body = json!({"first_name": name});
    assert_eq!(code(sandbox, "PATCH", EXAMPLE_CARD, &body).await, 0);
}

/// The events that have arrived, once there are so many.
async fn events(receiver: &Sandbox, count: usize) -> Vec<Value> {
    let arrival = timeout(Duration::from_secs(10), receiver.wait_for_requests(count));
    arrival.await.expect("no event arrived");
    let requests = receiver.requests();
    assert_eq!(requests.len(), count);
    let events = requests.iter();
    events
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

#[tokio::test]
async fn each_subscriber_gets_the_event_signed_with_its_own_secret() {
    let receivers = [receiver([]).await, receiver([]).await];
    let sandbox = Sandbox::start().await.unwrap();
    let mut ids = Vec::new();
    for receiver in &receivers {
        let wanted = json!({"subscribed_events": ["contact_card.updated", "something.new"]});
        ids.push(subscribe(&sandbox, receiver, wanted).await);
    }
    assert_ne!(ids[0].1, ids[1].1);
    rename(&sandbox, "Jane").await;
    let mut event_ids = Vec::new();
    for (receiver, (id, secret)) in receivers.iter().zip(&ids) {
        event_ids.push(events(receiver, 1).await[0]["event_id"].clone());
        let request = &receiver.requests()[0];
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        assert!(key.len() >= 24);
        assert_eq!(
            header(request, "webhook-signature"),
            signature(&key, request)
        );
        assert_eq!(header(request, "x-webhook-subscription-id"), id);
    }
    assert_eq!(event_ids[0], event_ids[1]);
}

#[tokio::test]
async fn an_event_goes_only_to_subscriptions_to_its_type_and_line() {
    let receiver = receiver([]).await;
    let sandbox = Sandbox::start().await.unwrap();
    let (updated, first, other) = ("contact_card.updated", "+15551234567", "+15550000000");
    for (place, wanted) in [
        json!({"subscribed_events": [updated]}),
        json!({"subscribed_events": ["contact_card.created"]}),
        json!({"subscribed_events": [updated], "phone_numbers": [first]}),
        json!({"subscribed_events": [updated], "phone_numbers": [other]}),
        json!({"subscribed_events": [updated], "phone_numbers": []}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut wanted = wanted;
        wanted["target_url"] = format!("{}/{place}", receiver.origin()).into();
        subscribe(&sandbox, &receiver, wanted).await;
    }
    for (event_type, data, takers) in [
        (
            "contact_card.created",
            json!({"phone_number": first}),
            json!(1),
        ),
        (updated, json!({"phone_number": first}), json!(3)),
        (updated, json!({"owner_handle": other}), json!(3)),
        (
            updated,
            json!({"chat": {"owner_handle": {"handle": first}}}),
            json!(3),
        ),
        (updated, json!({"chat_id": EXAMPLE_CHAT_ID}), json!(3)),
        (updated, json!({"phone_number": "+15550000001"}), json!(2)),
        // An event of the account concerns no line.
        (updated, json!({}), json!(4)),
        ("contact_card.deleted", json!({}), Value::Null),
    ] {
        let event = json!({"event_type": event_type, "data": data});
        let (_, sent) = control(&sandbox, "POST", "/webhooks", &event).await;
        assert_eq!(sent["deliveries"], takers, "{event}");
    }
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let receiver = receiver([]).await;
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let wanted = json!({"subscribed_events": ["a.b", "a.b"], "phone_numbers": ["+15551234567"]});
    let (id, _) = subscribe(&sandbox, &receiver, wanted).await;
    let one = json_of(get(&sandbox, &format!("{SUBSCRIPTIONS}/{id}")).await).await;
    let all = json_of(get(&sandbox, SUBSCRIPTIONS).await).await;
    assert_eq!(all, json!({"subscriptions": [one]}));
    assert_eq!(one["subscribed_events"], json!(["a.b"]));
    assert_eq!(one["phone_numbers"], json!(["+15551234567"]));
    assert_eq!(one["is_active"], true);
    assert_eq!(one.get("signing_secret"), None);
}

#[tokio::test]
async fn an_update_changes_its_fields_and_sends_an_event_for_each() {
    let receiver = receiver([]).await;
    let sandbox = Sandbox::start().await.unwrap();
    let types = [
        "events.updated",
        "phone_numbers.updated",
        "target_url_changed",
        "routing_headers_set",
        "created",
    ]
    .map(|end| format!("webhook_subscription.{end}"));
    let wanted = json!({"subscribed_events": types, "phone_numbers": ["+15551234567"]});
    let (id, _) = subscribe(&sandbox, &receiver, wanted).await;
    let created = &events(&receiver, 1).await[0];
    assert_eq!(created["event_type"], "webhook_subscription.created");
    assert_eq!(created["data"]["webhook_subscription"]["id"], id.as_str());
    assert_eq!(
        created["data"]["webhook_subscription"]["events"],
        json!(types)
    );

    let unchanged = update(&sandbox, &id, json!({})).await;
    let url = format!("{}/hook?version=2025-01-01", receiver.origin());
    let changed = update(
        &sandbox,
        &id,
        json!({"target_url": url, "phone_numbers": null, "routing_key_header": "X-Key"}),
    )
    .await;
    assert_eq!(changed["target_url"], url);
    assert_eq!(changed["phone_numbers"], Value::Null);
    assert_eq!(changed["subscribed_events"], unchanged["subscribed_events"]);
    let mut events = events(&receiver, 4).await;
    events.sort_by_key(|event| event["event_type"].to_string());
    let sent: Vec<_> = events[1..]
        .iter()
        .map(|event| &event["data"]["change"])
        .collect();
    assert_eq!(sent[0], &json!({"from": ["+15551234567"], "to": []}));
    assert_eq!(sent[1]["to"]["routing_key_header"], "X-Key");
    let address = format!("{}/hook", receiver.origin());
    assert_eq!(sent[2]["to"], address);
    assert_eq!(events[1]["webhook_version"], "2025-01-01");
    assert_eq!(events[1]["data"]["actor"], json!({"type": "api"}));
}

#[tokio::test]
async fn a_change_of_a_forwarding_number_sends_an_event() {
    let receiver = receiver([]).await;
    let sandbox = Sandbox::start().await.unwrap();
    let wanted = json!({"subscribed_events": ["phone_number.forwarding_updated"]});
    subscribe(&sandbox, &receiver, wanted).await;
    let path = format!("/v3/phone_numbers/{EXAMPLE_LINE_ID}");
    let body = json!({"forwarding_number": "+15557654321"});
    assert_eq!(send(&sandbox, "PUT", &path, &body).await.status(), 200);
    let data = &events(&receiver, 1).await[0]["data"];
    assert_eq!(data["phone_number"], "+15551234567");
    assert_eq!(data["change"], json!({"from": null, "to": "+15557654321"}));
}

#[tokio::test]
async fn an_inactive_or_deleted_subscription_gets_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let watcher = receiver([]).await;
    let wanted = json!({"subscribed_events": [
        "contact_card.updated",
        "webhook_subscription.disabled",
        "webhook_subscription.enabled",
        "webhook_subscription.deleted"
    ]});
    subscribe(&sandbox, &watcher, wanted.clone()).await;
    let receiver = receiver([]).await;
    let (id, _) = subscribe(&sandbox, &receiver, wanted).await;

    let off = update(&sandbox, &id, json!({"is_active": false})).await;
    assert_eq!(off["is_active"], false);
    rename(&sandbox, "Jane").await;
    events(&watcher, 2).await;
    assert_eq!(receiver.requests().len(), 0);
    update(&sandbox, &id, json!({"is_active": true})).await;
    let enabled = &events(&receiver, 1).await[0];
    assert_eq!(enabled["event_type"], "webhook_subscription.enabled");

    let path = format!("{SUBSCRIPTIONS}/{id}");
    let gone = send(&sandbox, "DELETE", &path, &Value::Null).await;
    assert_eq!(gone.status(), 204);
    assert_eq!(gone.text().await.unwrap(), "");
    for method in ["DELETE", "GET", "PUT"] {
        let response = send(&sandbox, method, &path, &Value::Null).await;
        assert_eq!(status_and_code(response).await, (404, 2010), "{method}");
    }
    rename(&sandbox, "John").await;
    events(&watcher, 5).await;
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn a_deletion_ends_current_deliveries() {
    let receiver = receiver([Fault::status(500).always()]).await;
    let (waits, mut waiting) = tokio::sync::mpsc::unbounded_channel();
    let builder = Sandbox::builder().webhook_wait(move |_| {
        let (go_on, sent) = tokio::sync::oneshot::channel::<()>();
        waits.send(go_on).unwrap();
        async {
            let _ = sent.await;
        }
    });
    let sandbox = builder.start().await.unwrap();
    let wanted = json!({"subscribed_events": ["a.b"]});
    let (id, _) = subscribe(&sandbox, &receiver, wanted).await;
    let delivery = sandbox.send_webhook("a.b", json!({}));
    let go_on = waiting.recv().await.unwrap();
    let path = format!("{SUBSCRIPTIONS}/{id}");
    send(&sandbox, "DELETE", &path, &Value::Null).await;
    go_on.send(()).unwrap();
    let report = timeout(Duration::from_secs(10), delivery.report());
    let report = report.await.expect("the delivery goes on");
    assert_eq!(report.statuses, [Some(500)]);
}

#[tokio::test]
async fn an_invalid_subscription_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = "https://example.com/hook";
    let types = json!(["contact_card.updated"]);
    let ok = json!({"target_url": url, "subscribed_events": types});
    let with = |name: &str, value: Value| {
        let mut body = ok.clone();
        body[name] = value;
        body
    };
    for (body, refusal) in [
        (json!({"target_url": url}), (400, 1001)),
        (json!({"subscribed_events": types}), (400, 1001)),
        (json!([]), (400, 1003)),
        (with("target_url", json!(1)), (400, 1003)),
        (with("subscribed_events", json!("a")), (400, 1003)),
        (with("phone_numbers", Value::Null), (400, 1003)),
        (with("routing_id_header", Value::Null), (400, 1003)),
        (with("phone_numbers", json!(["555"])), (400, 1002)),
        (with("subscribed_events", json!([])), (400, 1005)),
        (with("subscribed_events", json!(["a\nb"])), (400, 1005)),
        (with("routing_key_header", json!("a b")), (400, 1005)),
        (
            with("routing_id_header", json!("a".repeat(256))),
            (400, 1005),
        ),
        (with("target_url", json!("example.com")), (400, 1005)),
        (
            with("target_url", json!("http://example.com/hook")),
            (400, 1005),
        ),
        (
            with("target_url", json!("ftp://127.0.0.1/hook")),
            (400, 1005),
        ),
        (
            with("target_url", json!(format!("{url}?{}", "a".repeat(9_000)))),
            (400, 1005),
        ),
    ] {
        let response = send(&sandbox, "POST", SUBSCRIPTIONS, &body).await;
        assert_eq!(status_and_code(response).await, refusal, "{body}");
    }
    for url in [
        "http://localhost:1/a",
        "http://127.0.0.1:1/a",
        "http://[::1]:1/a",
        url,
    ] {
        let body = with("target_url", json!(url));
        assert_eq!(code(&sandbox, "POST", SUBSCRIPTIONS, &body).await, 0);
        assert_eq!(code(&sandbox, "POST", SUBSCRIPTIONS, &body).await, 1005);
    }
    let path = format!("{SUBSCRIPTIONS}/{EXAMPLE_SUBSCRIPTION_ID}");
    for (body, expected) in [
        (json!({"target_url": url}), 1005),
        (json!({"is_active": null}), 1003),
        (json!({"subscribed_events": []}), 1005),
        (json!({"phone_numbers": []}), 0),
    ] {
        assert_eq!(
            code(&sandbox, "PUT", &path, &body).await,
            expected,
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_unknown_field_of_a_subscription_is_ignored_even_if_null() {
    let sandbox = Sandbox::start().await.unwrap();
    let header = "a".repeat(255);
    let body = json!({
        "target_url": "https://example.com/hook", "subscribed_events": ["a.b"],
        "routing_id_header": header, "unknown": null,
    });
    let response = send(&sandbox, "POST", SUBSCRIPTIONS, &body).await;
    assert_eq!(response.status(), 201);
    assert_eq!(json_of(response).await["routing_id_header"], json!(header));
}

#[tokio::test]
async fn only_one_of_two_concurrent_subscriptions_to_a_url_succeeds() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"target_url": "https://example.com/hook", "subscribed_events": ["a.b"]});
    let attempts = (0..10).map(|_| code(&sandbox, "POST", SUBSCRIPTIONS, &body));
    let codes = futures_util::future::join_all(attempts).await;
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1);
}

#[tokio::test]
async fn the_number_of_subscriptions_is_limited() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let subscribe = async |number: usize| {
        let url = format!("https://example.com/{number}");
        let body = json!({"target_url": url, "subscribed_events": ["a.b"]});
        code(&sandbox, "POST", SUBSCRIPTIONS, &body).await
    };
    for number in 0..100 {
        assert_eq!(subscribe(number).await, 0);
    }
    assert_eq!(subscribe(100).await, 1005);
    sandbox.reset();
    assert_eq!(subscribe(100).await, 0);
}
