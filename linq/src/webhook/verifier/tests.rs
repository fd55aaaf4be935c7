//! Tests of the verifier: published vectors and changes to them, headers and secrets.

use std::time::SystemTime;

use proptest::prelude::*;

use super::*;
use crate::testing::FakeClock;
use crate::webhook::headers::{ID, LEGACY_SIGNATURE, SIGNATURE};
use crate::webhook::{VerifierBuilder, testing};

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
    Verifier::builder().clock(FakeClock::at(time()))
}

fn verifier() -> Verifier {
    builder().secret(SECRET).build().unwrap()
}

/// The test vectors are not events, which is found out after the signature was accepted.
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
fn any_of_several_secrets_is_accepted_and_no_other() {
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
fn old_and_future_deliveries_of_both_kinds_are_refused() {
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

/// If a full stop were allowed in an id, part of the body could pass as the timestamp.
#[test]
fn an_id_with_a_full_stop_is_refused() {
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
fn the_prefix_of_a_secret_is_optional() {
    let bare = SECRET.trim_start_matches("whsec_");
    let verifier = builder().secret(bare).build().unwrap();
    assert!(refusal(&verifier, MESSAGE).is_authentic());
}

#[test]
fn debug_is_one_line_and_alternate_debug_has_the_details() {
    let no_secret = Verifier::builder().build().unwrap_err();
    for error in [no_secret, refusal(&verifier(), MESSAGE)] {
        assert_eq!(format!("{error:?}"), error.to_string());
        let details = format!("{error:#?}");
        assert!(details.contains("kind: "), "{details}");
    }
}

#[test]
fn an_unreadable_delivery_is_kept_but_not_shown() {
    let error = refusal(&verifier(), MESSAGE);
    assert_eq!(error.body(), Some(MESSAGE[3]));
    assert_eq!(error.delivery_id(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
    let shown = format!("{error} {error:#?}");
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
fn a_body_can_be_as_large_as_the_limit() {
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
    fn only_the_exact_bytes_are_authentic(
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
        // Random bytes are never an event.
        prop_assert!(refusal(&verifier(), delivery).is_authentic());
        prop_assume!(!delivery[part].is_empty());
        let changed = flipped(delivery[part], bit.index(delivery[part].len() * 8));
        delivery[part] = &changed;
        prop_assert!(!refusal(&verifier(), delivery).is_authentic());
    }
}
