//! The headers by which a delivery is verified.

use super::error::{WebhookError, WebhookErrorKind};
use super::signature::{self, Signature};

pub(crate) const ID: &str = "webhook-id";
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
pub(crate) const SIGNATURE: &str = "webhook-signature";
pub(crate) const LEGACY_TIMESTAMP: &str = "x-webhook-timestamp";
pub(crate) const LEGACY_SIGNATURE: &str = "x-webhook-signature";

const NAMES: [&str; 5] = [ID, TIMESTAMP, SIGNATURE, LEGACY_TIMESTAMP, LEGACY_SIGNATURE];

/// The most bytes in a value: enough for some ninety signatures.
const MAX_BYTES: usize = 4096;

/// The headers of a delivery: each value is well-formed, none is verified.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedHeaders {
    /// The event's id; legacy headers have none.
    pub(crate) id: Option<String>,
    pub(crate) timestamp: Vec<u8>,
    /// At least one.
    pub(crate) signatures: Vec<Signature>,
}

/// The headers of a request by which a delivery can be verified.
#[derive(Default)]
pub(crate) struct FoundHeaders([Option<Result<Vec<u8>, &'static str>>; NAMES.len()]);

impl FoundHeaders {
    /// Letter case does not matter.
    pub(crate) fn among(
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
    ) -> Self {
        let mut found = Self::default();
        for (name, value) in headers {
            let (name, value) = (name.as_ref(), value.as_ref());
            let mut known = NAMES.iter().zip(&mut found.0);
            if let Some((_, found)) = known.find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                *found = Some(if found.is_some() {
                    Err("appears more than once")
                } else if value.is_empty() {
                    Err("is empty")
                } else if value.len() > MAX_BYTES {
                    Err("is longer than 4096 bytes")
                } else {
                    Ok(value.to_vec())
                });
            }
        }
        found
    }

    /// Whether the legacy headers are complete and the others are not.
    pub(crate) fn are_legacy(&self) -> bool {
        let there = |name| self.get(name).is_some();
        [LEGACY_TIMESTAMP, LEGACY_SIGNATURE].into_iter().all(there)
            && ![ID, TIMESTAMP, SIGNATURE].into_iter().all(there)
    }

    /// The headers of Standard Webhooks.
    pub(crate) fn standard(&self) -> Result<SignedHeaders, WebhookError> {
        let [id, timestamp, list] = [
            self.value(ID)?,
            self.value(TIMESTAMP)?,
            self.value(SIGNATURE)?,
        ];
        let signatures = signature::from_list(list);
        if signatures.is_empty() {
            return Err(invalid(
                SIGNATURE,
                "has no well-formed signature; expected `v1,` and the base64 of 32 bytes",
            ));
        }
        Ok(SignedHeaders {
            id: Some(check_id(id)?.to_owned()),
            timestamp: timestamp.to_vec(),
            signatures,
        })
    }

    /// The legacy headers.
    pub(crate) fn legacy(&self) -> Result<SignedHeaders, WebhookError> {
        let [timestamp, digits] = [self.value(LEGACY_TIMESTAMP)?, self.value(LEGACY_SIGNATURE)?];
        let signature = signature::from_hex(digits).ok_or_else(|| {
            invalid(
                LEGACY_SIGNATURE,
                "is not a well-formed signature; expected 64 hexadecimal digits",
            )
        })?;
        Ok(SignedHeaders {
            id: None,
            timestamp: timestamp.to_vec(),
            signatures: vec![signature],
        })
    }

    fn get(&self, name: &str) -> Option<&Result<Vec<u8>, &'static str>> {
        let mut found = NAMES.iter().zip(&self.0);
        found.find(|(known, _)| **known == name)?.1.as_ref()
    }

    fn value(&self, name: &'static str) -> Result<&[u8], WebhookError> {
        match self.get(name) {
            Some(Ok(value)) => Ok(value),
            Some(Err(problem)) => Err(invalid(name, problem)),
            None => Err(WebhookError::in_header(
                WebhookErrorKind::MissingHeader,
                name,
                if self.are_legacy() {
                    "is missing, but the legacy headers X-Webhook-* are there: find out what drops webhook-*, or \
                     call `accept_legacy_headers()` on the verifier's builder"
                } else {
                    "is missing; pass all headers of the request, and check that no proxy drops them"
                },
            )),
        }
    }
}

/// The id of a delivery: text without a full stop, so that the signed `{id}.{timestamp}.{body}` is
/// unambiguous.
pub(crate) fn check_id(id: &[u8]) -> Result<&str, WebhookError> {
    match str::from_utf8(id) {
        Err(_) => Err(invalid(ID, "is not UTF-8")),
        Ok(text) if text.contains('.') => {
            Err(invalid(ID, "contains a full stop, which an id must not"))
        }
        Ok(text) => Ok(text),
    }
}

fn invalid(name: &'static str, problem: &str) -> WebhookError {
    WebhookError::in_header(WebhookErrorKind::InvalidHeader, name, problem)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    const BASE64: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const HEX: &str = "2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964";

    type Pairs<'a> = Vec<(&'a str, &'a str)>;

    fn standard<'a>() -> Pairs<'a> {
        vec![
            ("webhook-id", "a"),
            ("webhook-timestamp", "1"),
            ("webhook-signature", BASE64),
        ]
    }

    fn legacy<'a>() -> Pairs<'a> {
        vec![("X-Webhook-Timestamp", "1"), ("X-Webhook-Signature", HEX)]
    }

    fn without<'a>(mut pairs: Pairs<'a>, name: &str) -> Pairs<'a> {
        pairs.retain(|(other, _)| *other != name);
        pairs
    }

    #[test]
    fn accepts_any_kind_of_pairs_in_any_letter_case() {
        let expected = FoundHeaders::among(standard()).standard().unwrap();
        assert_eq!(expected.id.as_deref(), Some("a"));
        assert_eq!(expected.timestamp, b"1");
        let mut map = HeaderMap::new();
        map.insert("Webhook-Timestamp", HeaderValue::from_static("1"));
        map.insert("webhook-id", HeaderValue::from_static("a"));
        map.insert("other", HeaderValue::from_static("x"));
        map.insert("webhook-signature", HeaderValue::from_static(BASE64));
        assert_eq!(FoundHeaders::among(&map).standard().unwrap(), expected);
        let owned: HashMap<String, String> = standard()
            .into_iter()
            .map(|(name, value)| (name.to_uppercase(), value.to_owned()))
            .collect();
        assert_eq!(FoundHeaders::among(&owned).standard().unwrap(), expected);
        let bytes = standard()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.as_bytes()));
        assert_eq!(FoundHeaders::among(bytes).standard().unwrap(), expected);
    }

    #[test]
    fn the_first_missing_header_is_named() {
        for (headers, missing) in [
            (without(standard(), "webhook-id"), "webhook-id"),
            (
                without(standard(), "webhook-timestamp"),
                "webhook-timestamp",
            ),
            (
                without(standard(), "webhook-signature"),
                "webhook-signature",
            ),
            (vec![("webhook-idx", "a")], "webhook-id"),
            (vec![("x-webhook-timestamp", "1")], "webhook-id"),
            (vec![], "webhook-id"),
        ] {
            let error = FoundHeaders::among(headers).standard().unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
            assert_eq!(error.header(), Some(missing));
            let text = error.to_string();
            assert!(text.contains(missing) && !text.contains("legacy"), "{text}");
        }
    }

    #[test]
    fn legacy_headers_count_if_the_others_are_incomplete() {
        let both = || [standard(), legacy()].concat();
        for (headers, are_legacy) in [
            (legacy(), true),
            (without(both(), "webhook-signature"), true),
            (without(both(), "webhook-id"), true),
            (both(), false),
            (without(both(), "X-Webhook-Signature"), false),
            (without(legacy(), "X-Webhook-Timestamp"), false),
            (standard(), false),
            (vec![], false),
        ] {
            let found = FoundHeaders::among(headers.clone());
            assert_eq!(found.are_legacy(), are_legacy, "{headers:?}");
            if are_legacy {
                assert_eq!(found.legacy().unwrap().id, None);
                let text = found.standard().unwrap_err().to_string();
                assert!(text.contains("accept_legacy_headers()"), "{text}");
            }
        }
    }

    #[test]
    fn repeated_empty_and_long_headers_are_refused() {
        let long = "x".repeat(MAX_BYTES + 1);
        let with =
            |name: &'static str, value| [without(standard(), name), vec![(name, value)]].concat();
        for (headers, header) in [
            (
                [standard(), vec![("Webhook-Id", "a")]].concat(),
                "webhook-id",
            ),
            (with("webhook-timestamp", ""), "webhook-timestamp"),
            (with("webhook-id", &long), "webhook-id"),
        ] {
            let error = FoundHeaders::among(headers).standard().unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
            assert_eq!(error.header(), Some(header));
        }
        let longest = with("webhook-id", &long[..MAX_BYTES]);
        assert!(FoundHeaders::among(longest).standard().is_ok());
    }

    #[test]
    fn malformed_signatures_are_refused() {
        for value in [
            "v1,",
            "v1,AAAA",
            HEX,
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ] {
            let headers = [without(standard(), SIGNATURE), vec![(SIGNATURE, value)]].concat();
            let error = FoundHeaders::among(headers).standard().unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
            assert_eq!(error.header(), Some(SIGNATURE));
        }
        for value in ["0", &HEX[1..], BASE64, &format!("{HEX}00")] {
            let headers = vec![(LEGACY_TIMESTAMP, "1"), (LEGACY_SIGNATURE, value)];
            let error = FoundHeaders::among(headers).legacy().unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
            assert_eq!(error.header(), Some(LEGACY_SIGNATURE));
        }
    }
}
