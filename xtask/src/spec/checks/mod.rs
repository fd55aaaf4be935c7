//! What keeps the generator from carrying a document.

mod inline_types;
mod names;
mod operations;
mod parameters;
mod paths;
mod references;
mod request_bodies;
mod responses;
mod retry;
mod schemas;
mod shape;
mod unknown_fields;
mod version;

use super::document::Document;
use super::finding::Findings;
use super::node::Node;
use super::source::Source;

pub(crate) fn check(document: &Document, source: &Source, findings: &mut Findings) {
    let root = Node::root(&document.value);
    version::check(&root, findings);
    if !findings.is_empty() {
        return;
    }
    shape::check(&root, document, source, findings);
    references::check(&root, findings);
    schemas::check(&root, findings);
    paths::check(&root, findings);
    operations::check(&root, findings);
}
