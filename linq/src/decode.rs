//! Decodes a body again when it could not be decoded, to say where it is wrong.

use std::fmt;

use serde::de::DeserializeOwned;

/// Why a body could not be decoded: the path of what is wrong, such as `contact_cards[3].first_name`.
///
/// The text names kinds, never values: a value can be somebody's name.
#[derive(Debug)]
pub(crate) struct Undecodable {
    is_json: bool,
    text: String,
}

impl Undecodable {
    /// Whether the body is JSON at all.
    #[cfg_attr(not(feature = "webhooks"), allow(dead_code))]
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Decodes `body`, or tells what is wrong.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    let undecodable = |is_json, text| Undecodable { is_json, text };
    if is_array(body) {
        let text = "expected an object, found an array".to_owned();
        return Err(undecodable(true, text));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let reason = reason(error.inner());
        if !error.inner().is_data() {
            // The path of text that is not JSON holds names of others' choosing.
            return undecodable(false, reason);
        }
        let path = error.path().to_string();
        // serde names the struct that misses a field; people look for the field.
        let text = match (path.as_str(), reason.strip_prefix("missing field `")) {
            (".", None) => reason,
            (".", Some(field)) => format!("{}: missing", field.trim_end_matches('`')),
            (_, None) => format!("{path}: {reason}"),
            (_, Some(field)) => format!("{path}.{}: missing", field.trim_end_matches('`')),
        };
        undecodable(true, text)
    })?;
    deserializer
        .end()
        .map_err(|error| undecodable(false, reason(&error)))?;
    Ok(value)
}

/// Whether a body is an array: serde would take it for a struct, field by field in order, while the API
/// answers objects only.
pub(crate) fn is_array(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if !error.is_data() {
        return format!("not JSON: {text}");
    }
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    // "invalid type: string "Zoe", expected a boolean": what is expected are words of this crate's own,
    // and what was found begins with its kind.
    match text.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let expected = match expected {
                struct_name if struct_name.starts_with("struct ") => "an object",
                other => other,
            };
            let found = found.split_once(": ").map_or(found, |(_, found)| found);
            let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
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
        fn no_value_and_no_name_of_others_is_told(
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
                    if let Err(told) = decode::<ContactCardRetrieveResponse>(part.as_bytes()) {
                        let told = told.to_string();
                        prop_assert!(!told.contains("Zoe"), "{told}");
                        prop_assert!(!told.contains(char::is_control), "{told}");
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
    fn names_the_path_and_no_value() {
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
    fn tells_what_is_not_json() {
        assert_eq!(
            error(""),
            "not JSON: EOF while parsing a value at line 1 column 0"
        );
        assert_eq!(
            error("<html>"),
            "not JSON: expected value at line 1 column 1"
        );
        assert_eq!(error("{}"), "contact_cards: missing");
        assert_eq!(error(" [[]]"), "expected an object, found an array");
        assert_eq!(
            error(r#"{"contact_cards":[]}]"#),
            "not JSON: trailing characters at line 1 column 21"
        );
    }
}
