//! Webhooks as an extractor of axum.

use std::error::Error as StdError;
use std::iter;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use reqwest::StatusCode;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::verifier::Verifier;

/// A verified event, for handlers of axum 0.8.
///
/// The [`Verifier`] comes from the router's state. The body is read as far as
/// [`max_body_bytes`](super::VerifierBuilder::max_body_bytes) allows; axum's own `DefaultBodyLimit` has no
/// part in it, and its headers are checked before. How long reading may take is up to the server: put a
/// timeout around the handler.
///
/// A delivery that is refused is answered without the handler: with 401 where it is not proven to be
/// Linq's, with 413 where its body is too large, and with 400 where its body can't be understood. Linq sends
/// none of these again. A body that breaks off is answered with 503. Take a
/// `Result<LinqEvent, WebhookError>` to answer yourself.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use linq::webhook::{LinqEvent, Verifier};
///
/// async fn receive(LinqEvent(event): LinqEvent) -> StatusCode {
///     println!("{}", event.event_type);
///     StatusCode::NO_CONTENT
/// }
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
        let verifier = Verifier::from_ref(state);
        let (head, body) = request.into_parts();
        let limit = verifier.max_body_bytes();
        let outcome = match verifier.check_headers(&head.headers) {
            Ok(_) => read(body, limit)
                .await
                .and_then(|body| verifier.unwrap(&head.headers, body)),
            Err(error) => Err(error),
        };
        #[cfg(feature = "tracing")]
        if let Err(error) = &outcome {
            tracing::warn!(kind = ?error.kind(), header = error.header(), "webhook refused");
        }
        outcome.map(Self)
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, WebhookError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(WebhookError::body_too_large(limit));
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_large(&*error) => Err(WebhookError::body_too_large(limit)),
        Err(_) => Err(WebhookError::new(
            WebhookErrorKind::BodyIncomplete,
            "the connection broke before the body was complete; send it again",
        )),
    }
}

/// Whether a limit was reached, this one or one around it.
fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    iter::successors(Some(error), |&error| error.source())
        .any(|error| error.is::<LengthLimitError>())
}

/// The answer to a delivery that is refused: 400, 401, 413 or 503, with the error's text.
impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        (status(self.kind()), self.to_string()).into_response()
    }
}

fn status(kind: WebhookErrorKind) -> StatusCode {
    match kind {
        WebhookErrorKind::NoSecret | WebhookErrorKind::InvalidSecret => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        WebhookErrorKind::MissingHeader
        | WebhookErrorKind::InvalidHeader
        | WebhookErrorKind::InvalidTimestamp
        | WebhookErrorKind::TooOld
        | WebhookErrorKind::TooNew
        | WebhookErrorKind::NoMatchingSignature => StatusCode::UNAUTHORIZED,
        WebhookErrorKind::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        WebhookErrorKind::BodyIncomplete => StatusCode::SERVICE_UNAVAILABLE,
        WebhookErrorKind::NotJson | WebhookErrorKind::UnexpectedShape => StatusCode::BAD_REQUEST,
    }
}
