//! What makes no Rust type, or one that means something else than the schema.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::words::closest;
use crate::codegen::UNKNOWN_VALUE;
use crate::spec::diagnosis::Findings;
use crate::spec::names;
use crate::spec::node::Node;

/// The field for `additionalProperties` beside `properties`.
const EXTRA: &str = "extra";

const NO_ENUM: &str =
    "remove the `enum`, so that the value is a text, and list the values in the description";

/// What generated code means by these names.
const TAKEN: [&str; 2] = ["Ok", "String"];

/// The names of the components, each of which becomes a type.
pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let mut types = HashMap::new();
    for (name, schema) in root
        .at(&["components", "schemas"])
        .iter()
        .flat_map(Node::members)
    {
        let type_name = names::type_name(name);
        if TAKEN.contains(&type_name.as_str()) {
            findings.key(
                &schema,
                format!("the schema `{name}` would become the Rust type `{type_name}`, a name of Rust's own"),
                "rename it, in its `$ref`s too",
            );
        }
        if let Some(other) = types.insert(type_name.clone(), name) {
            findings.key(
                &schema,
                format!("the schemas `{other}` and `{name}` would both become the Rust type `{type_name}`"),
                "rename one of the two, in its `$ref`s too",
            );
        }
    }
}

/// One schema, without those inside it.
pub(crate) fn check_one(schema: &Node, findings: &mut Findings) {
    check_extra(schema, findings);
    check_properties(schema, findings);
    check_required(schema, findings);
    if let Some(values) = schema.get("enum") {
        check_enum(schema, &values, findings);
    }
}

/// What has no name beside the `additionalProperties`.
fn check_extra(schema: &Node, findings: &mut Findings) {
    let more = schema
        .get("additionalProperties")
        .is_some_and(|more| more.value().is_object());
    let properties = schema.get("properties").filter(|_| more);
    let properties = properties.iter().flat_map(Node::members);
    for (name, property) in properties.filter(|(name, _)| names::field_name(name) == EXTRA) {
        findings.key(
            &property,
            format!("`{name}` would become the Rust field `{EXTRA}`, which holds the `additionalProperties`"),
            "the names come from the wire; remove the `additionalProperties`",
        );
    }
}

fn check_properties(schema: &Node, findings: &mut Findings) {
    let mut fields = HashMap::new();
    for (name, property) in schema.get("properties").iter().flat_map(Node::members) {
        let field = names::field_name(name);
        if let Some(other) = fields.insert(field.clone(), name) {
            findings.key(
                &property,
                format!("the properties `{other}` and `{name}` would both become the Rust field `{field}`"),
                "the names come from the wire; split the schema, or leave one of the two to `additionalProperties`",
            );
        }
    }
}

/// The generator makes a field of any type of what is required and not described: a typo would
/// become part of the client.
fn check_required(schema: &Node, findings: &mut Findings) {
    let Some(properties) = schema.get("properties") else {
        return;
    };
    if schema.has("allOf") {
        return;
    }
    for required in schema.get("required").iter().flat_map(Node::items) {
        let Some(name) = required
            .value()
            .as_str()
            .filter(|name| !properties.has(name))
        else {
            continue;
        };
        let names = properties.members().map(|(name, _)| name);
        let help = match closest(name, names) {
            Some(close) => format!("write `{close}`, or describe `{name}` under `properties`"),
            None => format!("describe `{name}` under `properties`, or remove it"),
        };
        let problem = format!("`{name}` is required, but is none of the properties");
        findings.value(&required, problem, help);
    }
}

fn check_enum(schema: &Node, values: &Node, findings: &mut Findings) {
    let kind = schema.text("type");
    let (fits, help): (fn(&Value) -> bool, _) = match kind {
        Some("string") => (Value::is_string, "put the value in quotes"),
        Some("integer") => (
            |value| value.is_i64() || value.is_u64(),
            "write a whole number without quotes",
        ),
        Some("number") => (Value::is_number, "write a number without quotes"),
        Some("boolean") => (Value::is_boolean, "write `true` or `false` without quotes"),
        _ => (|_| true, ""),
    };
    if values.items().all(|value| value.value().is_null()) {
        findings.key(
            values,
            "this `enum` has no value",
            "add the values that are known, or remove it",
        );
    }
    let nullable = schema.value().get("nullable") == Some(&Value::Bool(true));
    for null in values
        .items()
        .filter(|value| value.value().is_null() && !nullable)
    {
        findings.value(
            &null,
            "null is in this `enum`, and the value can't be null",
            "add `nullable: true` to the schema, or remove the null",
        );
    }
    let mut seen = HashSet::new();
    for value in values.items().filter(|value| !value.value().is_null()) {
        if !fits(value.value()) {
            let kind = kind.unwrap_or_default();
            findings.value(
                &value,
                format!("`{}` is not of the type `{kind}`", value.value()),
                help,
            );
        } else if !seen.insert(value.value().to_string()) {
            findings.value(
                &value,
                format!("{} is in this `enum` twice", value.value()),
                "remove one of the two",
            );
        }
    }
    let not_null = values.items().filter(|value| !value.value().is_null());
    if kind == Some("string") && seen.len() == not_null.count() {
        check_variants(values, findings);
    }
}

fn check_variants(values: &Node, findings: &mut Findings) {
    let texts: Vec<_> = values
        .items()
        .filter_map(|value| value.value().as_str())
        .collect();
    let plain_are_unique = first_repeated(&texts, names::variant_name).is_none();
    let variant = if plain_are_unique {
        names::variant_name
    } else {
        names::spelled_out_variant_name
    };
    if let Some(value) = texts.iter().find(|text| variant(text) == UNKNOWN_VALUE) {
        findings.key(
            values,
            format!("the value `{value}` would become the Rust variant `{UNKNOWN_VALUE}`, which is there for values that nobody knows yet"),
            NO_ENUM,
        );
    }
    if plain_are_unique {
        return;
    }
    if let Some((one, other)) = first_repeated(&texts, variant) {
        findings.key(
            values,
            format!("the values `{one}` and `{other}` would both become the same Rust variant"),
            NO_ENUM,
        );
    }
}

fn first_repeated<'a>(texts: &[&'a str], name: fn(&str) -> String) -> Option<(&'a str, &'a str)> {
    let mut seen = HashMap::new();
    texts
        .iter()
        .find_map(|text| seen.insert(name(text), *text).map(|other| (other, *text)))
}
