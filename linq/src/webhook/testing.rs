//! Signs deliveries as Linq does, for your own tests.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use linq::webhook::{Verifier, testing};
//!
//! let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! let body = br#"{"event_type": "message.sent", "event_id": "1", "created_at": "2026-02-03T10:15:30Z"}"#;
//! let headers = testing::sign("1", SystemTime::now(), body, secret)?;
//! assert!(Verifier::new(secret)?.verify(&headers, body).is_ok());
//! # Ok::<(), linq::webhook::WebhookError>(())
//! ```

use std::time::SystemTime;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;

use super::error::{WebhookError, WebhookErrorKind};
use super::headers::{self, ID, LEGACY_SIGNATURE, LEGACY_TIMESTAMP, SIGNATURE, TIMESTAMP};
use super::secret::Secret;
use super::signature::Signer;

/// The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of a delivery, for
/// [`Verifier::verify`](super::Verifier::verify) or a request to your server.
///
/// The timestamp counts in whole seconds. For a delivery with two signatures, sign it twice and
/// join the signatures with a space.
///
/// # Errors
///
/// [`WebhookErrorKind::InvalidSecret`] for a secret that is not base64, with or without `whsec_`
/// before it, [`WebhookErrorKind::InvalidHeader`] for an id that a header can't hold or that has a
/// full stop, and [`WebhookErrorKind::InvalidTimestamp`] for a time before 1970.
pub fn sign(
    id: &str,
    timestamp: SystemTime,
    body: impl AsRef<[u8]>,
    secret: &str,
) -> Result<HeaderMap, WebhookError> {
    let secret = Secret::new(SecretString::from(secret))?;
    headers::check_id(id.as_bytes())?;
    let timestamp = unix_seconds(TIMESTAMP, timestamp)?;
    let parts = [id.as_bytes(), timestamp.as_bytes(), body.as_ref()];
    let signature = signer(secret.key(), &parts)?.signature();
    header_map([(ID, id), (TIMESTAMP, &timestamp), (SIGNATURE, &signature)])
}

/// The headers `X-Webhook-Timestamp` and `X-Webhook-Signature` of a delivery, for
/// [`Verifier::verify_legacy`](super::Verifier::verify_legacy).
///
/// # Errors
///
/// Those of [`sign`].
pub fn sign_legacy(
    timestamp: SystemTime,
    body: impl AsRef<[u8]>,
    secret: &str,
) -> Result<HeaderMap, WebhookError> {
    let secret = Secret::new(SecretString::from(secret))?;
    let timestamp = unix_seconds(LEGACY_TIMESTAMP, timestamp)?;
    let parts = [timestamp.as_bytes(), body.as_ref()];
    let signature = signer(secret.legacy_key(), &parts)?.hex_signature();
    header_map([
        (LEGACY_TIMESTAMP, &timestamp),
        (LEGACY_SIGNATURE, &signature),
    ])
}

fn signer(key: &[u8], parts: &[&[u8]]) -> Result<Signer, WebhookError> {
    Signer::new(key, parts).map_err(|_| {
        WebhookError::new(
            WebhookErrorKind::InvalidSecret,
            "the webhook secret has an invalid length",
        )
    })
}

fn unix_seconds(name: &'static str, time: SystemTime) -> Result<String, WebhookError> {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| {
        WebhookError::in_header(
            WebhookErrorKind::InvalidTimestamp,
            name,
            "can't hold a time before 1970",
        )
    })?;
    Ok(since_1970.as_secs().to_string())
}

fn header_map<const COUNT: usize>(
    headers: [(&'static str, &str); COUNT],
) -> Result<HeaderMap, WebhookError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let value = HeaderValue::try_from(value).map_err(|_| {
            WebhookError::in_header(
                WebhookErrorKind::InvalidHeader,
                name,
                "can't hold this value",
            )
        })?;
        map.insert(HeaderName::from_static(name), value);
    }
    Ok(map)
}
