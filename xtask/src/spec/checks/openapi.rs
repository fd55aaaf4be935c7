//! What the meta-schema of OpenAPI 3.0 says of a document.
//!
//! `openapi-3.0.json` is <https://spec.openapis.org/oas/3.0/schema/2021-09-28> of the OpenAPI Initiative, under the
//! Apache License 2.0, unchanged; taken from the Python package `openapi-spec-validator` 0.9.0.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use heck::ToKebabCase as _;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::words::{closest, list};
use crate::spec::diagnosis::{Findings, Source};
use crate::spec::document::{Document, push_step};

static META_SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../openapi-3.0.json")).unwrap_or(Value::Bool(false))
});

static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    jsonschema::options()
        .should_validate_formats(false)
        .build(&META_SCHEMA)
        .map_err(|error| error.to_string())
});

/// What to write in place of fields that OpenAPI 3.1 has, and 3.0 does not.
const OPENAPI_3_1: [(&str, &[&str]); 12] = [
    ("describe the events under `x-webhooks`", &["webhooks"]),
    ("write the operations under `paths`", &["pathItems"]),
    ("write it in `description`", &["summary"]),
    ("write `url` in its place", &["identifier"]),
    ("write `enum` with the one value", &["const"]),
    ("write `example` with one value", &["examples"]),
    (
        "move the schemas to `components/schemas`",
        &["$defs", "definitions"],
    ),
    (
        "write `items` with one schema for every item",
        &["prefixItems", "contains", "unevaluatedItems"],
    ),
    (
        "write `additionalProperties` with a schema for every value",
        &[
            "patternProperties",
            "propertyNames",
            "unevaluatedProperties",
        ],
    ),
    (
        "remove it, and say the condition in the description",
        &[
            "if",
            "then",
            "else",
            "dependentSchemas",
            "dependentRequired",
        ],
    ),
    ("write `format: byte` for base64", &["contentEncoding"]),
    (
        "write `format: binary`, or remove it",
        &["contentMediaType", "contentSchema"],
    ),
];

/// How to write fields that are missing.
const EXAMPLES: [(&str, &str); 7] = [
    (
        "content",
        "content: { application/json: { schema: { type: object } } }",
    ),
    ("description", "description: Done."),
    ("info", "info: { title: Example API, version: v1 }"),
    ("paths", "paths: {}"),
    ("required", "required: true"),
    ("responses", "responses: { '200': { description: Done. } }"),
    ("schema", "schema: { type: string }"),
];

pub(crate) fn check(document: &Document, source: &Source, findings: &mut Findings) {
    let mut explainer = Explainer {
        document,
        source,
        findings,
    };
    match &*VALIDATOR {
        Ok(validator) => {
            for error in validator.iter_errors(&document.value) {
                explainer.explain(&error);
            }
        }
        Err(error) => findings.add("", true, error.clone(), "repair the meta-schema".to_owned()),
    }
}

/// Every object of OpenAPI 3.0 with each of its fields.
pub(crate) fn all_fields() -> BTreeSet<(String, String)> {
    let definitions = META_SCHEMA["definitions"].as_object().into_iter().flatten();
    let objects = definitions.map(|(name, object)| (name.as_str(), object));
    let mut found = BTreeSet::new();
    let objects = objects.filter(|(name, _)| *name != "Responses");
    for (name, object) in objects.chain([("Document", &*META_SCHEMA)]) {
        let name = match name {
            "PathItem" => "path".to_owned(),
            "OAuthFlows" => "flows".to_owned(),
            _ if name.ends_with("SecurityScheme") => "security-scheme".to_owned(),
            _ if name.ends_with("Flow") => "oauth-flow".to_owned(),
            _ => name.to_kebab_case(),
        };
        let fields = object["properties"].as_object().into_iter().flatten();
        found.extend(fields.map(|(field, _)| (name.clone(), field.clone())));
        let patterns = object["patternProperties"]
            .as_object()
            .into_iter()
            .flatten();
        let choices =
            patterns.filter_map(|(pattern, _)| pattern.strip_prefix("^(")?.strip_suffix(")$"));
        let choices = choices.flat_map(|choices| choices.split('|'));
        found.extend(choices.map(|field| (name.clone(), field.to_owned())));
    }
    found
}

struct Explainer<'a> {
    document: &'a Document,
    source: &'a Source,
    findings: &'a mut Findings,
}

impl Explainer<'_> {
    fn explain(&mut self, error: &ValidationError) {
        let pointer = error.instance_path().as_str();
        match error.kind() {
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                let errors: Vec<_> = meant(context).into_iter().flatten().collect();
                match errors.iter().find(|error| is_of_another_kind(error)) {
                    Some(error) => {
                        let others = context.iter().flatten();
                        let kinds: Vec<_> = others
                            .filter(|error| is_of_another_kind(error))
                            .flat_map(options)
                            .collect();
                        let problem = format!(
                            "{} is none of the kinds that can be here",
                            self.written(error)
                        );
                        let help = format!("write {}", list(&kinds));
                        self.findings
                            .add(error.instance_path().as_str(), false, problem, help);
                    }
                    None => errors.into_iter().for_each(|error| self.explain(error)),
                }
            }
            // The wrong type says it.
            Kind::Enum { .. }
                if !error.instance().is_string() && !error.instance().is_boolean() => {}
            Kind::AdditionalProperties { unexpected } => {
                let unexpected = unexpected.iter().filter(|_| pointer != "/paths");
                unexpected.for_each(|field| self.unknown_field(error, field));
            }
            Kind::Required { property } => {
                let property = property.as_str().unwrap_or_default();
                let example = EXAMPLES.iter().find(|(name, _)| *name == property);
                let help = example.map_or_else(
                    || format!("add `{property}`"),
                    |(_, example)| format!("add `{example}`"),
                );
                self.findings.add(pointer, true, error.to_string(), help);
            }
            _ => {
                let (problem, help) = (self.problem(error), self.help(error));
                self.findings.add(pointer, false, problem, help);
            }
        }
    }

    fn unknown_field(&mut self, error: &ValidationError, field: &str) {
        let mut pointer = error.instance_path().as_str().to_owned();
        let is_response = pointer.ends_with("/responses");
        push_step(&mut pointer, field);
        let later = OPENAPI_3_1
            .iter()
            .find(|(_, fields)| fields.contains(&field));
        let known = owner(error).and_then(|object| object["properties"].as_object());
        let known = known.into_iter().flatten().map(|(name, _)| name.as_str());
        let (problem, help) = match (closest(field, known), later) {
            _ if is_response => (
                format!("`{field}` is not the status of a response"),
                "write a code such as `'200'`, a range such as `4XX`, or `default`".to_owned(),
            ),
            (_, Some((help, _))) => (
                format!("OpenAPI 3.0 has no field `{field}` here; it is of OpenAPI 3.1"),
                (*help).to_owned(),
            ),
            (Some(name), _) => (
                format!("OpenAPI 3.0 has no field `{field}` here"),
                format!("write `{name}`, if that is meant; an extension begins with `x-`"),
            ),
            (None, None) => (
                format!("OpenAPI 3.0 has no field `{field}` here"),
                "remove it; an extension begins with `x-`".to_owned(),
            ),
        };
        self.findings.add(&pointer, true, problem, help);
    }

    fn problem(&self, error: &ValidationError) -> String {
        let description = owner(error).and_then(|schema| schema["description"].as_str());
        match (error.kind(), description) {
            (Kind::Not { .. } | Kind::OneOfMultipleValid { .. }, Some(description)) => {
                description.to_owned()
            }
            _ => error.masked_with(self.written(error)).to_string(),
        }
    }

    fn help(&self, error: &ValidationError) -> String {
        let wants_text =
            matches!(error.kind(), Kind::Type { kind } if format!("{kind:?}").contains("String"));
        let key = error.instance_path().as_str().rsplit('/').next();
        match (key, error.instance().as_ref()) {
            (Some("type"), Value::Array(_) | Value::Null) | (Some("type"), Value::String(_))
                if error.instance().as_str().is_none_or(|name| name == "null") =>
            {
                "write one type, and `nullable: true` beside it for values that can be null"
                    .to_owned()
            }
            (Some(key @ ("exclusiveMinimum" | "exclusiveMaximum")), Value::Number(limit)) => {
                let inclusive = key.replace("exclusiveM", "m");
                format!("write `{inclusive}: {limit}` with `{key}: true`")
            }
            (_, Value::Number(_) | Value::Bool(_)) if wants_text => {
                format!(
                    "put it in quotes: `'{}'`",
                    self.written(error).trim_matches('`')
                )
            }
            (_, Value::String(_)) if !options(error).is_empty() => {
                format!("write {}", list(&options(error)))
            }
            (_, Value::Null) => "write a value, or remove the key".to_owned(),
            (Some("responses"), _) => {
                "write one response at least, such as `'200': { description: Done. }`".to_owned()
            }
            _ => "write what the OpenAPI 3.0.3 specification has in this place".to_owned(),
        }
    }

    /// The scalar as it stands in the text: `1.10` where the value is 1.1.
    fn written(&self, error: &ValidationError) -> String {
        let scalar = self.document.places.scalar(error.instance_path().as_str());
        let text = scalar.and_then(|bytes| self.source.text().get(bytes));
        match (error.instance().as_ref(), text) {
            (Value::Array(_), _) => "this list".to_owned(),
            (Value::Object(_), _) => "this mapping".to_owned(),
            (_, Some(text)) if !text.is_empty() => format!("`{text}`"),
            (value, _) => format!("`{value}`"),
        }
    }
}

/// Of the alternatives of a `oneOf`, the errors of the one that was probably meant: not one of another kind by its
/// `in` or `type`, and the one that fits the farthest.
fn meant<'a>(
    alternatives: &'a [Vec<ValidationError<'static>>],
) -> Option<&'a Vec<ValidationError<'static>>> {
    let depth = |error: &ValidationError| error.instance_path().as_str().matches('/').count();
    alternatives.iter().rev().max_by_key(|errors| {
        let same_kind = !errors.iter().any(is_of_another_kind);
        (same_kind, errors.iter().map(depth).max())
    })
}

/// Whether an error says that an object is not of a kind: by its `in` or `type`, or because it is no reference.
fn is_of_another_kind(error: &ValidationError) -> bool {
    let key = error.instance_path().as_str().rsplit('/').next();
    let is_no_reference = matches!(error.kind(), Kind::Required { property } if property == "$ref");
    is_no_reference || (matches!(key, Some("in" | "type")) && options(error).len() == 1)
}

/// The values that an `enum` allows.
fn options<'a>(error: &'a ValidationError) -> Vec<&'a str> {
    let Kind::Enum { options } = error.kind() else {
        return Vec::new();
    };
    let options = options.as_array().into_iter().flatten();
    options.filter_map(Value::as_str).collect()
}

/// The schema that the violated keyword is in.
fn owner(error: &ValidationError) -> Option<&'static Value> {
    let (schema, _) = error.schema_path().as_str().rsplit_once('/')?;
    META_SCHEMA.pointer(schema)
}
