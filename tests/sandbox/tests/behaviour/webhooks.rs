//! Which events are sent, and what is in them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper that fails fails its test"
)]

use std::collections::HashMap;
use std::time::Duration;

use linq_sandbox::{Card, DEFAULT_WEBHOOK_SECRET, Fault, Sandbox};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::client::{CONTACT_CARD, EXAMPLE_CARD, client, code, send, trace_id};
use crate::receiver::{KEY, header, legacy_signature, receiver, sandbox_with_webhook, signature};
use crate::time::Time;

/// The first event that arrives.
async fn first_event(receiver: &Sandbox) -> Value {
    let arrival = timeout(Duration::from_secs(10), receiver.wait_for_requests(1));
    arrival.await.expect("no event arrived");
    serde_json::from_slice(&receiver.requests()[0].body).unwrap()
}

#[tokio::test]
async fn a_set_up_sends_an_event() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver)
        .cards([])
        .start()
        .await
        .unwrap();
    let card = json!({"phone_number": "+15551234567", "first_name": "Jane", "last_name": "Roe"});
    let response = send(&sandbox, "POST", CONTACT_CARD, &card).await;
    let event = first_event(&receiver).await;
    assert_eq!(event["event_type"], "contact_card.created");
    assert_eq!(event["trace_id"], trace_id(&response));
    let data = &event["data"];
    assert_eq!(data["phone_number"], "+15551234567");
    assert_eq!(data["contact_card"]["first_name"], "Jane");
    assert_eq!(data["contact_card"]["last_name"], "Roe");
    assert_eq!(data.get("change"), None);

    let request = &receiver.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(
        (request.path.as_str(), request.query.as_deref()),
        ("/hook", Some("of=linq"))
    );
}

#[tokio::test]
async fn an_update_sends_an_event_with_its_changes() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let names = json!({"first_name": "John", "last_name": ""});
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &names).await, 0);
    let event = first_event(&receiver).await;
    assert_eq!(event["event_type"], "contact_card.updated");
    assert_eq!(
        event["data"]["change"],
        json!({"last_name": {"from": "Doe", "to": null}})
    );
    assert_eq!(event["data"]["contact_card"].get("last_name"), None);
}

#[tokio::test]
async fn a_write_whose_response_is_lost_sends_an_event() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    sandbox.misbehave(Fault::cut().after_applying());
    let lost = client()
        .patch(format!("{}{EXAMPLE_CARD}", sandbox.base_url()))
        .bearer_auth(sandbox.api_key())
        .body(r#"{"first_name":"Jane"}"#);
    assert!(lost.send().await.is_err());
    let event = first_event(&receiver).await;
    assert_eq!(event["data"]["change"]["first_name"]["to"], "Jane");
}

#[tokio::test]
async fn failed_writes_and_other_partners_send_no_event() {
    let receiver = receiver([]).await;
    let builder = sandbox_with_webhook(&receiver).partner("their-key", [Card::example()]);
    let sandbox = builder.start().await.unwrap();
    let name = json!({"first_name": "Jane"});
    let card = json!({"phone_number": "+15551234567", "first_name": "Jane"});
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 2014);
    sandbox.leave_incomplete("+15551234567", 1);
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 2022);
    let same = json!({"first_name": "John"});
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &same).await, 0);
    sandbox.misbehave(Fault::status(502));
    send(&sandbox, "PATCH", EXAMPLE_CARD, &name).await;
    let theirs = client()
        .patch(format!("{}{EXAMPLE_CARD}", sandbox.base_url()))
        .bearer_auth("their-key")
        .body(name.to_string());
    assert_eq!(theirs.send().await.unwrap().status(), 200);

    let last = sandbox.send_webhook("last", json!({})).report().await;
    assert!(last.delivered);
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn an_event_of_any_type_has_both_signatures() {
    let time = Time::default();
    time.advance(Duration::from_millis(1_700_000_000_900));
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver)
        .clock(time.clock())
        .start()
        .await
        .unwrap();
    let data = json!({"name": "Žoë", "parts": [1, null]});
    let delivery = sandbox.send_webhook("something.new", data.clone());
    let report = delivery.report().await;
    assert!(report.delivered);
    assert_eq!(report.statuses, [Some(200)]);

    let request = &receiver.requests()[0];
    let event: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(event["event_type"], "something.new");
    assert_eq!(event["event_id"], report.event_id);
    assert_eq!(event["created_at"], "2023-11-14T22:13:20.900Z");
    assert_eq!(event["trace_id"].as_str().unwrap().len(), 32);
    assert_eq!(event["data"], data);

    for (name, value) in [
        ("content-type", "application/json"),
        ("webhook-id", &report.event_id),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", &signature(KEY, request)),
        ("x-webhook-event", "something.new"),
        ("x-webhook-timestamp", "1700000000"),
        ("x-webhook-signature", &legacy_signature(request)),
    ] {
        assert_eq!(header(request, name), value, "{name}");
    }
    assert_eq!(header(request, "x-webhook-subscription-id").len(), 36);
}

#[tokio::test]
async fn each_secret_adds_a_signature() {
    let receiver = receiver([]).await;
    let sandbox = Sandbox::builder()
        .webhook(receiver.origin(), [DEFAULT_WEBHOOK_SECRET, "whsec_b2xk"])
        .start()
        .await
        .unwrap();
    assert!(
        sandbox
            .send_webhook("any", json!({}))
            .report()
            .await
            .delivered
    );
    let request = &receiver.requests()[0];
    assert_eq!(
        header(request, "webhook-signature"),
        format!("{} {}", signature(KEY, request), signature(b"old", request))
    );
    assert_eq!(
        header(request, "x-webhook-signature"),
        legacy_signature(request)
    );
}

#[tokio::test]
async fn many_events_arrive_once_each() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let deliveries: Vec<_> = (0..100)
        .map(|number| sandbox.send_webhook("any", json!(number)))
        .collect();
    for delivery in deliveries {
        assert!(delivery.report().await.delivered);
    }
    let mut arrived = HashMap::new();
    for request in receiver.requests() {
        let event: Value = serde_json::from_slice(&request.body).unwrap();
        arrived.insert(
            event["event_id"].to_string(),
            event["data"].as_u64().unwrap(),
        );
    }
    let mut numbers: Vec<_> = arrived.into_values().collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..100));
    assert_eq!(receiver.requests().len(), 100);
}

#[tokio::test]
#[should_panic(expected = "invalid event: no webhook and no subscription takes it")]
async fn sending_an_event_that_nobody_takes_panics() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.send_webhook("any", json!({}));
}

#[tokio::test]
#[should_panic(expected = "invalid event: \"a\\nb\" is not a header value")]
async fn an_event_type_that_is_not_a_header_value_panics() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    sandbox.send_webhook("a\nb", json!({}));
}

#[tokio::test]
async fn the_observer_sees_each_attempt() {
    let receiver = receiver([Fault::status(503), Fault::cut(), Fault::status(401)]).await;
    let (sender, seen) = std::sync::mpsc::channel();
    let builder = sandbox_with_webhook(&receiver).webhook_wait(async |_| {});
    let sandbox = builder
        .webhook_observer(move |event_type, status| {
            sender.send((event_type.to_owned(), status)).unwrap();
        })
        .start()
        .await
        .unwrap();
    sandbox.send_webhook("a.b", json!({})).report().await;
    let seen: Vec<_> = seen.try_iter().collect();
    let statuses = [Some(503), None, Some(401)];
    assert_eq!(seen, statuses.map(|status| ("a.b".to_owned(), status)));
}
