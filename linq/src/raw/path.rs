//! The check of a path that the caller gives: it must stay below the base URL.

use crate::error::Error;

/// The longest path, in bytes.
const MAX_BYTES: usize = 8_192;

/// The path, if a URL has it below the base URL exactly as it is.
///
/// An error does not repeat it: a path can hold a phone number.
pub(super) fn checked(path: &str) -> Result<String, Error> {
    match problem(path) {
        None => Ok(path.to_owned()),
        Some(problem) => {
            let text = format!("the path {problem}; expected something like /v3/contact_card");
            Err(Error::invalid_input(text))
        }
    }
}

fn problem(path: &str) -> Option<&'static str> {
    if path.len() > MAX_BYTES {
        return Some("is longer than 8192 bytes");
    }
    let Some(relative) = path.strip_prefix('/') else {
        return Some("does not start with /");
    };
    if let Some(found) = path.bytes().find(|byte| !is_literal(*byte)) {
        return Some(match found {
            b'?' => "has a query; use `query(..)`",
            b'{' | b'}' => "has a placeholder in braces; put the value in its place",
            _ => "has a character that must be percent-encoded",
        });
    }
    let Some(decoded) = decoded(relative) else {
        return Some("has a % that is not followed by two hexadecimal digits");
    };
    if decoded.iter().any(u8::is_ascii_control) {
        return Some("has a control character");
    }
    let without_last_slash = relative.strip_suffix('/').unwrap_or(relative);
    if without_last_slash.split('/').any(str::is_empty) {
        return Some("has an empty segment");
    }
    // A gateway may decode a slash, take a backslash for one, or ignore what follows a semicolon.
    let mut segments = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    let is_dots = |segment: &[u8]| {
        let name = segment.split(|byte| *byte == b';').next();
        matches!(name, Some(b"." | b".."))
    };
    segments
        .any(is_dots)
        .then_some("has a segment that leads elsewhere: . or ..")
}

/// Whether a byte stands for itself in a path, or starts an encoded one. `@` would, too, but has a
/// meaning elsewhere in a URL.
fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:/%".contains(&byte)
}

/// The bytes that a percent-encoded text stands for.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        };
        decoded.push(byte);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::Url;

    use super::*;

    const BASE_URL: &str = "https://api.linqapp.com/api/partner";

    #[test]
    fn a_path_that_could_lead_elsewhere_is_refused() {
        for path in [
            "",
            "v3/x",
            "//evil.example/v3",
            "/v3//x",
            "/",
            "//",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "@evil.example/",
            "/@evil.example",
            ".evil.example/",
            ":8080/",
            "/v3/../../admin",
            "/v3/..",
            "/..",
            "/v3/./x",
            "/v3/%2e%2e/admin",
            "/v3/.%2E/admin",
            "/v3/%2e/x",
            "/v3/a%2f..%2fadmin",
            "/v3/a%5c..%5Cadmin",
            "/v3/..;a=b/admin",
            "/v3/%2e%2e%3b/admin",
            "/v3/x?a=b",
            "/v3/x#y",
            "/v3/x y",
            "/v3/\tx",
            "/v3/x\r\nhost: evil.example",
            "/v3/x%0d%0ahost:",
            "/v3/x%00",
            "/v3/x%7F",
            "/v3/%",
            "/v3/%2",
            "/v3/%zz",
            "/v3/%+1",
            "/v3/caf\u{e9}",
            "/v3/\u{ff0e}\u{ff0e}/x",
            "/v3/{chatId}",
            "/v3/<x>",
            "/v3/\"x\"",
        ] {
            let error = checked(path).unwrap_err();
            assert!(error.is_invalid_input(), "{path}");
            assert!(!error.to_string().contains("evil"), "{error}");
        }
        assert!(checked(&format!("/{}", "x".repeat(8_191))).is_ok());
        assert!(checked(&format!("/{}", "x".repeat(8_192))).is_err());
    }

    #[test]
    fn other_paths_are_accepted() {
        for path in [
            "/v3/contact_card",
            "/v3/chats/550e8400-e29b-41d4-a716-446655440000/messages",
            "/v3/x/",
            "/v3/a..b/...",
            "/v3/+15551234567",
            "/v3/%2B15551234567",
            "/v3/a%2Fb%40c%20d%C3%A9",
            "/v3/a:b;c=d,e!f$g&h'i(j)k*l~m",
        ] {
            assert_eq!(checked(path).unwrap(), path);
        }
    }

    proptest! {
        #[test]
        fn an_accepted_path_is_that_of_the_url(
            path in "/?([a-zA-Z0-9/.%@:;?#\\\\_+\u{0}-\u{20}\u{e9}{}-]|%2[eEfF]|%5[cC]|\\.\\./){0,12}"
        ) {
            if let Ok(path) = checked(&path) {
                let base_url = Url::parse(BASE_URL).unwrap();
                let url = Url::parse(&format!("{BASE_URL}{path}")).unwrap();
                prop_assert_eq!(url.origin(), base_url.origin());
                prop_assert_eq!(url.path(), format!("/api/partner{path}"));
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert!(url.username().is_empty() && url.password().is_none());
            }
        }
    }
}
