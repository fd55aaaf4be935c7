//! Fields that OpenAPI 3.0 does not have: those of later versions, and slips of the pen.

use serde_json::Value;

use super::shape::Object;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

/// How alike two words are, of 1, before one is offered for the other.
const ALIKE: f64 = 0.85;

pub(crate) fn explain(node: &Node, key: &str, object: &Object, findings: &mut Findings) {
    if key == "$ref" {
        return;
    }
    if let Some(help) = of_openapi_3_1(key, object) {
        findings.key(
            node,
            format!(
                "`{key}` is OpenAPI 3.1; OpenAPI 3.0 does not have it in {}",
                object.name
            ),
            help,
        );
        return;
    }
    let names = object.fields.iter().map(|field| field.name);
    let help = match closest(key, names) {
        Some(name) => format!("write `{name}`, if that is meant; an extension begins with `x-`"),
        None => "remove it; an extension begins with `x-`".to_owned(),
    };
    findings.key(node, format!("{} has no field `{key}`", object.name), help);
}

/// A field of 3.0 with a value as 3.1 has it.
pub(crate) fn later_form(key: &str, value: &Value) -> Option<(String, String)> {
    match (key, value) {
        ("type", Value::Array(types)) => {
            let names: Vec<_> = types
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null")
                .collect();
            let nullable = if names.len() < types.len() {
                " with `nullable: true`"
            } else {
                ""
            };
            let help = match names[..] {
                [name] => format!("write `type: {name}`{nullable}"),
                _ => {
                    "leave `type` out, and say in the description what the value can be".to_owned()
                }
            };
            Some((
                "a list of types is OpenAPI 3.1; OpenAPI 3.0 has one type".to_owned(),
                help,
            ))
        }
        ("type", Value::Null) => Some(no_null_type()),
        ("type", Value::String(name)) if name == "null" => Some(no_null_type()),
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(limit)) => {
            let inclusive = if key == "exclusiveMinimum" {
                "minimum"
            } else {
                "maximum"
            };
            Some((
                format!(
                    "`{key}` with a number is OpenAPI 3.1; in OpenAPI 3.0 it is `true` or `false`"
                ),
                format!("write `{inclusive}: {limit}` with `{key}: true`"),
            ))
        }
        _ => None,
    }
}

fn no_null_type() -> (String, String) {
    let help =
        "write `type: string`, for instance, with `nullable: true` for values that can be null";
    (
        "OpenAPI 3.0 has no type for null alone".to_owned(),
        help.to_owned(),
    )
}

/// The one of `names` that was probably meant.
pub(crate) fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

/// "`a`, `b` or `c`"
pub(crate) fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => format!("`{word}`"),
        [words @ .., last] => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", words.join(", "))
        }
    }
}

fn of_openapi_3_1(key: &str, object: &Object) -> Option<&'static str> {
    let help = match (object.name, key) {
        ("the document", "webhooks") => {
            "remove it; describe the events as schemas in `components/schemas`"
        }
        ("the document", "jsonSchemaDialect") => "remove it",
        ("`components`", "pathItems") => "write the operations under `paths`",
        ("`info`", "summary") => "write it in `description`",
        ("a license", "identifier") => "write `url` in its place",
        ("a schema", "const") => "write `enum` with the one value",
        ("a schema", "examples") => "write `example` with one value",
        ("a schema", "$defs" | "definitions") => "move the schemas to `components/schemas`",
        (
            "a schema",
            "$id" | "$schema" | "$anchor" | "$comment" | "$dynamicRef" | "$dynamicAnchor"
            | "$vocabulary",
        ) => "remove it",
        (
            "a schema",
            "prefixItems" | "contains" | "minContains" | "maxContains" | "unevaluatedItems",
        ) => "write `items` with one schema for every item",
        ("a schema", "patternProperties" | "propertyNames" | "unevaluatedProperties") => {
            "write `additionalProperties` with a schema for every value"
        }
        ("a schema", "if" | "then" | "else" | "dependentSchemas" | "dependentRequired") => {
            "remove it, and say the condition in the description"
        }
        ("a schema", "contentEncoding") => "write `format: byte` for base64",
        ("a schema", "contentMediaType" | "contentSchema") => {
            "write `format: binary`, or remove it"
        }
        _ => return None,
    };
    Some(help)
}
