//! Webhooks as a server receives them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, FromRequest as _, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use futures_util::stream;
use linq::webhook::{
    EventKind, LinqEvent, SeenEvents, Verifier, WebhookError, WebhookErrorKind, testing,
};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::spec::spec;
use crate::support::NOW_UNIX;
use crate::webhook_corpus::{Delivery, SECRET, corpus, verifier};

#[allow(dead_code)]
#[path = "../../linq/examples/webhook_server.rs"]
pub(crate) mod webhook_server;

const BODY: &str =
    r#"{"event_type":"message.sent","event_id":"evt_1","created_at":"2026-01-02T03:04:05Z"}"#;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_UNIX)
}

fn signed(body: &[u8]) -> HeaderMap {
    testing::sign("evt_1", now(), body, SECRET).unwrap()
}

/// Serves a router on a free loopback port, and answers the URL of its webhooks.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn deliver(url: &str, headers: HeaderMap, body: impl Into<reqwest::Body>) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(url).headers(headers).body(body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn the_example_takes_what_is_signed_and_answers_the_rest() {
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
    assert_eq!(status, 400);
    assert!(text.contains("not JSON") && !text.contains("Zoe"), "{text}");

    let large = vec![b' '; (1 << 20) + 1];
    let (status, text) = deliver(&url, signed(&large), large).await;
    assert_eq!(status, 413);
    assert!(text.contains("1048576 bytes"), "{text}");
}

#[tokio::test]
async fn the_example_takes_the_whole_corpus_as_the_verifier_does() {
    let url = serve(webhook_server::router(verifier())).await;
    for (name, file) in corpus() {
        let delivery = Delivery::read(&file);
        let mut headers = HeaderMap::new();
        for (name, value) in &delivery.headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            headers.append(name, axum::http::HeaderValue::from_bytes(value).unwrap());
        }
        let expected = match delivery.unwrap(&verifier()) {
            Ok(_) => 204,
            Err(error) if error.is_authentic() => 400,
            Err(_) => 401,
        };
        let (status, _) = deliver(&url, headers, delivery.body.to_vec()).await;
        assert_eq!(status, expected, "{name}");
    }
}

#[derive(Clone)]
struct App {
    verifier: Verifier,
    seen: SeenEvents,
    acted: Arc<AtomicUsize>,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

#[tokio::test]
async fn of_many_deliveries_of_an_event_one_is_acted_on() {
    async fn receive(State(app): State<App>, LinqEvent(event): LinqEvent) {
        if app.seen.insert(&event.event_id) {
            app.acted.fetch_add(1, Ordering::Relaxed);
        }
    }
    let app = App {
        verifier: verifier(),
        seen: SeenEvents::default(),
        acted: Arc::default(),
    };
    let router = Router::new()
        .route("/webhooks", post(receive))
        .with_state(app.clone());
    let url = serve(router).await;
    let deliveries: Vec<_> = (0..20)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { deliver(&url, signed(BODY.as_bytes()), BODY).await })
        })
        .collect();
    for delivery in deliveries {
        assert_eq!(delivery.await.unwrap().0, 200);
    }
    assert_eq!(app.acted.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_handler_can_answer_refusals_itself() {
    async fn receive(event: Result<LinqEvent, WebhookError>) -> String {
        event.unwrap_err().to_string()
    }
    let router = Router::new().route("/webhooks", post(receive));
    let url = serve(router.with_state(verifier())).await;
    let (status, text) = deliver(&url, signed(b""), BODY).await;
    assert_eq!(status, 200);
    assert!(text.contains("no signature matches"), "{text}");
}

async fn extracted(verifier: &Verifier, body: Body) -> Result<LinqEvent, WebhookError> {
    let mut request = Request::new(body);
    *request.headers_mut() = signed(BODY.as_bytes());
    LinqEvent::from_request(request, verifier).await
}

#[tokio::test]
async fn a_body_is_read_to_the_limit_and_no_further() {
    let limited = |limit| {
        let builder = Verifier::builder().secret(SECRET).max_body_bytes(limit);
        let clock = crate::support::TestClock::new();
        builder.clock(clock).build().unwrap()
    };
    let LinqEvent(event) = extracted(&limited(BODY.len()), BODY.into()).await.unwrap();
    assert_eq!(event.event_id, "evt_1");
    let error = extracted(&limited(BODY.len() - 1), BODY.into())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);

    let endless = stream::repeat_with(|| Ok::<_, Infallible>(vec![b' '; 1 << 16]));
    let error = extracted(&verifier(), Body::from_stream(endless))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_limit_around_the_extractor_is_told_as_one() {
    let body = http_body_util::Limited::new(Body::from(BODY), 10);
    let error = extracted(&verifier(), Body::new(body)).await.unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_asked_for_again() {
    let broken = stream::iter([Ok(&BODY[..10]), Err("broken")]);
    let error = extracted(&verifier(), Body::from_stream(broken))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyIncomplete);
    let status = error.into_response().status();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

/// Who can't be Linq, or sends too much, has no body read.
#[tokio::test]
async fn a_body_is_not_read_where_the_headers_tell_enough() {
    let untouched = || stream::repeat_with(|| -> Result<Vec<u8>, Infallible> { panic!("read") });
    let long_ago = now() - Duration::from_secs(301);
    let old = testing::sign("evt_1", long_ago, BODY, SECRET).unwrap();
    for (headers, kind) in [
        (HeaderMap::new(), WebhookErrorKind::MissingHeader),
        (old, WebhookErrorKind::TooOld),
    ] {
        let mut request = Request::new(Body::from_stream(untouched()));
        *request.headers_mut() = headers;
        let error = LinqEvent::from_request(request, &verifier())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let large = Large(Body::from_stream(untouched()));
    let error = extracted(&verifier(), Body::new(large)).await.unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
}

/// A body whose head says that it is too large.
struct Large(Body);

impl http_body::Body for Large {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::pin::Pin::new(&mut self.0).poll_frame(context)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact((1 << 20) + 1)
    }
}

/// The contract's own examples, each under its type.
#[test]
fn the_examples_of_the_contract_are_events_of_their_kinds() {
    let webhooks = spec()["x-webhooks"].clone();
    let mut kinds = Vec::new();
    for (event_type, webhook) in webhooks.as_object().unwrap() {
        let example = &webhook["post"]["requestBody"]["content"]["application/json"]["example"];
        let body = example.to_string();
        let event = verifier().unwrap(&signed(body.as_bytes()), &body).unwrap();
        assert_eq!(event.event_type, *event_type);
        let raw: Value = serde_json::from_str(event.raw_json()).unwrap();
        assert_eq!(raw, *example);
        let (data, kind) = match event.kind {
            EventKind::ContactCardReceived(data) => (serde_json::to_value(data), "received"),
            EventKind::ContactCardCreated(data) => (serde_json::to_value(data), "created"),
            EventKind::ContactCardUpdated(data) => (serde_json::to_value(data), "updated"),
            EventKind::ContactCardDeleted(data) => (serde_json::to_value(data), "deleted"),
            other => panic!("{event_type}: {other:?}"),
        };
        assert_eq!(data.unwrap(), without_nulls(&example["data"]));
        kinds.push(kind);
    }
    assert_eq!(kinds, ["received", "created", "updated", "deleted"]);
}

/// A field that is null is left out where it is written again.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        other => other.clone(),
    }
}
