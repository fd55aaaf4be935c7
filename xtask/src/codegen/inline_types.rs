//! Turns each unnamed schema that becomes a type into a component.
//!
//! The generator would name it too, but without checking that the name is free.

use serde_json::{Map, Value, json};

use crate::spec::inline_types;
use crate::spec::node::Node;

pub(super) fn name_all(document: &mut Value) {
    let mut inline: Vec<_> = inline_types::all(&Node::root(document))
        .into_iter()
        .map(|(name, schema)| (name, schema.pointer().to_owned()))
        .collect();
    // Inner schemas first, while their pointers are valid.
    inline.sort_by_key(|(_, pointer)| std::cmp::Reverse(pointer.matches('/').count()));
    let mut components = Map::new();
    for (name, pointer) in inline {
        if let Some(schema) = document.pointer_mut(&pointer) {
            let component = replace(schema, &name);
            components.insert(name, component);
        }
    }
    if components.is_empty() {
        return;
    }
    let schemas = &mut document["components"]["schemas"];
    match schemas {
        Value::Object(schemas) => schemas.extend(components),
        _ => *schemas = components.into(),
    }
}

/// Replaces a schema by a reference; `nullable` and the description stay in place.
fn replace(schema: &mut Value, name: &str) -> Value {
    let mut here = json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}]});
    if let Some(description) = schema.get("description") {
        here["description"] = description.clone();
    }
    let mut component = std::mem::replace(schema, Value::Null);
    if let Value::Object(fields) = &mut component {
        if let Some(nullable) = fields.shift_remove("nullable") {
            here["nullable"] = nullable;
        }
        if let Some(Value::Array(values)) = fields.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    }
    *schema = here;
    component
}
