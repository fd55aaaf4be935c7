//! What is only received, or only sent: one type is made of a schema, whichever way it travels.

use std::collections::HashSet;

use super::operations;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for (.., operation) in operations::all(root) {
        sent.extend(operation.get("requestBody"));
        received.extend(
            operation
                .get("responses")
                .iter()
                .flat_map(Node::fields)
                .map(|(_, node)| node),
        );
    }
    // What webhooks carry is received by those who use the client.
    for (_, webhook) in root.get("x-webhooks").iter().flat_map(Node::members) {
        received.extend(
            webhook
                .members()
                .filter_map(|(_, operation)| operation.get("requestBody")),
        );
    }
    for object in objects(sent, root) {
        for (name, property) in object.get("properties").iter().flat_map(Node::members) {
            check_sent(&object, name, &property, root, findings);
        }
    }
    for object in objects(received, root) {
        for (name, property) in object.get("properties").iter().flat_map(Node::members) {
            if is_marked(&property, "writeOnly", root) {
                findings.key(
                    &property,
                    format!("`{name}` is `writeOnly`, and responses are made of this schema: it would be expected in them"),
                    "write a schema without it for responses",
                );
            }
        }
    }
}

fn check_sent(object: &Node, name: &str, property: &Node, root: &Node, findings: &mut Findings) {
    if is_marked(property, "readOnly", root) {
        findings.key(
            property,
            format!(
                "`{name}` is `readOnly`, and requests are made of this schema: it would be sent"
            ),
            "write a schema without it for requests",
        );
    }
    let required = object.get("required");
    let mut required = required.iter().flat_map(Node::items);
    // `nullable` of the property itself becomes a `Field`, which can be left out, null, or have a value.
    if property.reference().is_some()
        && is(property, "nullable", root)
        && !required.any(|required| required.value() == name)
    {
        findings.key(
            property,
            format!("`{name}` can be left out of a request or be null; behind a reference, null can't be sent"),
            "write `nullable` and the schema here, or add it to `required`, so that null is sent for none",
        );
    }
}

/// Whether a schema, or one that it is composed of, has a mark.
fn is_marked(schema: &Node, mark: &str, root: &Node) -> bool {
    let mut seen = HashSet::new();
    let mut unread = vec![schema.clone()];
    while let Some(schema) = unread.pop() {
        let Some(schema) = schema.resolved(root) else {
            continue;
        };
        if is(&schema, mark, root) {
            return true;
        }
        if seen.insert(schema.pointer().to_owned()) {
            unread.extend(schema.get("allOf").iter().flat_map(Node::items));
        }
    }
    false
}

fn is(schema: &Node, flag: &str, root: &Node) -> bool {
    let resolved = schema.resolved(root);
    resolved.is_some_and(|schema| schema.value().get(flag) == Some(&true.into()))
}

/// Every schema that these bodies are made of.
fn objects<'a>(bodies: Vec<Node<'a>>, root: &Node<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let bodies = bodies
        .into_iter()
        .filter_map(|body| body.resolved(root)?.get("content"));
    let media = bodies.flat_map(|content| content.members().collect::<Vec<_>>());
    let mut unread: Vec<_> = media.filter_map(|(_, media)| media.get("schema")).collect();
    while let Some(schema) = unread.pop().and_then(|schema| schema.resolved(root)) {
        if !seen.insert(schema.pointer().to_owned()) {
            continue;
        }
        let properties = schema.get("properties");
        unread.extend(
            properties
                .iter()
                .flat_map(Node::members)
                .map(|(_, property)| property),
        );
        unread.extend(schema.get("allOf").iter().flat_map(Node::items));
        unread.extend(
            ["items", "additionalProperties"]
                .iter()
                .filter_map(|key| schema.get(key)),
        );
        found.push(schema);
    }
    found
}
