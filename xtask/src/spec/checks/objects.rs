//! The objects of a document, wherever they stand.

use crate::spec::node::Node;

/// The members of a mapping or the items of a list.
const EACH: &str = "*";
/// The members of a mapping that are not extensions.
const FIELD: &str = ".";

/// What is in an object, by its kind: at a path, objects of a kind. What `components` can have is called after its
/// section there.
const PARTS: &[(&str, &[&str], &str)] = &[
    ("document", &["paths", FIELD], "path"),
    ("document", &["components", "schemas", EACH], "schemas"),
    (
        "document",
        &["components", "parameters", EACH],
        "parameters",
    ),
    (
        "document",
        &["components", "requestBodies", EACH],
        "requestBodies",
    ),
    ("document", &["components", "responses", EACH], "responses"),
    ("document", &["components", "headers", EACH], "headers"),
    ("document", &["components", "examples", EACH], "examples"),
    ("document", &["components", "links", EACH], "links"),
    (
        "document",
        &["components", "securitySchemes", EACH],
        "securitySchemes",
    ),
    ("path", &["parameters", EACH], "parameters"),
    ("path", &[FIELD], "operation"),
    ("operation", &["parameters", EACH], "parameters"),
    ("operation", &["requestBody"], "requestBodies"),
    ("operation", &["responses", FIELD], "responses"),
    ("parameters", &["schema"], "schemas"),
    ("parameters", &["content", EACH], "media type"),
    ("parameters", &["examples", EACH], "examples"),
    ("requestBodies", &["content", EACH], "media type"),
    ("responses", &["headers", EACH], "headers"),
    ("responses", &["content", EACH], "media type"),
    ("responses", &["links", EACH], "links"),
    ("headers", &["schema"], "schemas"),
    ("headers", &["content", EACH], "media type"),
    ("headers", &["examples", EACH], "examples"),
    ("media type", &["schema"], "schemas"),
    ("media type", &["examples", EACH], "examples"),
    (
        "media type",
        &["encoding", EACH, "headers", EACH],
        "headers",
    ),
    ("schemas", &["properties", EACH], "schemas"),
    ("schemas", &["additionalProperties"], "schemas"),
    ("schemas", &["items"], "schemas"),
    ("schemas", &["allOf", EACH], "schemas"),
    ("schemas", &["oneOf", EACH], "schemas"),
    ("schemas", &["anyOf", EACH], "schemas"),
    ("schemas", &["not"], "schemas"),
];

/// Visits each object of these kinds, with its kind.
pub(crate) fn visit<'a>(
    node: &Node<'a>,
    kind: &'static str,
    visitor: &mut impl FnMut(&Node<'a>, &str),
) {
    if !node.value().is_object() {
        return;
    }
    visitor(node, kind);
    for (_, path, part) in PARTS.iter().filter(|(owner, ..)| *owner == kind) {
        let mut found = vec![node.clone()];
        for step in *path {
            found = found.iter().flat_map(|node| children(node, step)).collect();
        }
        for child in found {
            visit(&child, part, visitor);
        }
    }
}

fn children<'a>(node: &Node<'a>, step: &str) -> Vec<Node<'a>> {
    match step {
        EACH => node
            .members()
            .map(|(_, child)| child)
            .chain(node.items())
            .collect(),
        FIELD => node.fields().map(|(_, child)| child).collect(),
        key => node.get(key).into_iter().collect(),
    }
}
