//! Why a delivery was refused, or why a verifier could not be built.

use std::fmt;

/// Why a delivery was refused, or why a [`Verifier`](super::Verifier) could not be built.
///
/// It displays as one line that says what to do. `{:?}` prints the same line, for a `main` that
/// returns the error; `{:#?}` prints the details. None of them holds a secret, a header's value or
/// a part of the body.
///
/// ```
/// use linq::webhook::{Verifier, WebhookErrorKind};
///
/// let verifier = Verifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let error = verifier.verify([("webhook-id", "evt_1")], b"{}").unwrap_err();
/// assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
/// assert_eq!(error.header(), Some("webhook-timestamp"));
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookError {
    kind: WebhookErrorKind,
    header: Option<&'static str>,
    /// What went wrong, unless the kind is enough.
    detail: String,
    authentic: Option<Authentic>,
}

/// An authentic delivery although no event can be read from it.
#[derive(Clone, PartialEq, Eq)]
struct Authentic {
    id: Option<String>,
    body: Vec<u8>,
}

/// What is wrong with a delivery, or with a verifier's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookErrorKind {
    /// There is no secret to verify with.
    NoSecret,
    /// A secret is not base64, with or without `whsec_` before it.
    InvalidSecret,
    /// A header is missing; [`WebhookError::header`] names it.
    MissingHeader,
    /// A header appears more than once, is empty or too long, or has an invalid value.
    InvalidHeader,
    /// The timestamp is not in Unix seconds.
    InvalidTimestamp,
    /// The timestamp is further in the past than the tolerance allows.
    TooOld,
    /// The timestamp is further in the future than the tolerance allows.
    TooNew,
    /// No signature matches the body with any of the secrets.
    NoMatchingSignature,
    /// The body is larger than the verifier accepts, or comes in too many pieces.
    BodyTooLarge,
    /// The connection broke before the body was complete.
    BodyIncomplete,
    /// The body was not complete in time.
    BodyTimeout,
    /// The delivery is authentic, but its body is not JSON.
    NotJson,
    /// The delivery is authentic, but its body is not an object with an `event_id`; the text names the
    /// path.
    UnexpectedShape,
}

impl WebhookError {
    pub(crate) fn new(kind: WebhookErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            header: None,
            detail: detail.into(),
            authentic: None,
        }
    }

    /// An error about a header; `detail` follows its name.
    pub(crate) fn in_header(
        kind: WebhookErrorKind,
        header: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            header: Some(header),
            ..Self::new(kind, detail)
        }
    }

    pub(crate) fn body_too_large(limit: usize) -> Self {
        Self::new(
            WebhookErrorKind::BodyTooLarge,
            format!(
                "the body is larger than the {limit} bytes that `max_body_bytes(..)` accepts; raise that limit"
            ),
        )
    }

    /// Keeps what has been verified, so that it is not lost.
    pub(crate) fn with_delivery(self, id: Option<String>, body: &[u8]) -> Self {
        let body = body.to_vec();
        Self {
            authentic: Some(Authentic { id, body }),
            ..self
        }
    }

    /// What is wrong.
    pub fn kind(&self) -> WebhookErrorKind {
        self.kind
    }

    /// The header that is missing or wrong, in lower case.
    pub fn header(&self) -> Option<&'static str> {
        self.header
    }

    /// Whether the delivery is proven to be from Linq, although no event can be read from it. Then
    /// [`body`](Self::body) has what Linq sent.
    pub fn is_authentic(&self) -> bool {
        self.authentic.is_some()
    }

    /// The raw body of a delivery that [is authentic](Self::is_authentic), so that it can be kept:
    /// Linq sends it again for at most 30 minutes. `None` for any other error.
    pub fn body(&self) -> Option<&[u8]> {
        Some(&self.authentic.as_ref()?.body)
    }

    /// The header `webhook-id` of a delivery that [is authentic](Self::is_authentic): the same in
    /// every delivery of an event. `None` for any other error, and for legacy headers, which have
    /// no id.
    pub fn delivery_id(&self) -> Option<&str> {
        self.authentic.as_ref()?.id.as_deref()
    }
}

/// Leaves out the delivery's id and body.
impl fmt::Debug for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("WebhookError")
            .field("kind", &self.kind)
            .field("header", &self.header)
            .field("detail", &self.detail)
            .field("body_bytes", &self.body().map(<[u8]>::len))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(header) = self.header {
            write!(f, "the header {header} ")?;
        }
        f.write_str(&self.detail)
    }
}

impl std::error::Error for WebhookError {}
