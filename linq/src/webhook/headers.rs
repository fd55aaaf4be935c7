//! The few headers that a delivery is verified by.

use super::error::{WebhookError, WebhookErrorKind};

pub(crate) const ID: &str = "webhook-id";
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
pub(crate) const SIGNATURE: &str = "webhook-signature";
pub(crate) const LEGACY_TIMESTAMP: &str = "x-webhook-timestamp";
pub(crate) const LEGACY_SIGNATURE: &str = "x-webhook-signature";

/// The longest value that is looked at: some ninety signatures.
const MAX_BYTES: usize = 4096;

/// The values of the headers `names`, in that order. Letter case does not matter; each has to be there,
/// once.
pub(crate) fn pick<const COUNT: usize>(
    headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
    names: [&'static str; COUNT],
) -> Result<[Vec<u8>; COUNT], WebhookError> {
    let mut values = [const { None }; COUNT];
    for (name, value) in headers {
        let (name, value) = (name.as_ref(), value.as_ref());
        let mut known = names.iter().zip(&mut values);
        let Some((name, found)) = known.find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let problem = if found.is_some() {
            "is there more than once; send it once"
        } else if value.is_empty() {
            "is empty; send its value"
        } else if value.len() > MAX_BYTES {
            "is longer than 4096 bytes; send less"
        } else {
            *found = Some(value.to_vec());
            continue;
        };
        return Err(WebhookError::of_header(
            WebhookErrorKind::InvalidHeader,
            name,
            problem,
        ));
    }
    let mut picked = [const { Vec::new() }; COUNT];
    for ((name, value), picked) in names.into_iter().zip(values).zip(&mut picked) {
        *picked = value.ok_or_else(|| {
            WebhookError::of_header(
                WebhookErrorKind::MissingHeader,
                name,
                "is missing; hand over all headers of the request, and see that no proxy drops any",
            )
        })?;
    }
    Ok(picked)
}

/// The bytes of a `webhook-id`, which has to be text without a full stop: what is signed is
/// `{id}.{timestamp}.{body}`, and that must have one reading only.
pub(crate) fn check_id(id: &[u8]) -> Result<(), WebhookError> {
    let problem = match str::from_utf8(id) {
        Err(_) => "is not UTF-8; send it as Linq does",
        Ok(text) if text.contains('.') => "has a full stop, which an id can't have",
        Ok(_) => return Ok(()),
    };
    Err(WebhookError::of_header(
        WebhookErrorKind::InvalidHeader,
        ID,
        problem,
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    const NAMES: [&str; 2] = [ID, TIMESTAMP];

    #[test]
    fn takes_pairs_of_every_kind_in_any_letter_case() {
        let expected = [b"a".to_vec(), b"1".to_vec()];
        let mut map = HeaderMap::new();
        map.insert("Webhook-Timestamp", HeaderValue::from_static("1"));
        map.insert("webhook-id", HeaderValue::from_static("a"));
        map.insert("other", HeaderValue::from_static("x"));
        assert_eq!(pick(&map, NAMES), Ok(expected.clone()));
        let pairs = [("WEBHOOK-ID", "a"), ("Webhook-Timestamp", "1")];
        assert_eq!(pick(pairs, NAMES), Ok(expected.clone()));
        let owned: HashMap<String, String> =
            pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        assert_eq!(pick(&owned, NAMES), Ok(expected.clone()));
        let bytes = pairs.map(|(name, value)| (name.to_owned(), value.as_bytes()));
        assert_eq!(pick(bytes, NAMES), Ok(expected));
    }

    #[test]
    fn names_the_first_that_is_missing() {
        for (headers, missing) in [
            (vec![("webhook-timestamp", "1")], "webhook-id"),
            (vec![("webhook-id", "a")], "webhook-timestamp"),
            (vec![("webhook-idx", "a")], "webhook-id"),
            (vec![], "webhook-id"),
        ] {
            let error = pick(headers, NAMES).unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::MissingHeader);
            assert_eq!(error.header(), Some(missing));
            assert!(error.to_string().contains(missing), "{error}");
        }
    }

    #[test]
    fn refuses_what_is_there_twice_or_empty_or_endless() {
        let long = "x".repeat(MAX_BYTES + 1);
        for (headers, header) in [
            (
                vec![
                    ("webhook-id", "a"),
                    ("Webhook-Id", "a"),
                    ("webhook-timestamp", "1"),
                ],
                "webhook-id",
            ),
            (
                vec![("webhook-id", "a"), ("webhook-timestamp", "")],
                "webhook-timestamp",
            ),
            (
                vec![("webhook-id", &long), ("webhook-timestamp", "1")],
                "webhook-id",
            ),
        ] {
            let error = pick(headers, NAMES).unwrap_err();
            assert_eq!(error.kind(), WebhookErrorKind::InvalidHeader);
            assert_eq!(error.header(), Some(header));
        }
        let longest = &long[..MAX_BYTES];
        assert!(
            pick(
                [("webhook-id", longest), ("webhook-timestamp", longest)],
                NAMES
            )
            .is_ok()
        );
    }
}
