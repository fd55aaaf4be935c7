//! Webhooks as an extractor of axum.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::iter;
use std::pin::Pin;
use std::task::Poll;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http_body::Body as _;
use http_body_util::LengthLimitError;
use reqwest::StatusCode;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::verifier::{Settings, Verifier};

/// A verified event, for handlers of axum 0.8.
///
/// The [`Verifier`] comes from the router's state. The headers are checked before the body is read;
/// axum's `DefaultBodyLimit` does not apply.
///
/// If a delivery has no event, the extractor responds for you. Linq sends an event again after a
/// 5xx, and never after these 4xx:
///
/// | status | when |
/// |---|---|
/// | 401 | the delivery is not proven to be from Linq |
/// | 408 | the body is not complete within [`body_timeout`](super::VerifierBuilder::body_timeout) |
/// | 413 | the body is larger than [`max_body_bytes`](super::VerifierBuilder::max_body_bytes), or comes in thousands of tiny pieces |
/// | 503 | the connection broke before the body was complete |
/// | 500 | the delivery is authentic, but no event can be read from it |
///
/// Linq gives up an attempt after 10 seconds, and then sends the event again, so no event is lost
/// to a 408. A delivery that has no readable event stays unreadable: to keep it, take a
/// `Result<LinqEvent, WebhookError>`, which also lets you choose the status.
///
/// ```
/// use axum::{Router, http::StatusCode, response::{IntoResponse, Response}, routing::post};
/// use linq::webhook::{LinqEvent, Verifier, WebhookError};
///
/// async fn receive(event: Result<LinqEvent, WebhookError>) -> Response {
///     match event {
///         Ok(LinqEvent(event)) => println!("{}", event.event_type),
///         Err(error) => match error.body() {
///             Some(body) => keep(error.delivery_id(), body), // authentic, but unreadable
///             None => return error.into_response(),
///         },
///     }
///     StatusCode::NO_CONTENT.into_response()
/// }
/// # fn keep(_: Option<&str>, _: &[u8]) {}
///
/// let verifier = Verifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let router: Router = Router::new().route("/webhooks", post(receive)).with_state(verifier);
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinqEvent(pub Event);

impl<S> FromRequest<S> for LinqEvent
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let outcome = receive(&Verifier::from_ref(state), request).await;
        #[cfg(feature = "tracing")]
        log(&outcome);
        outcome.map(Self)
    }
}

async fn receive(verifier: &Verifier, request: Request) -> Result<Event, WebhookError> {
    let (head, body) = request.into_parts();
    let headers = verifier.check_headers(&head.headers)?;
    let body = read(body, verifier.settings()).await?;
    verifier.verify_body(&headers, &body)
}

/// Anyone can send what is refused, so only problems with Linq's own deliveries are worth a
/// warning.
#[cfg(feature = "tracing")]
fn log(outcome: &Result<Event, WebhookError>) {
    use linq_gen::events::EventKind;

    const TARGET: &str = "linq::webhook";

    match outcome {
        Err(error) if error.is_authentic() => {
            tracing::warn!(target: TARGET, kind = ?error.kind(), "webhook is authentic, but unreadable");
        }
        Err(error) => {
            tracing::debug!(target: TARGET, kind = ?error.kind(), header = error.header(), "webhook refused");
        }
        Ok(event) => {
            if let EventKind::Other(other) = &event.kind
                && let Some(reason) = &other.reason
            {
                tracing::warn!(target: TARGET, %reason, "webhook data is not as documented");
            }
        }
    }
}

/// The most memory that is reserved for a body by its announced size.
const RESERVED: usize = 64 << 10;

/// How many pieces a body may come in: each costs time, however small.
fn max_pieces(limit: usize) -> usize {
    (limit / 256).max(1024)
}

/// Reads the body into one buffer, which grows with what arrives, up to the limit.
async fn read(mut body: Body, settings: &Settings) -> Result<Vec<u8>, WebhookError> {
    let limit = settings.max_body_bytes;
    let too_large = || WebhookError::body_too_large(limit);
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_large());
    }
    let mut read = Vec::with_capacity(announced.min(RESERVED));
    let mut deadline = settings.clock.deadline(settings.body_timeout);
    for _ in 0..=max_pieces(limit) {
        // Polled each time: a body whose parts are always ready would never yield to the deadline.
        let frame = poll_fn(|context| match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(timed_out())),
            Poll::Pending => Pin::new(&mut body).poll_frame(context).map(Ok),
        });
        let frame = match frame.await? {
            None => return Ok(read),
            Some(Ok(frame)) => frame,
            Some(Err(error)) if is_too_large(&error) => return Err(too_large()),
            Some(Err(_)) => return Err(broken()),
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let needed = read.len().saturating_add(data.len());
        if needed > limit {
            return Err(too_large());
        }
        if needed > read.capacity() {
            let capacity = needed.max(read.capacity().saturating_mul(2)).min(limit);
            read.reserve_exact(capacity - read.len());
        }
        read.extend_from_slice(&data);
    }
    Err(WebhookError::new(
        WebhookErrorKind::BodyTooLarge,
        "the body came in too many small pieces; send it in larger ones",
    ))
}

fn timed_out() -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::BodyTimeout,
        "the body was not complete in time; send it faster, or raise `body_timeout(..)`",
    )
}

fn broken() -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::BodyIncomplete,
        "the connection broke before the body was complete; send it again",
    )
}

/// Whether the limit of an outer layer was reached.
fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    iter::successors(Some(error), |&error| error.source())
        .any(|error| error.is::<LengthLimitError>())
}

/// The response of [`LinqEvent`] to a delivery without an event, with the error's text.
impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        (status(self.kind()), self.to_string()).into_response()
    }
}

fn status(kind: WebhookErrorKind) -> StatusCode {
    match kind {
        WebhookErrorKind::MissingHeader
        | WebhookErrorKind::InvalidHeader
        | WebhookErrorKind::InvalidTimestamp
        | WebhookErrorKind::TooOld
        | WebhookErrorKind::TooNew
        | WebhookErrorKind::NoMatchingSignature => StatusCode::UNAUTHORIZED,
        WebhookErrorKind::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
        WebhookErrorKind::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        WebhookErrorKind::BodyIncomplete => StatusCode::SERVICE_UNAVAILABLE,
        // Linq never sends an event again after a 4xx.
        WebhookErrorKind::NotJson
        | WebhookErrorKind::UnexpectedShape
        | WebhookErrorKind::NoSecret
        | WebhookErrorKind::InvalidSecret => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
