//! The objects of a document by their kind, as the meta-schema of OpenAPI 3.0 defines it.
//!
//! `openapi-3.0.json` is <https://spec.openapis.org/oas/3.0/schema/2021-09-28> of the OpenAPI Initiative, under the
//! Apache License 2.0, unchanged; taken from the Python package `openapi-spec-validator` 0.9.0.

use std::sync::LazyLock;

use serde_json::Value;

use super::node::Node;

pub(crate) static META_SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("openapi-3.0.json")).unwrap_or(Value::Bool(false))
});

/// An object and its kind: a name under `definitions` of the meta-schema, such as `Operation`, or `Document`. An object
/// that is a reference has the kind that belongs there.
pub(crate) type Object<'a> = (&'static str, Node<'a>);

/// Every object of a document, the outer before the inner, and every schema of its webhooks.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<Object<'a>> {
    let mut in_webhooks = Vec::new();
    for (_, webhook) in root.members_of("x-webhooks") {
        let path_item = &META_SCHEMA["definitions"]["PathItem"];
        visit_members(&webhook, path_item, &mut in_webhooks);
    }
    in_webhooks.retain(|(kind, _)| *kind == "Schema");
    let mut found = vec![("Document", root.clone())];
    visit_members(root, &META_SCHEMA, &mut found);
    found.extend(in_webhooks);
    found
}

fn visit<'a>(node: &Node<'a>, schema: &'static Value, found: &mut Vec<Object<'a>>) {
    let reference = schema["$ref"].as_str();
    match reference.and_then(|reference| reference.strip_prefix("#/definitions/")) {
        Some("Reference" | "Callback") => {}
        Some(kind) => {
            let is_reference = node.reference().is_some();
            if node.value().is_object() {
                found.push((kind, node.clone()));
            }
            if !is_reference {
                visit(node, &META_SCHEMA["definitions"][kind], found);
            }
        }
        None => {
            let choices = schema["oneOf"].as_array().into_iter().flatten();
            choices.for_each(|choice| visit(node, choice, found));
            visit_members(node, schema, found);
        }
    }
}

fn visit_members<'a>(node: &Node<'a>, schema: &'static Value, found: &mut Vec<Object<'a>>) {
    for (name, member) in node.members() {
        let named = schema["properties"].get(name);
        let patterns = &schema["patternProperties"];
        let is_extension = name.starts_with("x-") && !patterns["^x-"].is_null();
        let mut others = patterns.as_object().into_iter().flatten();
        let other = others.find(|(pattern, _)| *pattern != "^x-");
        let other = other.map(|(_, schema)| schema).filter(|_| !is_extension);
        if let Some(part) = named.or(other).or(schema.get("additionalProperties")) {
            visit(&member, part, found);
        }
    }
    for item in node.items() {
        visit(&item, &schema["items"], found);
    }
}
