//! Checks that a delivery is Linq's.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::builder::VerifierBuilder;
use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::headers::{self, ID, LEGACY_SIGNATURE, LEGACY_TIMESTAMP, SIGNATURE, TIMESTAMP};
use super::secret::Secret;
use super::signature::Signer;
use super::timestamp;
use crate::clock::Clock;

/// Checks that a delivery is Linq's, and makes an [`Event`] of it.
///
/// It is cheap to clone, and can be used by any number of tasks at once.
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
/// let event = verifier.unwrap(&headers, body)?;
/// assert_eq!(event.event_id, "1");
///
/// assert!(verifier.unwrap(&headers, b"something else").is_err());
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Settings>);

/// What a verifier was built with.
pub(crate) struct Settings {
    pub(crate) secrets: Vec<Secret>,
    pub(crate) tolerance: Duration,
    pub(crate) max_body_bytes: usize,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Verifier {
    /// A verifier with this secret: `whsec_` followed by base64, as Linq shows it when a webhook
    /// subscription is made.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::InvalidSecret`] for anything else, the empty string included.
    pub fn new(secret: impl Into<String>) -> Result<Self, WebhookError> {
        Self::builder().secret(secret).build()
    }

    /// A verifier with the secret of `LINQ_WEBHOOK_SECRET`.
    ///
    /// # Errors
    ///
    /// [`WebhookErrorKind::NoSecret`] where the variable is missing or empty,
    /// [`WebhookErrorKind::InvalidSecret`] where it is not `whsec_` followed by base64.
    pub fn from_env() -> Result<Self, WebhookError> {
        VerifierBuilder::from_env()?.build()
    }

    /// Begins a verifier with settings of your own.
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

    /// Verifies a delivery by its Standard Webhooks headers, and then reads its event.
    ///
    /// `headers` are those of the request: a reference to an `http::HeaderMap`, or any pairs of name and
    /// value, in any letter case. `body` is the request's body as it came: JSON that was read and written
    /// again has another signature.
    ///
    /// The signature covers `webhook-id`, `webhook-timestamp` and the body. The id is the event's, but is
    /// not compared with it: [`Event::event_id`] alone tells whether an event has been seen.
    ///
    /// # Errors
    ///
    /// [`WebhookError::kind`] tells what is wrong; no header that is missing or unreadable makes a delivery
    /// pass. With [`WebhookError::is_authentic`] the delivery is Linq's all the same.
    ///
    /// Source: [Webhooks](https://docs.linqapp.com).
    pub fn unwrap<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let body = self.bounded(body.as_ref())?;
        let [id, timestamp, signatures] = self.check_headers(headers)?;
        self.check_signature(|secret| {
            Signer::new(secret.key(), &[&id, &timestamp, body])
                .is_ok_and(|signer| signer.accepts_any_of(&signatures))
        })?;
        Event::read(body)
    }

    /// Verifies a delivery by its legacy headers, `X-Webhook-Timestamp` and `X-Webhook-Signature`, and then
    /// reads its event.
    ///
    /// Use it only where something on the way takes the headers of [`Verifier::unwrap`] away. What holds
    /// there holds here, but for the id: the signature covers the timestamp and the body.
    ///
    /// # Errors
    ///
    /// As [`Verifier::unwrap`].
    ///
    /// Source: [Webhooks](https://docs.linqapp.com).
    pub fn unwrap_legacy<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let body = self.bounded(body.as_ref())?;
        let [timestamp, signature] = headers::pick(headers, [LEGACY_TIMESTAMP, LEGACY_SIGNATURE])?;
        self.check_time(LEGACY_TIMESTAMP, &timestamp)?;
        self.check_signature(|secret| {
            Signer::new(secret.legacy_key(), &[&timestamp, body])
                .is_ok_and(|signer| signer.accepts_hex(&signature))
        })?;
        Event::read(body)
    }

    /// The id, the timestamp and the signatures of a delivery: what can be checked before its body is there.
    pub(crate) fn check_headers(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
    ) -> Result<[Vec<u8>; 3], WebhookError> {
        let picked = headers::pick(headers, [ID, TIMESTAMP, SIGNATURE])?;
        let [id, timestamp, _] = &picked;
        headers::check_id(id)?;
        self.check_time(TIMESTAMP, timestamp)?;
        Ok(picked)
    }

    fn bounded<'a>(&self, body: &'a [u8]) -> Result<&'a [u8], WebhookError> {
        if body.len() > self.0.max_body_bytes {
            return Err(WebhookError::body_too_large(self.0.max_body_bytes));
        }
        Ok(body)
    }

    fn check_time(&self, name: &'static str, text: &[u8]) -> Result<(), WebhookError> {
        timestamp::check(name, text, self.0.clock.now(), self.0.tolerance)
    }

    fn check_signature(&self, accepts: impl Fn(&Secret) -> bool) -> Result<(), WebhookError> {
        if self.0.secrets.iter().any(accepts) {
            return Ok(());
        }
        Err(WebhookError::new(
            WebhookErrorKind::NoMatchingSignature,
            "no signature matches; check that the secret (LINQ_WEBHOOK_SECRET) is that of this webhook \
             subscription, and that the body is handed over byte for byte as it came",
        ))
    }

    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    #[cfg(feature = "axum")]
    pub(crate) fn max_body_bytes(&self) -> usize {
        self.0.max_body_bytes
    }
}

/// Leaves out the secrets, but tells their number.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.0.secrets.len())
            .field("tolerance", &self.0.tolerance)
            .field("max_body_bytes", &self.0.max_body_bytes)
            .field("clock", &self.0.clock)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

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
        verifier.unwrap(headers, body).unwrap_err()
    }

    fn legacy_refusal([timestamp, signature, body]: [&[u8]; 3]) -> WebhookError {
        let headers = [(LEGACY_TIMESTAMP, timestamp), (LEGACY_SIGNATURE, signature)];
        verifier().unwrap_legacy(headers, body).unwrap_err()
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
            assert_eq!(kind(verifier().unwrap(&headers, "{}")), expected);
            let headers = testing::sign_legacy(time, "{}", SECRET).unwrap();
            assert_eq!(kind(verifier().unwrap_legacy(&headers, "{}")), expected);
            let lenient = builder().secret(SECRET).tolerance(Duration::from_secs(301));
            let lenient = lenient.build().unwrap();
            assert!(
                lenient
                    .unwrap_legacy(&headers, "{}")
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
    fn each_kind_of_delivery_is_taken_by_its_own_method_only() {
        let headers = testing::sign_legacy(time(), "{}", SECRET).unwrap();
        let error = verifier().unwrap(&headers, "{}").unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
        assert_eq!(error.header(), Some(ID));
        let headers = testing::sign("a", time(), "{}", SECRET).unwrap();
        let error = verifier().unwrap_legacy(&headers, "{}").unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
        assert_eq!(error.header(), Some(LEGACY_TIMESTAMP));
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
