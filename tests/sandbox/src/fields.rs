use serde_json::{Map, Value};

use crate::error_body::ErrorBody;

/// The fields of a request body that is a JSON object.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn read(body: &[u8]) -> Result<Self, ErrorBody> {
        match serde_json::from_slice(body) {
            Ok(fields) => Ok(Self(fields)),
            Err(_) => Err(ErrorBody::INVALID_BODY),
        }
    }

    /// Takes the text out of a field: `None` if it is absent, `Some(None)` if it is null.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Option<String>>, ErrorBody> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Ok(Some(Some(text))),
            Some(_) => Err(ErrorBody::INVALID_BODY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(outcome: Result<T, ErrorBody>) -> Option<i32> {
        outcome.err().map(|error| error.code)
    }

    #[test]
    fn only_a_json_object_is_read() {
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
    fn absent_null_and_text_are_told_apart() {
        let mut fields = Fields::read(br#"{"null": null, "text": "John", "empty": ""}"#).unwrap();
        assert_eq!(fields.text("absent").unwrap(), None);
        assert_eq!(fields.text("null").unwrap(), Some(None));
        assert_eq!(fields.text("text").unwrap(), Some(Some("John".into())));
        assert_eq!(fields.text("empty").unwrap(), Some(Some(String::new())));
    }

    #[test]
    fn a_field_of_another_type_is_refused() {
        for value in ["1", "true", "[]", "{}"] {
            let body = format!(r#"{{"first_name": {value}}}"#);
            let mut fields = Fields::read(body.as_bytes()).unwrap();
            assert_eq!(code(fields.text("first_name")), Some(1003), "{value}");
        }
    }
}
