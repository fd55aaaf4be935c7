//! Checks that a delivery is from Linq.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::headers::{FoundHeaders, LEGACY_TIMESTAMP, SignedHeaders, TIMESTAMP};
use super::secret::Secret;
use super::signature::Signer;
use super::timestamp;
use crate::clock::Clock;

/// Checks that a delivery is from Linq, and returns its [`Event`].
///
/// It is cheap to clone, and any number of tasks can use it at once.
///
/// ```
/// use std::time::SystemTime;
///
/// use linq::webhook::{EventKind, Verifier, testing};
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let verifier = Verifier::new(secret)?; // or Verifier::from_env()?
///
/// let body = br#"{"event_type": "message.sent", "event_id": "1", "created_at": "2026-02-03T10:15:30Z"}"#;
/// let headers = testing::sign("1", SystemTime::now(), body, secret)?;
/// let event = verifier.verify(&headers, body)?;
/// assert_eq!(event.event_id, "1");
///
/// assert!(verifier.verify(&headers, b"something else").is_err());
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Settings>);

/// The settings of a verifier.
pub(crate) struct Settings {
    pub(crate) secrets: Vec<Secret>,
    pub(crate) tolerance: Duration,
    pub(crate) accept_legacy_headers: bool,
    pub(crate) max_body_bytes: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Verifier {
    /// Verifies a delivery by its Standard Webhooks headers, and returns its event.
    ///
    /// `headers` are those of the request: a reference to an `http::HeaderMap`, or any pairs of
    /// name and value, in any letter case. `body` is the unchanged body of the request: JSON that
    /// was parsed and serialized again has another signature.
    ///
    /// The signature covers `webhook-id`, `webhook-timestamp` and the body. The id is the event's,
    /// but is not compared with it: use [`Event::event_id`] to find out whether an event has been
    /// seen. Legacy headers count if [the verifier accepts
    /// them](super::VerifierBuilder::accept_legacy_headers) and the others are not complete.
    ///
    /// # Errors
    ///
    /// [`WebhookError::kind`] says what is wrong; a header that is missing or unreadable never
    /// makes a delivery pass. If the error [`is_authentic`](WebhookError::is_authentic), the
    /// delivery is authentic but has no readable event; [`WebhookError::body`] keeps it.
    ///
    /// Source: [Webhooks](https://docs.linqapp.com).
    #[doc(alias = "unwrap")]
    pub fn verify<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.verify_body(&self.check_headers(headers)?, body.as_ref())
    }

    /// Verifies a delivery by its legacy headers, `X-Webhook-Timestamp` and `X-Webhook-Signature`,
    /// and returns its event.
    ///
    /// It ignores the headers of [`verify`](Self::verify); use it only if a gateway drops those.
    /// The signature covers the timestamp and the body, and is keyed with the secret's text, so
    /// pass the secret exactly as Linq shows it.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    ///
    /// Source: [Webhooks](https://docs.linqapp.com).
    #[doc(alias = "unwrap")]
    pub fn verify_legacy<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let headers = FoundHeaders::among(headers).legacy()?;
        self.verify_body(&self.in_time(headers)?, body.as_ref())
    }

    /// Checks everything that does not need the body.
    pub(crate) fn check_headers(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
    ) -> Result<SignedHeaders, WebhookError> {
        let found = FoundHeaders::among(headers);
        self.in_time(if self.0.accept_legacy_headers && found.are_legacy() {
            found.legacy()?
        } else {
            found.standard()?
        })
    }

    /// Verifies a body by its checked headers, and reads its event.
    pub(crate) fn verify_body(
        &self,
        headers: &SignedHeaders,
        body: &[u8],
    ) -> Result<Event, WebhookError> {
        if body.len() > self.0.max_body_bytes {
            return Err(WebhookError::body_too_large(self.0.max_body_bytes));
        }
        let is_signed_with = |secret: &Secret| {
            let signer = match &headers.id {
                Some(id) => Signer::new(secret.key(), &[id.as_bytes(), &headers.timestamp, body]),
                None => Signer::new(secret.legacy_key(), &[&headers.timestamp, body]),
            };
            signer.is_ok_and(|signer| signer.accepts_any_of(&headers.signatures))
        };
        if !self.0.secrets.iter().any(is_signed_with) {
            return Err(WebhookError::new(
                WebhookErrorKind::NoMatchingSignature,
                "no signature matches; check that the secret (LINQ_WEBHOOK_SECRET) is that of this webhook \
                 subscription, and that the body is passed byte for byte as it came",
            ));
        }
        Event::read(body).map_err(|error| error.with_delivery(headers.id.clone(), body))
    }

    fn in_time(&self, headers: SignedHeaders) -> Result<SignedHeaders, WebhookError> {
        let name = match headers.id {
            Some(_) => TIMESTAMP,
            None => LEGACY_TIMESTAMP,
        };
        let now = self.0.clock.now();
        timestamp::check(name, &headers.timestamp, now, self.0.tolerance)?;
        Ok(headers)
    }

    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    #[cfg(feature = "axum")]
    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}

/// Shows only the number of secrets.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.0.secrets.len())
            .field("tolerance", &self.0.tolerance)
            .field("accept_legacy_headers", &self.0.accept_legacy_headers)
            .field("max_body_bytes", &self.0.max_body_bytes)
            .field("body_timeout", &self.0.body_timeout)
            .field("clock", &self.0.clock)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
