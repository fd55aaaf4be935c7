//! What is only received or only sent: a schema becomes one type, which is used in both directions.

use std::collections::BTreeSet;

use crate::model::node::Node;
use crate::model::objects::Object;
use crate::model::operations;
use crate::model::references::references;
use crate::spec::diagnosis::Findings;

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    let operations = operations::all(root).into_iter();
    let nodes: Vec<_> = operations.map(|operation| operation.node).collect();
    let all = |part| nodes.iter().filter_map(move |node| node.get(part));
    let sent = all("requestBody").collect();
    // Users of the client receive what webhooks deliver.
    let received = all("responses").chain(root.get("x-webhooks")).collect();
    for schema in schemas_in(sent, objects, root) {
        if schema.is_true("readOnly") {
            findings.report(&schema, "read-only-sent", &[]);
        }
        check_null(&schema, findings);
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
    let targets = references.iter().map(|to| to.trim_start_matches('#'));
    let outer: BTreeSet<_> = targets.chain(parts.iter().map(Node::pointer)).collect();
    let is_inside = |pointer: &str| {
        let mut ends = pointer.match_indices('/').map(|(end, _)| end);
        outer.contains(pointer) || ends.any(|end| outer.contains(&pointer[..end]))
    };
    let schemas = objects.iter().filter(|(kind, _)| *kind == "Schema");
    let schemas = schemas.map(|(_, schema)| schema);
    let schemas = schemas.filter(|schema| is_inside(&schema.pointer));
    schemas.cloned().collect()
}

/// A property that can be null becomes a `Field`, which is left out, null, or a value; behind a reference it does not.
fn check_null(schema: &Node, findings: &mut Findings) {
    for (name, property) in schema.members_of("properties") {
        let target = property.reference().and_then(|_| property.resolved());
        let can_be_null = target.is_some_and(|target| target.is_true("nullable"));
        if can_be_null && !schema.lists("required", name) {
            findings.report(&property, "null-behind-reference", &[("name", name)]);
        }
    }
}
