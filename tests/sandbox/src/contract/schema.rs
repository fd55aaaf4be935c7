//! Checks values against the schemas of a document.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::rules::is_e164;

/// The schema of a parameter or a body.
#[derive(Debug)]
pub(super) struct Schema(Validator);

/// What is wrong with a value. If several things are, the first of these counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Problem {
    /// The value has another type, or is not JSON.
    Form,
    Missing,
    PhoneNumber,
    Value,
}

impl Schema {
    pub(super) fn new(document: &Value, schema: &Value) -> Result<Self, String> {
        validator(document, schema).map(Self)
    }

    pub(super) fn check(&self, value: &Value) -> Result<(), Problem> {
        let problems = self.0.iter_errors(value).map(|error| match error.kind() {
            ValidationErrorKind::Required { .. } => Problem::Missing,
            ValidationErrorKind::Format { format } if format == "e164" => Problem::PhoneNumber,
            ValidationErrorKind::Type { .. }
            | ValidationErrorKind::MinProperties { .. }
            | ValidationErrorKind::MaxProperties { .. }
            | ValidationErrorKind::AdditionalProperties { .. } => Problem::Form,
            _ => Problem::Value,
        });
        problems.min().map_or(Ok(()), Err)
    }
}

fn is_uuid(text: &str) -> bool {
    text.parse::<uuid::fmt::Hyphenated>().is_ok()
}

/// A validator for a schema of an OpenAPI 3.0 document, which can refer to other schemas of the
/// document.
///
/// # Errors
///
/// If the schema is not valid.
pub fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    let root = json!({
        "allOf": [schema],
        "components": {"schemas": document["components"]["schemas"]},
    });
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .with_format("e164", is_e164)
        .with_format("uuid", is_uuid)
        .build(&json_schema(&root))
        .map_err(|error| error.to_string())
}

/// Turns the schemas in `node` from OpenAPI 3.0 into JSON Schema, which has no `nullable`.
pub fn json_schema(node: &Value) -> Value {
    match node {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<_, _> = fields
                .iter()
                .map(|(name, value)| (name.clone(), json_schema(value)))
                .collect();
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                if let Some(one) = fields.get("type").cloned() {
                    fields.insert("type".to_owned(), json!([one, "null"]));
                }
                if let Some(Value::Array(values)) = fields.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(json_schema).collect(),
        other => other.clone(),
    }
}
