//! What the generator gets of a document: the limits of values are left out.

use serde_json::Value;

/// The document without `pattern`, `minLength` and `maxLength`: what users send is checked where they
/// build it, and a response must not fail as a whole because one string is odd. Each would also become a
/// type of its own; one with a pattern runs a regular expression.
pub(super) fn document(document: &Value) -> Value {
    let mut document = document.clone();
    remove_text_limits(&mut document);
    document
}

fn remove_text_limits(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "string") {
                for limit in ["pattern", "minLength", "maxLength"] {
                    fields.remove(limit);
                }
            }
            fields.values_mut().for_each(remove_text_limits);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_text_limits),
        _ => {}
    }
}
