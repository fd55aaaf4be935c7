//! What the meta-schema of OpenAPI 3.0 says about a document.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::Value;

use crate::model::node::{Node, escaped};
use crate::model::objects::META_SCHEMA;
use crate::spec::diagnosis::Findings;
use crate::spec::texts::{TEXTS, Text, hint, similar};

static VALIDATOR: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
    let options = jsonschema::options().should_validate_formats(false);
    options
        .build(&META_SCHEMA)
        .map_err(|error| error.to_string())
});

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    match &*VALIDATOR {
        Ok(validator) => validator
            .iter_errors(root.value())
            .for_each(|error| explain(&error, findings)),
        Err(error) => findings.report(root, error, &[]),
    }
}

fn explain(error: &ValidationError, findings: &mut Findings) {
    let pointer = error.instance_path().as_str();
    let is_word = error.instance().is_string() || error.instance().is_boolean();
    let text = match error.kind() {
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            return explain_choice(context, findings);
        }
        // The wrong type says it.
        Kind::Enum { .. } if !is_word => return,
        // `refusals.yaml` says more about paths.
        Kind::AdditionalProperties { .. } if pointer == "/paths" => return,
        Kind::AdditionalProperties { unexpected } => {
            for field in unexpected {
                let pointer = format!("{pointer}/{}", escaped(field));
                findings.add(&pointer, true, unknown_field(error, field));
            }
            return;
        }
        _ => {
            let value = JsonType::from(error.instance().as_ref());
            let problem = error.masked_with(format!("this {value}")).to_string();
            let hint = hint(&TEXTS.openapi, &format!("/{}: {problem}", key(error)));
            Text::new(problem, hint)
        }
    };
    findings.add(pointer, false, text);
}

/// Explains why an object fits none of the alternatives of a `oneOf`: by the errors of the one that was probably meant,
/// which is not of another kind by its `in` or `type`, and fits the farthest.
fn explain_choice(alternatives: &[Vec<ValidationError<'static>>], findings: &mut Findings) {
    let depth = |error: &ValidationError| error.instance_path().as_str().matches('/').count();
    let meant = alternatives.iter().rev().max_by_key(|errors| {
        let same_kind = !errors.iter().any(is_of_another_kind);
        (same_kind, errors.iter().map(depth).max())
    });
    let meant = meant.map_or(&[][..], Vec::as_slice);
    let Some(error) = meant.iter().find(|error| is_of_another_kind(error)) else {
        return meant.iter().for_each(|error| explain(error, findings));
    };
    let others = alternatives
        .iter()
        .flatten()
        .filter(|error| is_of_another_kind(error));
    let kinds: Vec<_> = others.flat_map(options).collect();
    let help = format!("write one of `{}`", kinds.join("`, `"));
    let text = Text::new("this is none of the kinds that can be here", help);
    findings.add(error.instance_path().as_str(), false, text);
}

/// Whether an error says that an object is not of a kind: by its `in` or `type`, or because it is not a reference.
fn is_of_another_kind(error: &ValidationError) -> bool {
    let is_no_reference = matches!(error.kind(), Kind::Required { property } if property == "$ref");
    is_no_reference || (matches!(key(error), "in" | "type") && options(error).len() == 1)
}

fn unknown_field(error: &ValidationError, field: &str) -> Text {
    let schema = error.schema_path().as_str().rsplit_once('/');
    let schema = schema.and_then(|(schema, _)| META_SCHEMA.pointer(schema));
    let known = schema.and_then(|schema| schema["properties"].as_object());
    let known = known.into_iter().flatten().map(|(name, _)| name.as_str());
    let hint = hint(&TEXTS.fields, &format!("/{}/{field}/", key(error)));
    let help = match similar(field, known) {
        Some(name) if hint.is_empty() => {
            format!("write `{name}`, if that is meant; an extension begins with `x-`")
        }
        _ if hint.is_empty() => "remove it; an extension begins with `x-`".to_owned(),
        _ => hint.to_owned(),
    };
    Text::new(format!("OpenAPI 3.0 has no field `{field}` here"), help)
}

/// The values that an `enum` allows.
fn options<'a>(error: &'a ValidationError) -> Vec<&'a str> {
    let Kind::Enum { options } = error.kind() else {
        return Vec::new();
    };
    let options = options.as_array().into_iter().flatten();
    options.filter_map(Value::as_str).collect()
}

/// The key whose value an error is about.
fn key<'a>(error: &'a ValidationError) -> &'a str {
    let path = error.instance_path().as_str();
    path.rsplit('/').next().unwrap_or_default()
}
