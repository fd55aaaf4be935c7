//! Why no client can be generated from a document, or only one that means something else.

mod direction;
mod extensions;
mod names;
mod openapi;
mod operations;
mod references;
mod refusals;

use serde_json::Value;

use super::diagnosis::Findings;
use crate::model::node::Node;
use crate::model::objects;
use crate::model::simplify::without_failures;

pub(crate) fn check(document: &Value, findings: &mut Findings) {
    let root = Node::root(document);
    refusals::check(&[("Version", root.clone())], findings);
    if findings.is_empty() {
        openapi::check(&root, findings);
    }
    if !findings.is_empty() {
        return;
    }
    references::check(&objects::all(&root), &root, findings);
    let generated = without_failures(document);
    let root = Node::root(&generated);
    let objects = objects::all(&root);
    refusals::check(&objects, findings);
    names::check(&objects, &root, findings);
    operations::check(&root, findings);
    extensions::check(&root, findings);
    direction::check(&objects, &root, findings);
}
