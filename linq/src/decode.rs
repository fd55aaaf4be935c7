//! Decodes a body that could not be decoded once more, to find out where it is wrong.

use std::fmt;

use linq_gen::ObjectsOnly;
use serde::Deserialize;

/// Why a body could not be decoded, with the path of the problem, such as
/// `contact_cards[3].first_name`.
///
/// The text names types, never values: a value can be a person's name.
#[derive(Debug)]
pub(crate) struct Undecodable {
    is_json: bool,
    /// Empty for the body as a whole.
    path: String,
    problem: String,
}

impl Undecodable {
    /// Whether the body is JSON at all.
    #[cfg_attr(not(feature = "webhooks"), allow(dead_code))]
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// The same problem, seen from an object that holds the body in `field`.
    #[cfg_attr(not(feature = "webhooks"), allow(dead_code))]
    pub(crate) fn within(self, field: &str) -> Self {
        Self {
            path: join(field, &self.path),
            ..self
        }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

/// Decodes `body`, or returns what is wrong with it.
pub(crate) fn decode<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, Undecodable> {
    let not_json = |problem| Undecodable {
        is_json: false,
        path: String::new(),
        problem,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(ObjectsOnly(&mut deserializer)).map_err(
        |error: serde_path_to_error::Error<serde_json::Error>| {
            let reason = reason(error.inner());
            if !error.inner().is_data() {
                // In invalid JSON, the path consists of arbitrary names.
                return not_json(reason);
            }
            let path = error.path().to_string();
            let path = if path == "." { "" } else { &path };
            // serde's path is that of the object; people look for the missing field.
            let (path, problem) = match reason.strip_prefix("missing field `") {
                Some(field) => (
                    join(path, field.trim_end_matches('`')),
                    "missing".to_owned(),
                ),
                None => (path.to_owned(), reason),
            };
            Undecodable {
                is_json: true,
                path,
                problem,
            }
        },
    )?;
    deserializer
        .end()
        .map_err(|error| not_json(reason(&error)))?;
    Ok(value)
}

fn join(parent: &str, path: &str) -> String {
    let separator = if parent.is_empty() || path.is_empty() || path.starts_with('[') {
        ""
    } else {
        "."
    };
    format!("{parent}{separator}{path}")
}

/// `body` without the byte order mark that some servers put before JSON.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if !error.is_data() {
        return format!("not JSON: {text}");
    }
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    // `invalid type: string "Zoe", expected a boolean`: the expectation is in words of this crate,
    // and what was found begins with its type.
    match text.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let expected = match expected {
                struct_name if struct_name.starts_with("struct ") => "an object",
                "a map" => "an object",
                other => other,
            };
            let found = found.split_once(": ").map_or(found, |(_, found)| found);
            let kind = match found.split(['"', '`']).next().unwrap_or_default().trim() {
                "sequence" => "an array",
                "map" => "an object",
                other => other,
            };
            format!("expected {expected}, found {kind}")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use linq_gen::types::ContactCardRetrieveResponse;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn errors_show_no_values_and_no_unknown_names(
            value in prop_oneof![
                r#"Zoe[a-z, "`:\\]{0,20}"#,
                r#"(, expected |"|`| at line )Zoe.{0,5}"#,
            ],
            cut in 0..200_usize,
        ) {
            let card = |field: &str| {
                let mut card = json!({"phone_number": "+1", "first_name": "J", "is_active": true});
                card[field] = json!({"Zoe": value});
                json!({"contact_cards": [card]}).to_string()
            };
            for body in [
                json!({"contact_cards": value}).to_string(),
                json!({"contact_cards": [value]}).to_string(),
                json!({"contact_cards": [{"phone_number": "+1", "first_name": "J", "is_active": value}]}).to_string(),
                json!({value.as_str(): value.as_str()}).to_string(),
                json!(value).to_string(),
                card("first_name"),
                card("Zoe"),
            ] {
                for part in [&body[..], body.get(..cut).unwrap_or_default()] {
                    if let Err(error) = decode::<ContactCardRetrieveResponse>(part.as_bytes()) {
                        let error_text = error.to_string();
                        prop_assert!(!error_text.contains("Zoe"), "{error_text}");
                        prop_assert!(!error_text.contains(char::is_control), "{error_text}");
                    }
                }
            }
        }
    }

    fn error(body: &str) -> String {
        decode::<ContactCardRetrieveResponse>(body.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_error_names_the_path_but_not_the_value() {
        let card = r#"{"phone_number":"+1","first_name":"J","is_active":true}"#;
        let cards = |last: &str| format!(r#"{{"contact_cards":[{card},{last}]}}"#);
        assert_eq!(
            error(&cards(r#"{"phone_number":"+1","is_active":true}"#)),
            "contact_cards[1].first_name: missing"
        );
        assert_eq!(
            error(&cards(
                r#"{"phone_number":"+1","first_name":"J","is_active":"Secret, \"x\""}"#
            )),
            "contact_cards[1].is_active: expected a boolean, found string"
        );
        assert_eq!(
            error(&cards(
                r#"{"phone_number":"+1","first_name":7,"is_active":true}"#
            )),
            "contact_cards[1].first_name: expected a string, found integer"
        );
        assert_eq!(
            error(&cards(
                r#"{"phone_number":null,"first_name":"J","is_active":true}"#
            )),
            "contact_cards[1].phone_number: expected a string, found null"
        );
    }

    #[test]
    fn invalid_json_is_reported() {
        for body in ["", "<html>", r#"{"contact_cards":[]}]"#] {
            assert!(error(body).starts_with("not JSON: "), "{body}");
        }
        assert_eq!(error("{}"), "contact_cards: missing");
        assert_eq!(error(" [[]]"), "expected an object, found an array");
        assert_eq!(
            error(r#"{"contact_cards":[["+1","J",true]]}"#),
            "contact_cards[0]: expected an object, found an array"
        );
    }

    #[test]
    fn the_path_of_a_part_includes_its_field() {
        for (body, problem) in [
            ("{}", "data.contact_cards: missing"),
            (
                r#"{"contact_cards":[1]}"#,
                "data.contact_cards[0]: expected an object, found integer",
            ),
            ("[1]", "data: expected an object, found an array"),
        ] {
            let undecodable = decode::<ContactCardRetrieveResponse>(body.as_bytes()).unwrap_err();
            assert_eq!(undecodable.within("data").to_string(), problem);
        }
        let undecodable = decode::<ContactCardRetrieveResponse>(b"{").unwrap_err();
        let text = undecodable.within("data").to_string();
        assert!(text.starts_with("data: not JSON: "), "{text}");
        let undecodable = decode::<Vec<u8>>(br#"[1,"a"]"#).unwrap_err();
        assert_eq!(
            undecodable.within("data").to_string(),
            "data[1]: expected u8, found string"
        );
    }
}
