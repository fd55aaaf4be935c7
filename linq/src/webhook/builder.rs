//! The settings of a verifier.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use linq_gen::types::WebhookSubscriptionCreateResponse;
use secrecy::SecretString;

use super::error::{WebhookError, WebhookErrorKind};
use super::secret::Secret;
use super::verifier::{Settings, Verifier};
use crate::clock::{Clock, SystemClock};

const SECRET_VARIABLE: &str = "LINQ_WEBHOOK_SECRET";

impl Verifier {
    /// A verifier with this secret, as Linq shows it when a webhook subscription is created:
    /// `whsec_` and base64, or base64 alone.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::InvalidSecret`] for anything else, including an empty string.
    pub fn new(secret: impl Into<String>) -> Result<Self, WebhookError> {
        Self::builder().secret(secret).build()
    }

    /// A verifier with the secret of a subscription that was just created; it is not returned
    /// again.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use linq::webhook::Verifier;
    ///
    /// let url = "https://example.com/webhooks/linq";
    /// let created = client.webhook_subscriptions().create(url, ["contact_card.received"]).await?;
    /// let verifier = Verifier::for_subscription(&created)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::InvalidSecret`] if the secret is not base64, with or without `whsec_`
    /// before it.
    pub fn for_subscription(
        created: &WebhookSubscriptionCreateResponse,
    ) -> Result<Self, WebhookError> {
        Self::new(created.signing_secret.expose_secret())
    }

    /// A verifier with the secret in `LINQ_WEBHOOK_SECRET`.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::NoSecret`] if the variable is missing or empty,
    /// [`WebhookErrorKind::InvalidSecret`] if it is not base64, with or without `whsec_` before it.
    pub fn from_env() -> Result<Self, WebhookError> {
        VerifierBuilder::from_env()?.build()
    }

    /// Starts a verifier with other settings.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use linq::webhook::Verifier;
    ///
    /// let verifier = Verifier::builder()
    ///     .secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    ///     .secret("whsec_c2VjcmV0LXRoYXQtcmVwbGFjZXMtaXQ=") // while one replaces the other
    ///     .tolerance(Duration::from_secs(60))
    ///     .build()?;
    /// # Ok::<(), linq::webhook::WebhookError>(())
    /// ```
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }
}

/// The settings of a [`Verifier`], from [`Verifier::builder`].
#[must_use = "settings do nothing until they are built"]
pub struct VerifierBuilder {
    secrets: Vec<SecretString>,
    tolerance: Duration,
    accept_legacy_headers: bool,
    max_body_bytes: usize,
    body_timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl Default for VerifierBuilder {
    fn default() -> Self {
        Self {
            secrets: Vec::new(),
            tolerance: Duration::from_secs(5 * 60),
            accept_legacy_headers: false,
            max_body_bytes: 1 << 20,
            body_timeout: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
        }
    }
}

impl VerifierBuilder {
    /// Starts with the secret in `LINQ_WEBHOOK_SECRET`.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::NoSecret`] if the variable is missing or empty,
    /// [`WebhookErrorKind::InvalidSecret`] if it is not UTF-8.
    pub fn from_env() -> Result<Self, WebhookError> {
        Self::from_variable(env::var_os(SECRET_VARIABLE))
    }

    fn from_variable(value: Option<OsString>) -> Result<Self, WebhookError> {
        match value.unwrap_or_default().into_string() {
            Ok(secret) if secret.is_empty() => Err(no_secret()),
            Ok(secret) => Ok(Self::default().secret(secret)),
            Err(_) => Err(WebhookError::new(
                WebhookErrorKind::InvalidSecret,
                format!("the environment variable {SECRET_VARIABLE} is not UTF-8"),
            )),
        }
    }

    /// Adds a secret that deliveries can be signed with, as Linq shows it when a webhook
    /// subscription is created: `whsec_` and base64, or base64 alone. It is never shown.
    ///
    /// Call it once for each secret while one replaces another, or if several subscriptions deliver
    /// to one address; a delivery that is signed with any of them is accepted.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(secret.into().into());
        self
    }

    /// How far a delivery's timestamp may be from now, in the past or the future; by default 5
    /// minutes.
    ///
    /// Within that time, someone can replay a recorded delivery;
    /// [`SeenEvents`](super::SeenEvents) recognizes it.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Accepts the legacy headers `X-Webhook-Timestamp` and `X-Webhook-Signature` as well, in
    /// [`Verifier::verify`] and the extractor `LinqEvent`; by default they are ignored.
    ///
    /// Some gateways drop the `webhook-*` headers and keep these. Linq still sends them, but has
    /// deprecated them. They count only if one of `webhook-id`, `webhook-timestamp` and
    /// `webhook-signature` is missing. They are keyed with the secret's text, so pass the secret
    /// exactly as Linq shows it.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use linq::webhook::{Verifier, testing};
    ///
    /// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    /// let verifier = Verifier::builder().secret(secret).accept_legacy_headers().build()?;
    ///
    /// let body = br#"{"event_type": "message.sent", "event_id": "1", "created_at": "2026-02-03T10:15:30Z"}"#;
    /// let headers = testing::sign_legacy(SystemTime::now(), body, secret)?;
    /// assert!(verifier.verify(&headers, body).is_ok());
    /// # Ok::<(), linq::webhook::WebhookError>(())
    /// ```
    pub fn accept_legacy_headers(mut self) -> Self {
        self.accept_legacy_headers = true;
        self
    }

    /// The largest body that is accepted, in bytes; by default 1 MiB.
    pub fn max_body_bytes(mut self, max_body_bytes: usize) -> Self {
        self.max_body_bytes = max_body_bytes;
        self
    }

    /// How long the extractor `LinqEvent` waits for the whole body; by default 10 seconds, after
    /// which Linq gives up an attempt too. [`Verifier::verify`] gets a body that has been read.
    pub fn body_timeout(mut self, body_timeout: Duration) -> Self {
        self.body_timeout = body_timeout;
        self
    }

    /// The clock; tests can replace it.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the verifier.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::NoSecret`] without a secret, and [`WebhookErrorKind::InvalidSecret`] if
    /// one is not base64, with or without `whsec_` before it.
    pub fn build(self) -> Result<Verifier, WebhookError> {
        if self.secrets.is_empty() {
            return Err(no_secret());
        }
        let secrets = self.secrets.into_iter().map(Secret::new);
        Ok(Verifier::from_settings(Settings {
            secrets: secrets.collect::<Result<_, _>>()?,
            tolerance: self.tolerance,
            accept_legacy_headers: self.accept_legacy_headers,
            max_body_bytes: self.max_body_bytes,
            body_timeout: self.body_timeout,
            clock: self.clock,
        }))
    }
}

fn no_secret() -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::NoSecret,
        format!(
            "no webhook secret: set the environment variable {SECRET_VARIABLE} and use `from_env()`, or call \
             `secret(..)`"
        ),
    )
}

/// Leaves out the secrets.
impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder")
            .field("tolerance", &self.tolerance)
            .field("accept_legacy_headers", &self.accept_legacy_headers)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("body_timeout", &self.body_timeout)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn from_variable(value: Option<&str>) -> Result<Verifier, WebhookErrorKind> {
        VerifierBuilder::from_variable(value.map(Into::into))
            .and_then(VerifierBuilder::build)
            .map_err(|error| error.kind())
    }

    #[test]
    fn the_variable_is_read() {
        assert!(from_variable(Some(SECRET)).is_ok());
        for (value, kind) in [
            (None, WebhookErrorKind::NoSecret),
            (Some(""), WebhookErrorKind::NoSecret),
            (Some("sk-key"), WebhookErrorKind::InvalidSecret),
        ] {
            assert_eq!(from_variable(value).unwrap_err(), kind);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;

        let value = OsString::from_vec(b"whsec_\xff".to_vec());
        let error = VerifierBuilder::from_variable(Some(value)).unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::InvalidSecret);
        assert!(error.to_string().contains(SECRET_VARIABLE), "{error}");
    }

    #[test]
    fn one_invalid_secret_is_an_error() {
        let error = Verifier::builder().build().unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::NoSecret);
        assert!(error.to_string().contains(SECRET_VARIABLE), "{error}");
        let builder = Verifier::builder().secret(SECRET).secret("");
        assert_eq!(
            builder.build().unwrap_err().kind(),
            WebhookErrorKind::InvalidSecret
        );
    }

    #[test]
    fn debug_does_not_show_secrets() {
        let builder = Verifier::builder().secret(SECRET);
        let shown = format!("{builder:?} {builder:#?}");
        let verifier = builder.build().unwrap();
        let shown = format!("{shown} {verifier:?} {verifier:#?}");
        for name in ["VerifierBuilder {", "Verifier {"] {
            let (_, fields) = shown.split_once(name).unwrap();
            assert!(fields.contains("tolerance: 300s"), "{shown}");
        }
        assert!(
            !shown.contains("MfKQ") && !shown.contains("49, 242"),
            "{shown}"
        );
    }
}
