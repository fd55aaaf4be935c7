//! Why no client can be generated from a document, or only one that means something else.

mod direction;
mod extensions;
mod names;
mod openapi;
mod operations;
mod references;
mod refusals;

use serde_json::{Map, Value};

use super::diagnosis::{Findings, Source};
use super::document::Document;
use super::node::Node;
use super::objects;
use crate::codegen::simplified;

pub(crate) fn check(document: &Document, source: &Source, findings: &mut Findings) {
    let root = Node::root(&document.value);
    refusals::check(&[("Version", root.clone())], &root, findings);
    if findings.problems.is_empty() {
        openapi::check(document, source, findings);
    }
    if !findings.problems.is_empty() {
        return;
    }
    references::check(&objects::all(&root), &root, findings);
    let generated = without_failures(&document.value);
    let root = Node::root(&generated);
    let objects = objects::all(&root);
    refusals::check(&objects, &root, findings);
    names::check(&objects, &root, findings);
    operations::check(&root, findings);
    extensions::check(&root, findings);
    direction::check(&objects, &root, findings);
}

/// The part of a document that code is generated from: without failures, what only they use, and the `security` of
/// operations that only repeat that of the document.
fn without_failures(document: &Value) -> Value {
    let kept = &simplified(document)["components"];
    let security = document.get("security").cloned();
    let mut document = document.clone();
    for section in ["schemas", "responses"] {
        if let Some(Value::Object(all)) = document.pointer_mut(&format!("/components/{section}")) {
            all.retain(|name, _| kept[section].get(name).is_some());
        }
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(Map::values_mut);
    let operations = items
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut);
    for operation in operations.filter_map(Value::as_object_mut) {
        if operation.get("security") == security.as_ref() {
            operation.remove("security");
        }
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            let has_success = responses.keys().any(|status| status.starts_with('2'));
            responses.retain(|status, _| match status.as_str() {
                "default" => !has_success,
                status => !status.starts_with(['4', '5']),
            });
        }
    }
    document
}
