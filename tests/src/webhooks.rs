//! Webhooks as a server receives them.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use linq::webhook::{EventKind, LinqEvent, Verifier, WebhookError, testing};
use tokio::net::TcpListener;

use crate::support::NOW_UNIX;
use crate::webhook_corpus::{Delivery, SECRET, builder, corpus, verifier};

#[allow(dead_code)]
#[path = "../../linq/examples/webhook_server.rs"]
pub(crate) mod webhook_server;

pub(crate) const BODY: &str =
    r#"{"event_type":"message.sent","event_id":"evt_1","created_at":"2026-01-02T03:04:05Z"}"#;

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_UNIX)
}

pub(crate) fn signed(body: &[u8]) -> HeaderMap {
    testing::sign("evt_1", now(), body, SECRET).unwrap()
}

/// Serves a router on a free loopback port, and returns the URL of its webhooks.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

pub(crate) async fn deliver(
    url: &str,
    headers: HeaderMap,
    body: impl Into<reqwest::Body>,
) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(url).headers(headers).body(body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn the_example_server_accepts_signed_deliveries_and_refuses_others() {
    let url = serve(webhook_server::router(verifier())).await;
    let body = BODY.as_bytes().to_vec();
    let (status, text) = deliver(&url, signed(&body), body.clone()).await;
    assert_eq!((status, &*text), (204, ""));

    let (status, text) = deliver(&url, signed(b"Zoe"), body.clone()).await;
    assert_eq!(status, 401);
    assert!(text.contains("no signature matches"), "{text}");

    let (status, text) = deliver(&url, HeaderMap::new(), body).await;
    assert_eq!(status, 401);
    assert!(text.contains("webhook-id is missing"), "{text}");

    let (status, text) = deliver(&url, signed(b"{\"Zoe\":"), "{\"Zoe\":").await;
    assert_eq!(status, 500);
    assert!(text.contains("not JSON") && !text.contains("Zoe"), "{text}");

    let large = vec![b' '; (1 << 20) + 1];
    let (status, text) = deliver(&url, signed(&large), large).await;
    assert_eq!(status, 413);
    assert!(text.contains("1048576 bytes"), "{text}");
}

#[tokio::test]
async fn the_example_server_agrees_with_the_verifier_on_the_corpus() {
    let url = serve(webhook_server::router(verifier())).await;
    for (name, file) in corpus() {
        let delivery = Delivery::read(&file);
        let mut headers = HeaderMap::new();
        for (name, value) in &delivery.headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            headers.append(name, axum::http::HeaderValue::from_bytes(value).unwrap());
        }
        let expected = match delivery.verify(&verifier()) {
            Ok(_) => 204, // new, or seen before
            Err(error) if error.is_authentic() => 500,
            Err(_) => 401,
        };
        let (status, _) = deliver(&url, headers, delivery.body.to_vec()).await;
        assert_eq!(status, expected, "{name}");
    }
}

/// What the extractor gives a handler, as text.
async fn receive(event: Result<LinqEvent, WebhookError>) -> String {
    match event {
        Ok(LinqEvent(event)) => format!("{} {}", event.event_id, event.event_type),
        Err(error) => match (error.delivery_id(), error.body()) {
            (Some(id), Some(body)) => format!("kept {id} {}", String::from_utf8_lossy(body)),
            _ => error.to_string(),
        },
    }
}

async fn receiver(verifier: Verifier) -> String {
    let router = Router::new().route("/webhooks", post(receive));
    serve(router.with_state(verifier)).await
}

#[tokio::test]
async fn a_handler_can_respond_to_refusals_itself() {
    let url = receiver(verifier()).await;
    let (status, text) = deliver(&url, signed(b""), BODY).await;
    assert_eq!(status, 200);
    assert!(text.contains("no signature matches"), "{text}");
}

#[tokio::test]
async fn a_handler_gets_unreadable_authentic_deliveries() {
    let url = receiver(verifier()).await;
    for body in ["{\"Zoe\":", "[]", r#"{"event_type":"message.sent"}"#] {
        let (status, text) = deliver(&url, signed(body.as_bytes()), body).await;
        assert_eq!((status, text), (200, format!("kept evt_1 {body}")));
    }
}

#[tokio::test]
async fn the_extractor_accepts_legacy_headers_if_the_verifier_does() {
    let legacy = testing::sign_legacy(now(), BODY, SECRET).unwrap();
    let url = receiver(verifier()).await;
    let (_, text) = deliver(&url, legacy.clone(), BODY).await;
    assert!(text.contains("webhook-id is missing"), "{text}");
    assert!(text.contains("accept_legacy_headers()"), "{text}");

    let accepting = builder().accept_legacy_headers().build().unwrap();
    let url = receiver(accepting).await;
    let (_, text) = deliver(&url, legacy.clone(), BODY).await;
    assert_eq!(text, "evt_1 message.sent");
    let (_, text) = deliver(&url, legacy, "{}").await;
    assert!(text.contains("no signature matches"), "{text}");
}

#[test]
fn the_event_of_the_example_has_its_kind() {
    let body = webhook_server::EXAMPLE_EVENT;
    let event = verifier().verify(&signed(body.as_bytes()), body).unwrap();
    assert!(matches!(event.kind, EventKind::ContactCardReceived(_)));
}
