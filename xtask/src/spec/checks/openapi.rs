//! What the meta-schema of OpenAPI 3.0 says about a document.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use crate::spec::diagnosis::{Findings, Source};
use crate::spec::document::{Document, pointer_step};
use crate::spec::objects::META_SCHEMA;
use crate::spec::texts::{TEXTS, Text, similar};

static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let options = jsonschema::options().should_validate_formats(false);
    options
        .build(&META_SCHEMA)
        .map_err(|error| error.to_string())
});

pub(crate) fn check(document: &Document, source: &Source, findings: &mut Findings) {
    // The scalar as it is in the text: `1.10` where the value is 1.1.
    let written = |error: &ValidationError| {
        let scalar = document.scalar(error.instance_path().as_str());
        let text = scalar.and_then(|bytes| source.text().get(bytes));
        match (error.instance().as_ref(), text) {
            (Value::Array(_), _) => "this list".to_owned(),
            (Value::Object(_), _) => "this mapping".to_owned(),
            (_, Some(text)) if !text.is_empty() => format!("`{text}`"),
            (value, _) => format!("`{value}`"),
        }
    };
    match &*VALIDATOR {
        Ok(validator) => validator
            .iter_errors(&document.value)
            .for_each(|error| explain(&error, &written, findings)),
        Err(error) => findings.add("", true, Text::problem(error, &[])),
    }
}

fn explain(
    error: &ValidationError,
    written: &impl Fn(&ValidationError) -> String,
    findings: &mut Findings,
) {
    let pointer = error.instance_path().as_str();
    match error.kind() {
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let errors = meant(context);
            let Some(error) = errors.iter().find(|error| is_of_another_kind(error)) else {
                let errors = errors.iter();
                return errors.for_each(|error| explain(error, written, findings));
            };
            let others = context
                .iter()
                .flatten()
                .filter(|error| is_of_another_kind(error));
            let text = Text {
                problem: format!("{} is none of the kinds that can be here", written(error)),
                help: one_of(&others.flat_map(options).collect::<Vec<_>>()),
            };
            findings.add(error.instance_path().as_str(), false, text);
        }
        // The wrong type says it.
        Kind::Enum { .. } if !error.instance().is_string() && !error.instance().is_boolean() => {}
        // `refusals.yaml` says more about paths.
        Kind::AdditionalProperties { .. } if pointer == "/paths" => {}
        Kind::AdditionalProperties { unexpected } => {
            for field in unexpected {
                let pointer = format!("{pointer}{}", pointer_step(field));
                findings.add(&pointer, true, unknown_field(error, field));
            }
        }
        kind => {
            let written = written(error);
            let description = owner(error).and_then(|schema| schema["description"].as_str());
            let problem = match (kind, description) {
                (Kind::Not { .. } | Kind::OneOfMultipleValid { .. }, Some(text)) => text.to_owned(),
                (Kind::Required { .. }, _) => error.to_string(),
                _ => error.masked_with(&written).to_string(),
            };
            let help = help(error, &written);
            findings.add(pointer, false, Text { problem, help });
        }
    }
}

fn unknown_field(error: &ValidationError, field: &str) -> Text {
    let later = TEXTS.later.get(field);
    let version = later.map_or("", |_| "; it is from OpenAPI 3.1");
    let known = owner(error).and_then(|schema| schema["properties"].as_object());
    let known = known.into_iter().flatten().map(|(name, _)| name.as_str());
    let help = match (
        TEXTS.unknown.get(key(error)).or(later),
        similar(field, known),
    ) {
        (Some(help), _) => help.clone(),
        (None, Some(name)) => {
            format!("write `{name}`, if that is meant; an extension begins with `x-`")
        }
        (None, None) => "remove it; an extension begins with `x-`".to_owned(),
    };
    Text {
        problem: format!("OpenAPI 3.0 has no field `{field}` here{version}"),
        help,
    }
}

fn help(error: &ValidationError, written: &str) -> String {
    let hint = TEXTS.values.get(key(error));
    match (error.kind(), error.instance().as_ref(), hint) {
        (Kind::Required { property }, ..) => {
            let property = property.as_str().unwrap_or_default();
            let example = TEXTS.missing.get(property).map_or(property, String::as_str);
            format!("add `{example}`")
        }
        (_, Value::Null, _) => "write a value, or remove the key".to_owned(),
        (
            Kind::Type {
                kind: TypeKind::Single(JsonType::String),
            },
            Value::Number(_) | Value::Bool(_),
            _,
        ) => {
            format!("quote it: `'{}'`", written.trim_matches('`'))
        }
        (.., Some(hint)) => hint.clone(),
        (Kind::Enum { .. }, ..) => one_of(&options(error)),
        _ => "write what the OpenAPI 3.0.3 specification allows here".to_owned(),
    }
}

/// Of the alternatives of a `oneOf`, the errors of the one that was probably meant: not one of another kind by its
/// `in` or `type`, and the one that fits the farthest.
fn meant<'a>(alternatives: &'a [Vec<ValidationError<'static>>]) -> &'a [ValidationError<'static>] {
    let depth = |error: &ValidationError| error.instance_path().as_str().matches('/').count();
    let meant = alternatives.iter().rev().max_by_key(|errors| {
        let same_kind = !errors.iter().any(is_of_another_kind);
        (same_kind, errors.iter().map(depth).max())
    });
    meant.map_or(&[], Vec::as_slice)
}

/// Whether an error says that an object is not of a kind: by its `in` or `type`, or because it is not a reference.
fn is_of_another_kind(error: &ValidationError) -> bool {
    let is_no_reference = matches!(error.kind(), Kind::Required { property } if property == "$ref");
    is_no_reference || (matches!(key(error), "in" | "type") && options(error).len() == 1)
}

/// The key whose value an error is about.
fn key<'a>(error: &'a ValidationError) -> &'a str {
    let path = error.instance_path().as_str();
    path.rsplit('/').next().unwrap_or_default()
}

/// The values that an `enum` allows.
fn options<'a>(error: &'a ValidationError) -> Vec<&'a str> {
    let Kind::Enum { options } = error.kind() else {
        return Vec::new();
    };
    let options = options.as_array().into_iter().flatten();
    options.filter_map(Value::as_str).collect()
}

fn one_of(options: &[&str]) -> String {
    format!("write one of `{}`", options.join("`, `"))
}

/// The schema that the violated keyword is in.
fn owner(error: &ValidationError) -> Option<&'static Value> {
    let (schema, _) = error.schema_path().as_str().rsplit_once('/')?;
    META_SCHEMA.pointer(schema)
}
