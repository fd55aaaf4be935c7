//! Checks that a delivery is Linq's.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::builder::VerifierBuilder;
use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::headers::{FoundHeaders, LEGACY_TIMESTAMP, SignedHeaders, TIMESTAMP};
use super::secret::Secret;
use super::signature::Signer;
use super::timestamp;
use crate::clock::Clock;

/// Checks that a delivery is Linq's, and returns its [`Event`].
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

/// What a verifier was built with.
pub(crate) struct Settings {
    pub(crate) secrets: Vec<Secret>,
    pub(crate) tolerance: Duration,
    pub(crate) accept_legacy_headers: bool,
    pub(crate) max_body_bytes: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Verifier {
    /// A verifier with this secret, as Linq shows it when a webhook subscription is created: `whsec_` and
    /// base64, or base64 alone.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::InvalidSecret`] for anything else, including an empty string.
    pub fn new(secret: impl Into<String>) -> Result<Self, WebhookError> {
        Self::builder().secret(secret).build()
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

    /// Verifies a delivery by its Standard Webhooks headers, and returns its event.
    ///
    /// `headers` are those of the request: a reference to an `http::HeaderMap`, or any pairs of name and
    /// value, in any letter case. `body` is the request's body as it came: JSON that was parsed and written
    /// again has another signature.
    ///
    /// The signature covers `webhook-id`, `webhook-timestamp` and the body. The id is the event's, but is
    /// not compared with it: use [`Event::event_id`] to tell whether an event has been seen. Legacy headers
    /// count if [the verifier accepts them](VerifierBuilder::accept_legacy_headers) and the others are not
    /// complete.
    ///
    /// # Errors
    ///
    /// [`WebhookError::kind`] says what is wrong; a header that is missing or unreadable never makes a
    /// delivery pass. An error that [`is_authentic`](WebhookError::is_authentic) is about a delivery of Linq
    /// that has no readable event; [`WebhookError::body`] keeps it.
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

    /// Verifies a delivery by its legacy headers, `X-Webhook-Timestamp` and `X-Webhook-Signature`, and
    /// returns its event.
    ///
    /// It ignores the headers of [`verify`](Self::verify); use it only if a gateway drops those. The
    /// signature covers the timestamp and the body, and is keyed with the secret's text, so give the secret
    /// exactly as Linq shows it.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
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

    /// Checks what can be checked before the body has been read.
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

    /// Verifies a body by headers that have been checked, and reads its event.
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

/// Leaves out the secrets, but has their number.
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
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

    use super::super::headers::{ID, LEGACY_SIGNATURE, SIGNATURE};
    use super::super::testing;
    use super::*;
    use crate::test_clock::TestClock;

    /// Id, timestamp, signature and body.
    type Delivery<'a> = [&'a [u8]; 4];

    /// The secret and the delivery of the specification's test vector.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const MESSAGE: Delivery<'static> = [
        b"msg_p5jXN8AQM9LWM0D4loKWxJek",
        b"1614265330",
        b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        b"{\"test\": 2432232314}",
    ];
    const TIME: u64 = 1_614_265_330;
    /// Timestamp, signature and body; signed with `openssl dgst -sha256 -hmac $SECRET`.
    const LEGACY: [&[u8]; 3] = [
        b"1614265330",
        b"2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964",
        b"{\"test\": 2432232314}",
    ];
    const OTHER_SECRET: &str = "whsec_c2VjcmV0LXRoYXQtcmVwbGFjZXMtaXQ=";

    fn time() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(TIME)
    }

    fn builder() -> VerifierBuilder {
        Verifier::builder().clock(TestClock::at(TIME))
    }

    fn verifier() -> Verifier {
        builder().secret(SECRET).build().unwrap()
    }

    /// No test vector is an event, which is found after its signature has passed.
    fn refusal(verifier: &Verifier, [id, timestamp, signature, body]: Delivery) -> WebhookError {
        let headers = [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)];
        verifier.verify(headers, body).unwrap_err()
    }

    fn legacy_refusal([timestamp, signature, body]: [&[u8]; 3]) -> WebhookError {
        let headers = [(LEGACY_TIMESTAMP, timestamp), (LEGACY_SIGNATURE, signature)];
        verifier().verify_legacy(headers, body).unwrap_err()
    }

    #[test]
    fn the_published_vector_is_authentic() {
        assert!(refusal(&verifier(), MESSAGE).is_authentic());
        assert!(legacy_refusal(LEGACY).is_authentic());
    }

    #[test]
    fn any_of_several_secrets_passes_and_no_other() {
        let refused = |secrets: [&str; 2]| {
            let [one, two] = secrets;
            refusal(&builder().secret(one).secret(two).build().unwrap(), MESSAGE)
        };
        assert!(refused([OTHER_SECRET, SECRET]).is_authentic());
        assert!(refused([SECRET, OTHER_SECRET]).is_authentic());
        let error = refused([OTHER_SECRET, OTHER_SECRET]);
        assert_eq!(error.kind(), WebhookErrorKind::NoMatchingSignature);
        assert!(!error.is_authentic());
    }

    #[test]
    fn the_time_is_bounded_for_both_kinds_of_delivery() {
        let kind = |outcome: Result<Event, WebhookError>| outcome.unwrap_err().kind();
        for (seconds, expected) in [
            (TIME - 301, WebhookErrorKind::TooOld),
            (TIME + 301, WebhookErrorKind::TooNew),
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let headers = testing::sign("a", time, "{}", SECRET).unwrap();
            assert_eq!(kind(verifier().verify(&headers, "{}")), expected);
            let headers = testing::sign_legacy(time, "{}", SECRET).unwrap();
            assert_eq!(kind(verifier().verify_legacy(&headers, "{}")), expected);
            let lenient = builder().secret(SECRET).tolerance(Duration::from_secs(301));
            let lenient = lenient.build().unwrap();
            assert!(
                lenient
                    .verify_legacy(&headers, "{}")
                    .unwrap_err()
                    .is_authentic()
            );
        }
    }

    /// Were a full stop allowed in an id, part of the body could pass for the timestamp.
    #[test]
    fn what_is_signed_has_one_reading_only() {
        let body = b"1614265331.{}";
        let headers = testing::sign("a", time(), body, SECRET).unwrap();
        let signature = headers[SIGNATURE].as_bytes();
        let signed = [&b"a"[..], b"1614265330", signature, body];
        assert!(refusal(&verifier(), signed).is_authentic());
        let error = refusal(
            &verifier(),
            [b"a.1614265330", b"1614265331", signature, b"{}"],
        );
        assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
        assert_eq!(error.header(), Some(ID));
        assert!(testing::sign("a.b", time(), "{}", SECRET).is_err());
    }

    #[test]
    fn an_id_that_is_not_utf_8_is_refused() {
        let [_, timestamp, signature, body] = MESSAGE;
        let error = refusal(&verifier(), [b"msg_\xff", timestamp, signature, body]);
        assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
        assert_eq!(error.header(), Some(ID));
    }

    #[test]
    fn legacy_headers_count_if_the_verifier_accepts_them() {
        let headers = testing::sign_legacy(time(), "{}", SECRET).unwrap();
        let error = verifier().verify(&headers, "{}").unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
        assert_eq!(error.header(), Some(ID));
        let text = error.to_string();
        assert!(text.contains("accept_legacy_headers()"), "{text}");

        let builder = builder().secret(SECRET).accept_legacy_headers();
        let accepting = builder.build().unwrap();
        let error = accepting.verify(&headers, "{}").unwrap_err();
        assert!(error.is_authentic());
        assert_eq!(error.delivery_id(), None);
        let error = accepting.verify(&headers, "[]").unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::NoMatchingSignature);

        // The standard headers win, right or wrong.
        for (key, is_authentic) in [(SECRET, true), (OTHER_SECRET, false)] {
            let mut both = headers.clone();
            both.extend(testing::sign("a", time(), "{}", key).unwrap());
            let error = accepting.verify(&both, "{}").unwrap_err();
            assert_eq!(error.is_authentic(), is_authentic);
            assert_eq!(error.delivery_id(), is_authentic.then_some("a"));
        }
    }

    #[test]
    fn the_legacy_method_ignores_the_standard_headers() {
        let headers = testing::sign("a", time(), "{}", SECRET).unwrap();
        let error = verifier().verify_legacy(&headers, "{}").unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
        assert_eq!(error.header(), Some(LEGACY_TIMESTAMP));
    }

    #[test]
    fn a_secret_counts_without_its_prefix() {
        let bare = SECRET.trim_start_matches("whsec_");
        let verifier = builder().secret(bare).build().unwrap();
        assert!(refusal(&verifier, MESSAGE).is_authentic());
    }

    #[test]
    fn what_is_authentic_but_unreadable_is_kept_and_not_shown() {
        let error = refusal(&verifier(), MESSAGE);
        assert_eq!(error.body(), Some(MESSAGE[3]));
        assert_eq!(error.delivery_id(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("2432232314") && !shown.contains("msg_"),
            "{shown}"
        );
        assert!(!shown.contains("50, 52, 51, 50"), "{shown}");

        let mut forged = MESSAGE;
        forged[3] = b"{}";
        let error = refusal(&verifier(), forged);
        assert_eq!((error.body(), error.delivery_id()), (None, None));
    }

    #[test]
    fn a_body_may_be_as_large_as_the_limit() {
        let limited = |limit| {
            builder()
                .secret(SECRET)
                .max_body_bytes(limit)
                .build()
                .unwrap()
        };
        let length = MESSAGE[3].len();
        assert!(refusal(&limited(length), MESSAGE).is_authentic());
        let error = refusal(&limited(length - 1), MESSAGE);
        assert_eq!(error.kind(), WebhookErrorKind::BodyTooLarge);
    }

    fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    }

    #[test]
    fn every_bit_of_the_vector_counts() {
        for (part, bytes) in MESSAGE.into_iter().enumerate() {
            for bit in 0..bytes.len() * 8 {
                let changed = flipped(bytes, bit);
                let mut delivery = MESSAGE;
                delivery[part] = &changed;
                assert!(!refusal(&verifier(), delivery).is_authentic());
            }
        }
        for (part, bytes) in LEGACY.into_iter().enumerate() {
            for bit in 0..bytes.len() * 8 {
                let changed = flipped(bytes, bit);
                // A hexadecimal digit is the same in either letter case.
                let same = part == 1 && changed.eq_ignore_ascii_case(bytes);
                let mut delivery = LEGACY;
                delivery[part] = &changed;
                assert_eq!(legacy_refusal(delivery).is_authentic(), same);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_signed_is_authentic_and_no_change_of_one_bit_is(
            id in "[!-\\-/-~]{1,40}",
            body in any::<Vec<u8>>(),
            part in 0..4_usize,
            bit in any::<proptest::sample::Index>(),
        ) {
            let headers = testing::sign(&id, time(), &body, SECRET).unwrap();
            let mut delivery = [
                id.as_bytes(),
                headers[TIMESTAMP].as_bytes(),
                headers[SIGNATURE].as_bytes(),
                &body,
            ];
            // Bytes at random are an event never.
            prop_assert!(refusal(&verifier(), delivery).is_authentic());
            prop_assume!(!delivery[part].is_empty());
            let changed = flipped(delivery[part], bit.index(delivery[part].len() * 8));
            delivery[part] = &changed;
            prop_assert!(!refusal(&verifier(), delivery).is_authentic());
        }
    }
}
