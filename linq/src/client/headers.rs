//! Headers that the caller adds to requests, in code or by the environment.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;

pub(crate) const CUSTOM_HEADERS_VARIABLE: &str = "LINQ_API_V3_CUSTOM_HEADERS";

/// The most headers. Servers refuse more, and a header map panics when it is full.
const MAX_HEADERS: usize = 100;
/// The most bytes of a name and its value together.
const MAX_BYTES: usize = 8192;

/// Headers that the client sets.
const RESERVED: [&str; 11] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Adds a header, in place of one of the same name. Its value is treated as a secret.
pub(crate) fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Error> {
    let added = parse(name, value).and_then(|(name, value)| {
        if headers.len() >= MAX_HEADERS && !headers.contains_key(&name) {
            return Err(Problem::TooMany);
        }
        headers.insert(name, value);
        Ok(())
    });
    added.map_err(|problem| {
        let shown: String = name.chars().take(64).collect();
        Error::invalid_input(format!("the header {shown:?} {problem}"))
    })
}

/// Reads one `Name: value` per line.
///
/// An error gives the number of the line and nothing from it: in a malformed line, anything can be
/// a secret.
pub(crate) fn from_lines(text: &str) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let pair = line.split_once(':').ok_or(Problem::NoColon);
        let added = pair.and_then(|(name, value)| {
            let (name, value) = parse(name.trim(), value.trim())?;
            if headers.contains_key(&name) {
                return Err(Problem::Repeated);
            }
            if headers.len() >= MAX_HEADERS {
                return Err(Problem::TooMany);
            }
            headers.insert(name, value);
            Ok(())
        });
        added.map_err(|problem| {
            let line = index + 1;
            Error::invalid_input(format!(
                "the header in line {line} of the environment variable {CUSTOM_HEADERS_VARIABLE} {problem}"
            ))
        })?;
    }
    Ok(headers)
}

/// Why a header can't be sent; the text follows "the header …".
#[derive(Debug, PartialEq)]
enum Problem {
    NoColon,
    InvalidName,
    Reserved,
    InvalidValue,
    TooLong(usize),
    Repeated,
    TooMany,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColon => f.write_str("has no colon; expected `Name: value`"),
            Self::InvalidName => {
                f.write_str("has an invalid name; use letters, digits, dashes and underscores")
            }
            Self::Reserved => f.write_str("is set by the client; leave it out"),
            Self::InvalidValue => f.write_str("has a control character in its value; remove it"),
            Self::TooLong(bytes) => {
                write!(f, "has {bytes} bytes; at most {MAX_BYTES} are allowed")
            }
            Self::Repeated => f.write_str("repeats the name of an earlier line; keep one of them"),
            Self::TooMany => write!(f, "is one too many; at most {MAX_HEADERS} are allowed"),
        }
    }
}

fn parse(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Problem> {
    let bytes = name.len() + value.len();
    if bytes > MAX_BYTES {
        return Err(Problem::TooLong(bytes));
    }
    let name = HeaderName::try_from(name).map_err(|_| Problem::InvalidName)?;
    if RESERVED.contains(&name.as_str()) {
        return Err(Problem::Reserved);
    }
    let mut value = HeaderValue::try_from(value).map_err(|_| Problem::InvalidValue)?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<(String, String)>, String> {
        let headers = from_lines(text).map_err(|error| error.to_string())?;
        assert!(headers.values().all(HeaderValue::is_sensitive));
        let pairs = headers.iter().map(|(name, value)| {
            let value = String::from_utf8(value.as_bytes().to_vec()).unwrap();
            (name.to_string(), value)
        });
        Ok(pairs.collect())
    }

    #[test]
    fn there_is_one_header_per_line() {
        for text in [
            "X-Team: red\nx-trace:a:b\nX-Empty:",
            "X-Team: red\r\nx-trace:a:b\r\nX-Empty:\r\n",
            "\n  X-Team :\tred  \n\n \r\n\tx-trace: a:b\nX-Empty: \n\n",
        ] {
            let pairs = lines(text).unwrap();
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(
                pairs,
                [("x-team", "red"), ("x-trace", "a:b"), ("x-empty", "")]
            );
        }
        for text in ["", "\n", " \r\n\t\n"] {
            assert_eq!(lines(text), Ok(Vec::new()));
        }
    }

    #[test]
    fn an_error_has_the_line_number_but_not_its_text() {
        for (line, problem) in [
            ("secret", "has no colon; expected `Name: value`"),
            (
                "x-team secret: x",
                "has an invalid name; use letters, digits, dashes and underscores",
            ),
            (
                ": secret",
                "has an invalid name; use letters, digits, dashes and underscores",
            ),
            (
                "Authorization: Bearer secret",
                "is set by the client; leave it out",
            ),
            (
                "x-a: secret\r x-b: secret",
                "has a control character in its value; remove it",
            ),
            (
                "X-One: secret",
                "repeats the name of an earlier line; keep one of them",
            ),
        ] {
            let text = format!("x-one: 1\r\n\r\n{line}\r\nx-two: 2");
            assert_eq!(
                lines(&text).unwrap_err(),
                format!(
                    "invalid input: the header in line 3 of the environment variable \
                     LINQ_API_V3_CUSTOM_HEADERS {problem}"
                )
            );
        }
    }

    #[test]
    fn length_and_number_are_limited() {
        let of_bytes = |bytes: usize| format!("x-long: {}", "é".repeat((bytes - 6) / 2));
        assert!(lines(&of_bytes(8192)).is_ok());
        let error = lines(&of_bytes(8194)).unwrap_err();
        assert!(error.ends_with("has 8194 bytes; at most 8192 are allowed"));

        let mut text: String = (0..100).map(|n| format!("x-{n}: {n}\n")).collect();
        assert_eq!(lines(&text).unwrap().len(), 100);
        let mut headers = from_lines(&text).unwrap();
        text += "x-100: 100";
        let error = lines(&text).unwrap_err();
        assert!(error.contains("in line 101 "), "{error}");
        assert!(error.ends_with("is one too many; at most 100 are allowed"));

        assert!(add(&mut headers, "X-99", "other").is_ok());
        assert!(add(&mut headers, "x-100", "100").is_err());
        assert_eq!(
            (headers.len(), &headers["x-99"]),
            (100, &"other".parse().unwrap())
        );
    }
}
