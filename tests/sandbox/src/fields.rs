//! Reads the fields of a contact card from the body of a request.

use serde_json::{Map, Value};

use crate::image::rehosted;
use crate::refusal::Refusal;
use crate::rules::{is_e164, is_first_name, is_last_name, is_photo_url};

/// The fields of a request body that is a JSON object.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

/// The fields of a card that a body sets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) first_name: Option<String>,
    /// `Some(None)` removes it.
    pub(crate) last_name: Option<Option<String>>,
    /// Where the service keeps its copy.
    pub(crate) image_url: Option<String>,
}

impl Fields {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(fields) => Ok(Self(fields)),
            Err(_) => Err(Refusal::INVALID_BODY),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn phone_number(&self) -> Result<&str, Refusal> {
        match self.text("phone_number")? {
            None => Err(Refusal::MISSING_FIELD),
            Some(number) if is_e164(number) => Ok(number),
            Some(_) => Err(Refusal::PHONE_NUMBER_NOT_E164),
        }
    }

    pub(crate) fn changes(&self) -> Result<Changes, Refusal> {
        let last_name = self.checked("last_name", is_last_name)?;
        Ok(Changes {
            first_name: self.checked("first_name", is_first_name)?,
            last_name: last_name.map(|name| Some(name).filter(|name| !name.is_empty())),
            image_url: self.checked("image_url", is_photo_url)?.map(|_| rehosted()),
        })
    }

    fn checked(&self, name: &str, is_allowed: fn(&str) -> bool) -> Result<Option<String>, Refusal> {
        match self.text(name)? {
            Some(text) if !is_allowed(text) => Err(Refusal::INVALID_PARAMETER),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// A field that is absent or text; the service fails on null.
    fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) => Err(Refusal::INTERNAL_ERROR),
            Some(_) => Err(Refusal::INVALID_BODY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(outcome: Result<T, Refusal>) -> Option<u32> {
        outcome.err().map(|error| error.code)
    }

    #[test]
    fn anything_but_a_json_object_is_refused() {
        let bodies: [&[u8]; 7] = [
            b"",
            b"null",
            b"[\"+15551234567\",\"John\"]",
            b"\"text\"",
            b"{",
            b"{} {}",
            b"{\"first_name\":\"\xff\"}",
        ];
        for body in bodies {
            assert_eq!(code(Fields::read(body)), Some(1003), "{body:?}");
        }
        let deep = "{\"a\":".repeat(100_000);
        assert_eq!(code(Fields::read(deep.as_bytes())), Some(1003));
    }

    #[test]
    fn unknown_fields_are_ignored_even_if_null() {
        let fields = Fields::read(br#"{"unknown": null, "is_active": false}"#).unwrap();
        let nothing = Changes {
            first_name: None,
            last_name: None,
            image_url: None,
        };
        assert_eq!(fields.changes().unwrap(), nothing);
    }

    #[test]
    fn null_is_an_internal_error_and_a_wrong_type_is_refused() {
        for name in ["first_name", "last_name", "image_url", "phone_number"] {
            for (value, expected) in [("null", 3006), ("1", 1003), ("true", 1003), ("{}", 1003)] {
                let body = format!(r#"{{"{name}": {value}}}"#);
                let fields = Fields::read(body.as_bytes()).unwrap();
                let code = match name {
                    "phone_number" => code(fields.phone_number()),
                    _ => code(fields.changes()),
                };
                assert_eq!(code, Some(expected), "{body}");
            }
        }
    }
}
