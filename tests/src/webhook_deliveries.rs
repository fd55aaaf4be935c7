//! Deliveries from the sandbox to an axum server, over a socket.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use linq::Client;
use linq::webhook::{Event, EventKind, LinqEvent, Seen, SeenEvents, Verifier, WebhookErrorKind};
use linq_sandbox::{DEFAULT_WEBHOOK_SECRET, Sandbox, contact_card_received, validator};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::spec::spec;
use crate::support::{TestClock, builder, sandbox_on};
use crate::webhooks::{serve, webhook_server};

const NUMBER: &str = "+15551234567";
const OTHER_SECRET: &str = "whsec_c2VjcmV0LXRoYXQtcmVwbGFjZXMtaXQ=";

fn verifier(clock: &TestClock, secret: &str) -> Verifier {
    let builder = Verifier::builder().clock(clock.clone());
    builder.secret(secret).build().unwrap()
}

/// A sandbox that sends to a URL, without waits between attempts.
async fn start(clock: &TestClock, url: String, secrets: &[&str]) -> (Sandbox, Client) {
    let sandbox = sandbox_on(clock)
        .webhook(url, secrets.iter().copied())
        .webhook_wait(|_| future::ready(()))
        .start()
        .await
        .unwrap();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    (sandbox, client)
}

#[derive(Clone)]
struct Inbox {
    verifier: Verifier,
    events: mpsc::UnboundedSender<Event>,
}

impl FromRef<Inbox> for Verifier {
    fn from_ref(inbox: &Inbox) -> Self {
        inbox.verifier.clone()
    }
}

/// A server that hands over the events it receives.
async fn inbox(clock: &TestClock) -> (String, mpsc::UnboundedReceiver<Event>) {
    async fn receive(State(inbox): State<Inbox>, LinqEvent(event): LinqEvent) {
        inbox.events.send(event).unwrap();
    }
    let (events, received) = mpsc::unbounded_channel();
    let verifier = verifier(clock, DEFAULT_WEBHOOK_SECRET);
    let router = Router::new().route("/webhooks", post(receive));
    let url = serve(router.with_state(Inbox { verifier, events })).await;
    (url, received)
}

#[tokio::test]
async fn a_write_arrives_as_a_typed_event() {
    let clock = TestClock::new();
    let (url, mut events) = inbox(&clock).await;
    let (_sandbox, client) = start(&clock, url, &[DEFAULT_WEBHOOK_SECRET]).await;
    let cards = client.contact_card();
    let created = cards.create("+15557654321", "Zoë").send().await.unwrap();
    let event = events.recv().await.unwrap();
    let EventKind::ContactCardCreated(data) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!(
        data.contact_card.unwrap().first_name.as_deref(),
        Some("Zoë")
    );
    assert_eq!(data.phone_number.as_deref(), Some("+15557654321"));
    assert_eq!((&*data.actor.type_, &*data.origin), ("api", "api"));
    let created_at = event.created_at.unwrap();
    assert_eq!(created_at.to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert_eq!(event.trace_id.as_deref(), created.trace_id());

    cards.update(NUMBER).last_name("Smith").await.unwrap();
    let event = events.recv().await.unwrap();
    let EventKind::ContactCardUpdated(data) = event.kind else {
        panic!("{event:?}")
    };
    let change = data.change.unwrap();
    assert!(change.first_name.is_none() && change.image_url.is_none());
    let last_name = change.last_name.unwrap();
    assert_eq!(last_name.from.as_deref(), Some("Doe"));
    assert_eq!(last_name.to.as_deref(), Some("Smith"));
}

#[tokio::test]
async fn documented_events_arrive_unchanged() {
    let clock = TestClock::new();
    let (url, mut events) = inbox(&clock).await;
    let (sandbox, _) = start(&clock, url, &[DEFAULT_WEBHOOK_SECRET]).await;
    sandbox.send_webhook("contact_card.received", contact_card_received());
    let event = events.recv().await.unwrap();
    assert!(
        matches!(&event.kind, EventKind::ContactCardReceived(card) if card.first_name == "Jane")
    );
    let report = sandbox.send_webhook("message.edited", json!([1, {"a": null}]));
    let event = events.recv().await.unwrap();
    let EventKind::Other(other) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!(other.event_type, "message.edited");
    assert_eq!(other.data, r#"[1,{"a":null}]"#);
    assert_eq!(other.reason, None);
    assert_eq!(event.event_id, report.report().await.event_id);
}

#[tokio::test]
async fn the_example_server_accepts_events_of_the_sandbox() {
    let clock = TestClock::new();
    let serve = |secret| serve(webhook_server::router(verifier(&clock, secret)));
    let (old, new) = (OTHER_SECRET, DEFAULT_WEBHOOK_SECRET);
    // The server has one of the two secrets, the sandbox one or both.
    for (secrets, statuses) in [
        (&[new][..], vec![Some(204)]),
        (&[old, new], vec![Some(204)]),
        (&[new, old], vec![Some(204)]),
        (&[old], vec![Some(401)]),
    ] {
        let url = serve(new).await;
        let (sandbox, _) = start(&clock, url, secrets).await;
        let report = sandbox.send_webhook("a.b", json!({})).report().await;
        assert_eq!(report.statuses, statuses);
        assert_eq!(report.delivered, statuses == [Some(204)]);
    }
}

#[derive(Clone)]
struct Unsteady {
    verifier: Verifier,
    seen: SeenEvents,
    deliveries: Arc<AtomicUsize>,
    acted: Arc<AtomicUsize>,
}

impl FromRef<Unsteady> for Verifier {
    fn from_ref(server: &Unsteady) -> Self {
        server.verifier.clone()
    }
}

/// The first two responses are lost, although the event was processed.
#[tokio::test]
async fn a_repeated_event_is_processed_once() {
    async fn receive(State(server): State<Unsteady>, LinqEvent(event): LinqEvent) -> StatusCode {
        if let Seen::New(claim) = server.seen.claim(&event.event_id) {
            server.acted.fetch_add(1, Ordering::Relaxed);
            claim.confirm();
        }
        match server.deliveries.fetch_add(1, Ordering::Relaxed) {
            0 => StatusCode::BAD_GATEWAY,
            1 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::OK,
        }
    }
    let clock = TestClock::new();
    let server = Unsteady {
        verifier: verifier(&clock, DEFAULT_WEBHOOK_SECRET),
        seen: SeenEvents::default(),
        deliveries: Arc::default(),
        acted: Arc::default(),
    };
    let router = Router::new().route("/webhooks", post(receive));
    let url = serve(router.with_state(server.clone())).await;
    let (sandbox, _) = start(&clock, url, &[DEFAULT_WEBHOOK_SECRET]).await;
    let report = sandbox.send_webhook("a.b", json!({})).report().await;
    assert_eq!(report.statuses, [Some(502), Some(429), Some(200)]);
    assert_eq!(server.acted.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn each_delivery_has_both_signatures_and_fits_the_contract() {
    type Delivery = (HeaderMap, Bytes);
    async fn receive(
        State(deliveries): State<mpsc::UnboundedSender<Delivery>>,
        headers: HeaderMap,
        body: Bytes,
    ) {
        deliveries.send((headers, body)).unwrap();
    }
    let clock = TestClock::new();
    let (sender, mut deliveries) = mpsc::unbounded_channel();
    let router = Router::new().route("/webhooks", post(receive));
    let url = serve(router.with_state(sender)).await;
    let (_sandbox, client) = start(&clock, url, &[DEFAULT_WEBHOOK_SECRET]).await;
    client
        .contact_card()
        .create("+15557654321", "Ann")
        .await
        .unwrap();
    client
        .contact_card()
        .update(NUMBER)
        .first_name("Ann")
        .await
        .unwrap();
    for _ in 0..2 {
        let (headers, body) = deliveries.recv().await.unwrap();
        let event = verifier(&clock, DEFAULT_WEBHOOK_SECRET)
            .verify(&headers, &body)
            .unwrap();
        let legacy = verifier(&clock, DEFAULT_WEBHOOK_SECRET).verify_legacy(&headers, &body);
        assert_eq!(event, legacy.unwrap());
        assert_eq!(headers["webhook-id"], event.event_id);
        assert_eq!(headers["x-webhook-event"], event.event_type);

        let other = verifier(&clock, OTHER_SECRET).verify(&headers, &body);
        assert_eq!(
            other.unwrap_err().kind(),
            WebhookErrorKind::NoMatchingSignature
        );

        let spec = spec();
        let webhook = &spec["x-webhooks"][&event.event_type]["post"]["requestBody"];
        let schema = &webhook["content"]["application/json"]["schema"];
        let body: Value = serde_json::from_slice(&body).unwrap();
        if let Err(error) = validator(&spec, schema).unwrap().validate(&body) {
            panic!("{body}: {error}");
        }
    }
}
