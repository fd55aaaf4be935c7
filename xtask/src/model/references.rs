//! Finds what a part of a document refers to.

use std::collections::BTreeSet;

use serde_json::Value;

/// Every reference in these nodes, and in what they refer to.
pub(crate) fn references<'a>(
    document: &'a Value,
    nodes: impl IntoIterator<Item = &'a Value>,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut unread: Vec<_> = nodes.into_iter().collect();
    while let Some(node) = unread.pop() {
        if let Some(reference) = node.get("$ref").and_then(Value::as_str)
            && found.insert(reference)
        {
            unread.extend(document.pointer(reference.trim_start_matches('#')));
        }
        match node {
            Value::Object(fields) => unread.extend(fields.values()),
            Value::Array(items) => unread.extend(items),
            _ => {}
        }
    }
    found
}
