//! Unnamed schemas that become types: each is named after where it is, and turned into a component.
//!
//! The generator would name it too, but without checking that the name is free.

use serde_json::{Map, Value, json};

use super::node::{Node, unescaped};
use super::objects;

use super::media_type;
use super::names::type_name;

pub(crate) fn name_all(document: &mut Value) {
    let mut inline: Vec<_> = all(&Node::root(document))
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

/// Every schema that becomes a type without being a component, after the name of the type; the outer before the inner.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<(String, Node<'a>)> {
    let objects = objects::all(root).into_iter();
    let schemas = objects.filter(|(kind, node)| *kind == "Schema" && makes_type(node.value()));
    schemas
        .filter_map(|(_, schema)| Some((name(schema.pointer(), root.value())?, schema)))
        .collect()
}

/// The name made of the steps of a pointer; none for a component, and for what is not typed.
fn name(pointer: &str, document: &Value) -> Option<String> {
    let steps: Vec<_> = pointer.split('/').skip(1).map(unescaped).collect();
    let steps: Vec<_> = steps.iter().map(String::as_str).collect();
    let (mut name, mut rest) = match &steps[..] {
        ["components", "schemas", _] => return None,
        ["components", section, name, rest @ ..] => {
            let suffix = match *section {
                "schemas" => "",
                "parameters" => "Parameter",
                "requestBodies" => "Body",
                "responses" => "Response",
                _ => return None,
            };
            (format!("{}{suffix}", type_name(name)), rest)
        }
        ["paths", path, "parameters", ..] => (type_name(path), &steps[2..]),
        ["paths", path, method, rest @ ..] => {
            let id = document["paths"][path][method]["operationId"].as_str()?;
            (type_name(id), rest)
        }
        _ => return None,
    };
    while !rest.is_empty() {
        let step;
        (step, rest) = match rest {
            ["parameters", _, rest @ ..] => {
                let end = steps.len() - rest.len();
                let (end, _) = pointer.match_indices('/').nth(end)?;
                let parameter = document.pointer(&pointer[..end])?;
                (type_name(parameter["name"].as_str()?), rest)
            }
            ["properties", property, rest @ ..] => (type_name(property), rest),
            ["requestBody", rest @ ..] => ("Body".to_owned(), rest),
            ["responses", _, rest @ ..] => ("Response".to_owned(), rest),
            ["items", rest @ ..] => ("Item".to_owned(), rest),
            ["additionalProperties", rest @ ..] => ("Value".to_owned(), rest),
            // What a schema is composed of is a part of its own type.
            ["allOf", _, rest @ ..] if !rest.is_empty() => (String::new(), rest),
            ["schema", rest @ ..] => (String::new(), rest),
            ["content", media, rest @ ..] if is_typed(media) => (String::new(), rest),
            _ => return None,
        };
        name += &step;
    }
    Some(name)
}

fn is_typed(media_type: &str) -> bool {
    media_type::is_json(media_type) || media_type.ends_with("urlencoded")
}

fn makes_type(schema: &Value) -> bool {
    let is = |kind: &str| schema.get("type").is_some_and(|value| value == kind);
    let has_properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    (is("object") && has_properties)
        || (is("string") && schema.get("enum").is_some())
        || (schema.get("allOf").is_some() && !is_another(schema))
}

/// Whether a schema is nothing but another one by its name.
fn is_another(schema: &Value) -> bool {
    let only_part = match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([part]) => part,
        _ => return false,
    };
    let adds = [
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
    ];
    only_part.get("$ref").is_some() && adds.iter().all(|key| schema.get(key).is_none())
}
