//! Removes secrets that the API returns from the body that a response keeps.

use linq_gen::Received;
use serde_json::Value;

use crate::decode::without_bom;
use crate::error::redact::{REDACTED, redacted};

/// Removes the values of the fields with these names from a body, at any depth. A body that can't
/// be read is not kept if it may contain one.
pub(super) fn hide(names: &[&str], received: &mut Received) {
    if names.is_empty() || received.body.is_empty() {
        return;
    }
    received.body = match serde_json::from_slice(without_bom(&received.body)) {
        Ok(mut body) => without_secrets(names, &mut body).into(),
        Err(_) => {
            let text = String::from_utf8_lossy(&received.body);
            let has_none = names.iter().all(|name| !text.contains(name));
            if has_none && !received.status.is_success() {
                return;
            }
            Vec::new().into()
        }
    };
}

fn without_secrets(names: &[&str], body: &mut Value) -> String {
    let mut secrets = Vec::new();
    take(names, body, &mut secrets);
    let text = body.to_string();
    secrets
        .iter()
        .fold(text, |text, secret| redacted(&text, secret))
}

/// Replaces the values of these fields, and collects the texts among them.
fn take(names: &[&str], node: &mut Value, secrets: &mut Vec<String>) {
    match node {
        Value::Object(fields) => {
            for (name, value) in fields {
                if names.contains(&name.as_str()) && !value.is_null() {
                    if let Value::String(secret) = std::mem::replace(value, REDACTED.into())
                        && !secret.is_empty()
                    {
                        secrets.push(secret);
                    }
                } else {
                    take(names, value, secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| take(names, item, secrets)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use linq_gen::BodyEnd;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn kept(status: u16, body: &str) -> String {
        let mut received = Received {
            status: StatusCode::from_u16(status).unwrap(),
            redirected: false,
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
            end: BodyEnd::Complete,
        };
        hide(&["secret"], &mut received);
        String::from_utf8(received.body.to_vec()).unwrap()
    }

    #[test]
    fn the_rest_of_a_body_is_kept() {
        for (body, expected) in [
            (
                r#"{"id":"1","secret":"hunter2"}"#,
                r#"{"id":"1","secret":"[redacted]"}"#,
            ),
            (
                r#"[{"a":{"secret":"hunter2","secret":"hunter2"},"echo":"<hunter2>"}]"#,
                r#"[{"a":{"secret":"[redacted]"},"echo":"<[redacted]>"}]"#,
            ),
            (
                r#"{"secret":{"is":"hunter2"}}"#,
                r#"{"secret":"[redacted]"}"#,
            ),
            (r#"{"\u0073ecret":"hunter2"}"#, r#"{"secret":"[redacted]"}"#),
            (
                r#"{"secret":"hunter2/+","url":"hunter2%2F%2B"}"#,
                r#"{"secret":"[redacted]","url":"[redacted]"}"#,
            ),
            (r#"{"secret":null}"#, r#"{"secret":null}"#),
            (r#"{"secret":""}"#, r#"{"secret":"[redacted]"}"#),
            (
                "\u{feff}{\"secret\":\"hunter2\"}",
                r#"{"secret":"[redacted]"}"#,
            ),
        ] {
            assert_eq!(kept(200, body), expected, "{body}");
        }
    }

    #[test]
    fn an_unreadable_body_is_kept_only_if_it_has_no_secret() {
        for body in [
            r#"{"secret":"hunter2"#,
            r#"{"\u0073ecret":"hunter2"#,
            "hunter2",
        ] {
            assert_eq!(kept(201, body), "", "{body}");
        }
        assert_eq!(kept(502, r#"{"secret":"hunter2"#), "");
        assert_eq!(kept(502, "<h1>Bad Gateway</h1>"), "<h1>Bad Gateway</h1>");
    }

    #[test]
    fn other_operations_keep_their_bodies() {
        let mut received = Received {
            status: StatusCode::OK,
            redirected: false,
            headers: HeaderMap::new(),
            body: r#"{ "secret": "x" }"#.into(),
            end: BodyEnd::Complete,
        };
        hide(&[], &mut received);
        assert_eq!(received.body, r#"{ "secret": "x" }"#);
    }
}
