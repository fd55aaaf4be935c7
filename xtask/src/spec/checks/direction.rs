//! What is only received, or only sent: one type is made of a schema, whichever way it travels.

use std::collections::BTreeSet;

use crate::codegen::references;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;
use crate::spec::objects::{self, Object};
use crate::spec::operations;

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    let operations = operations::all(root);
    let all = |part| {
        operations
            .iter()
            .filter_map(move |operation| operation.node.get(part))
    };
    let sent = all("requestBody").collect();
    // Whoever uses the client receives what webhooks deliver.
    let received = all("responses").chain(root.get("x-webhooks")).collect();
    for schema in schemas_in(sent, objects, root) {
        if schema.is_true("readOnly") {
            findings.report(&schema, "read-only-sent", &[]);
        }
        check_null(&schema, root, findings);
    }
    for schema in schemas_in(received, objects, root) {
        if schema.is_true("writeOnly") {
            findings.report(&schema, "write-only-received", &[]);
        }
    }
}

/// Every schema in these parts of a document, or in what they refer to.
fn schemas_in<'a>(parts: Vec<Node<'a>>, objects: &[Object<'a>], root: &Node<'a>) -> Vec<Node<'a>> {
    let references = references(root.value(), parts.iter().map(Node::value));
    let references = references
        .into_iter()
        .map(|target| target.trim_start_matches('#'));
    let outer: BTreeSet<_> = references.chain(parts.iter().map(Node::pointer)).collect();
    let is_inside = |pointer: &str| {
        let mut ends = pointer.match_indices('/').map(|(end, _)| end);
        outer.contains(pointer) || ends.any(|end| outer.contains(&pointer[..end]))
    };
    let webhooks = root.get("x-webhooks");
    let webhooks = webhooks.iter().flat_map(Node::members);
    let in_webhooks = webhooks.flat_map(|(_, webhook)| objects::within(&webhook, "PathItem"));
    let all = objects.iter().cloned().chain(in_webhooks);
    all.filter(|(kind, node)| *kind == "Schema" && is_inside(node.pointer()))
        .map(|(_, schema)| schema)
        .collect()
}

/// A property that can be null becomes a `Field`, which is left out, null, or a value; behind a reference it does not.
fn check_null(schema: &Node, root: &Node, findings: &mut Findings) {
    for (name, property) in schema.get("properties").iter().flat_map(Node::members) {
        let target = property.reference().and_then(|_| property.resolved(root));
        let can_be_null = target.is_some_and(|target| target.is_true("nullable"));
        if can_be_null && !schema.lists("required", name) {
            findings.report(&property, "null-behind-reference", &[("name", name)]);
        }
    }
}
