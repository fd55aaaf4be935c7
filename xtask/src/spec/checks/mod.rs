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

use super::diagnosis::Findings;
use super::diagnosis::Source;
use super::document::Document;
use super::node::Node;

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
    objects::visit(&root, "document", &mut |node, kind| {
        references::check_one(node, kind, &root, findings);
        if !node.has("$ref") {
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
