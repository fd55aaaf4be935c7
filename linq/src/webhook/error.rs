//! Why a delivery was refused, or why a verifier could not be built.

use std::fmt;

/// Why a delivery was refused, or why a [`Verifier`](super::Verifier) could not be built.
///
/// The text is one line that says what to do. Neither it nor the `Debug` form holds a secret, a header's
/// value or a part of the body.
///
/// ```
/// use linq::webhook::{Verifier, WebhookErrorKind};
///
/// let verifier = Verifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let error = verifier.unwrap([("webhook-id", "evt_1")], b"{}").unwrap_err();
/// assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
/// assert_eq!(error.header(), Some("webhook-timestamp"));
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookError {
    kind: WebhookErrorKind,
    header: Option<&'static str>,
    /// What went wrong, as far as the kind doesn't say it.
    detail: String,
}

/// What is wrong with a delivery, or with a verifier's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookErrorKind {
    /// There is no secret to verify with.
    NoSecret,
    /// A secret is not `whsec_` followed by base64.
    InvalidSecret,
    /// A header is missing; [`WebhookError::header`] names it.
    MissingHeader,
    /// A header is there twice, empty, too long, or can't be what it should be.
    InvalidHeader,
    /// The timestamp is not in Unix seconds.
    InvalidTimestamp,
    /// The timestamp is further in the past than the tolerance allows.
    TooOld,
    /// The timestamp is further in the future than the tolerance allows.
    TooNew,
    /// No signature is that of the body under one of the secrets.
    NoMatchingSignature,
    /// The body is larger than the verifier accepts.
    BodyTooLarge,
    /// The connection broke before the body was complete.
    BodyIncomplete,
    /// The delivery is Linq's, but its body is not JSON.
    NotJson,
    /// The delivery is Linq's, but its body is not as documented; the text names the path.
    UnexpectedShape,
}

impl WebhookError {
    pub(crate) fn new(kind: WebhookErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            header: None,
            detail: detail.into(),
        }
    }

    /// An error about a header; `detail` follows its name.
    pub(crate) fn of_header(
        kind: WebhookErrorKind,
        header: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            header: Some(header),
            detail: detail.into(),
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

    /// What is wrong.
    pub fn kind(&self) -> WebhookErrorKind {
        self.kind
    }

    /// The header that is missing or wrong, in lower case.
    pub fn header(&self) -> Option<&'static str> {
        self.header
    }

    /// Whether the delivery is proven to be Linq's, though its body can't be used.
    pub fn is_authentic(&self) -> bool {
        matches!(
            self.kind,
            WebhookErrorKind::NotJson | WebhookErrorKind::UnexpectedShape
        )
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
