//! The extractor reads a body within limits of size and time, and only if the headers make sense.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use futures_util::{StreamExt as _, stream};
use linq::webhook::{LinqEvent, Verifier, WebhookError, WebhookErrorKind, testing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestClock;
use crate::webhook_corpus::{SECRET, builder, verifier};
use crate::webhooks::{BODY, now, serve, signed};

async fn extracted(verifier: &Verifier, body: Body) -> Result<LinqEvent, WebhookError> {
    let mut request = Request::new(body);
    *request.headers_mut() = signed(BODY.as_bytes());
    LinqEvent::from_request(request, verifier).await
}

#[tokio::test]
async fn a_body_is_read_to_the_limit_and_no_further() {
    let limited = |limit| builder().max_body_bytes(limit).build().unwrap();
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
async fn a_limit_of_an_outer_layer_is_reported_as_too_large() {
    let body = http_body_util::Limited::new(Body::from(BODY), 10);
    let error = extracted(&verifier(), Body::new(body)).await.unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_body_that_breaks_off_gets_503() {
    let broken = stream::iter([Ok(&BODY[..10]), Err("broken")]);
    let error = extracted(&verifier(), Body::from_stream(broken))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::BodyIncomplete);
    let status = error.into_response().status();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

/// The body of a request that can't be Linq's, or is too large, is not read.
#[tokio::test]
async fn a_body_is_not_read_if_the_headers_are_refused() {
    let untouched = || stream::repeat_with(|| -> Result<Vec<u8>, Infallible> { panic!("read") });
    let long_ago = now() - Duration::from_secs(301);
    let old = testing::sign("evt_1", long_ago, BODY, SECRET).unwrap();
    let mut cases = vec![
        (HeaderMap::new(), WebhookErrorKind::MissingHeader),
        (old, WebhookErrorKind::TooOld),
    ];
    for signature in ["v1,", "v1,AAAA", "v1a,AAAA v2,AAAA", "00"] {
        let mut headers = signed(BODY.as_bytes());
        headers.insert("webhook-signature", HeaderValue::from_static(signature));
        cases.push((headers, WebhookErrorKind::InvalidHeader));
    }
    let mut legacy = testing::sign_legacy(now(), BODY, SECRET).unwrap();
    legacy.insert("x-webhook-signature", HeaderValue::from_static("00"));
    cases.push((legacy, WebhookErrorKind::InvalidHeader));

    let verifier = builder().accept_legacy_headers().build().unwrap();
    for (headers, kind) in cases {
        let mut request = Request::new(Body::from_stream(untouched()));
        *request.headers_mut() = headers;
        let error = LinqEvent::from_request(request, &verifier)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let status = error.into_response().status();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let large = Large(Body::from_stream(untouched()));
    let error = extracted(&verifier, Body::new(large)).await.unwrap_err();
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

/// One byte each.
fn pieces(text: &'static str) -> Body {
    let bytes = text.as_bytes().chunks(1);
    Body::from_stream(stream::iter(bytes.map(Ok::<_, Infallible>)))
}

#[tokio::test]
async fn a_body_may_come_in_small_pieces_but_not_in_thousands() {
    assert!(extracted(&verifier(), pieces(BODY)).await.is_ok());
    for piece in ["", " "] {
        let endless = stream::repeat_with(move || Ok::<_, Infallible>(piece));
        let error = extracted(&verifier(), Body::from_stream(endless))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
        assert!(error.to_string().contains("small pieces"), "{error}");
    }
}

/// Each piece comes at once, and there are not too many.
#[tokio::test]
async fn the_deadline_is_for_the_whole_body() {
    let clock = TestClock::new();
    let verifier = builder().clock(clock.clone()).build().unwrap();
    let first = stream::iter((0..100).map(|_| Ok::<_, Infallible>(" ")));
    let rest = stream::iter((0..100).map(move |_| {
        clock.expire_timeouts();
        Ok(" ")
    }));
    for body in [
        Body::from_stream(first.chain(rest)),
        Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>()),
    ] {
        let error = extracted(&verifier, body).await.unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::BodyTimeout);
        let status = error.into_response().status();
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_10_seconds_unless_set() {
    for (builder, seconds) in [
        (builder(), 10),
        (builder().body_timeout(Duration::from_secs(3)), 3),
    ] {
        // On the test's clock, deadlines would not pass by themselves.
        let verifier = builder.clock(Stopped).build().unwrap();
        let start = tokio::time::Instant::now();
        let body = Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
        let error = extracted(&verifier, body).await.unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::BodyTimeout);
        assert_eq!(start.elapsed().as_secs(), seconds);
    }
}

/// A clock whose time of day stands still, with the deadlines of Tokio.
#[derive(Debug)]
struct Stopped;

impl linq::Clock for Stopped {
    fn now(&self) -> std::time::SystemTime {
        now()
    }
}

#[tokio::test]
async fn a_sender_that_stops_within_the_body_gets_408() {
    async fn receive(LinqEvent(_): LinqEvent) {}
    let clock = TestClock::new();
    let verifier = builder().clock(clock.clone()).build().unwrap();
    let router = Router::new().route("/webhooks", post(receive));
    let url = serve(router.with_state(verifier)).await;
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/webhooks");
    let mut sender = TcpStream::connect(address).await.unwrap();
    let mut request = String::from("POST /webhooks HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n");
    for (name, value) in &signed(BODY.as_bytes()) {
        request += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    request += "\r\n{\"event_id\":";
    sender.write_all(request.as_bytes()).await.unwrap();
    clock.expire_timeouts();
    let mut response = String::new();
    sender.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(response.contains("body_timeout(..)"), "{response}");
}
