//! Why no client can be generated from a document, or only one that means something else.

mod direction;
mod error_codes;
mod inline_types;
mod objects;
mod openapi;
mod operations;
mod pagination;
mod parameters;
mod paths;
mod plain_values;
mod references;
mod refusals;
mod request_bodies;
mod responses;
mod retry;
mod schemas;
mod security;
mod servers;
mod version;
mod words;

pub(crate) use openapi::all_fields;
pub(crate) use operations::all as all_operations;

use super::diagnosis::Findings;
use super::diagnosis::Source;
use std::collections::HashSet;

use crate::codegen::simplified;

use super::document::Document;
use super::node::Node;
use super::successes::successes;

pub(crate) fn check(document: &Document, source: &Source, findings: &mut Findings) {
    let root = Node::root(&document.value);
    version::check(&root, findings);
    if !findings.is_empty() {
        return;
    }
    openapi::check(document, source, findings);
    if !findings.is_empty() {
        return;
    }
    let left_out = left_out(&root);
    objects::visit(&root, "document", &mut |node, kind| {
        references::check_one(node, kind, &root, findings);
        if !node.has("$ref") && !is_in(&left_out, node.pointer()) {
            refusals::check(node, kind, findings);
            if kind == "schemas" {
                schemas::check_one(node, findings);
            }
        }
    });
    references::check(&root, findings);
    servers::check(&root, findings);
    security::check(&root, findings);
    schemas::check(&root, findings);
    inline_types::check(&root, findings);
    paths::check(&root, findings);
    operations::check(&root, findings);
    error_codes::check(&root, findings);
    direction::check(&root, findings);
}

/// The components and responses of which no code is made, whatever is in them: those of failures.
fn left_out(root: &Node) -> HashSet<String> {
    let simple = simplified(root.value());
    let mut left_out = HashSet::new();
    for section in ["schemas", "responses"] {
        let kept = &simple["components"][section];
        let components = root.at(&["components", section]);
        let components = components.iter().flat_map(Node::members);
        let others = components.filter(|(name, _)| kept.get(name).is_none());
        left_out.extend(others.map(|(_, component)| component.pointer().to_owned()));
    }
    for (.., operation) in operations::all(root) {
        let Some(responses) = operation.get("responses") else {
            continue;
        };
        let kept: Vec<_> = successes(&responses)
            .into_iter()
            .map(|(status, _)| status)
            .collect();
        let others = responses
            .fields()
            .filter(|(status, _)| !kept.contains(status));
        left_out.extend(others.map(|(_, response)| response.pointer().to_owned()));
    }
    left_out
}

/// Whether a pointer leads to a component or a response of this set, or into it.
fn is_in(left_out: &HashSet<String>, pointer: &str) -> bool {
    let steps = if pointer.starts_with("/paths/") { 5 } else { 3 };
    let end = pointer
        .match_indices('/')
        .nth(steps)
        .map_or(pointer.len(), |(end, _)| end);
    left_out.contains(&pointer[..end])
}
