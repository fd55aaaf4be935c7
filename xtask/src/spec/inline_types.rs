//! The Rust types of schemas that have no name in the document, and are called after where they stand.

use serde_json::Value;

use super::media_type;
use super::names;
use super::node::Node;
use super::successes::successes;

/// A schema that becomes a type, without being a component.
pub(crate) struct InlineType<'a> {
    pub(crate) name: String,
    pub(crate) schema: Node<'a>,
}

/// Every such schema of a document, the outer before the inner.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<InlineType<'a>> {
    let mut found = Found(Vec::new());
    let components = root.get("components");
    let section = |name: &str| -> Vec<(&'a str, Node<'a>)> {
        let section = components
            .as_ref()
            .and_then(|components| components.get(name));
        section.iter().flat_map(Node::members).collect()
    };
    for (name, schema) in section("schemas") {
        found.inside(&schema, &names::type_name(name));
    }
    for (name, parameter) in section("parameters") {
        found.parameter(&parameter, &format!("{}Parameter", names::type_name(name)));
    }
    for (name, body) in section("requestBodies") {
        found.content(&body, &format!("{}Body", names::type_name(name)));
    }
    for (name, response) in section("responses") {
        found.content(&response, &format!("{}Response", names::type_name(name)));
    }
    for (template, path_item) in root.get("paths").iter().flat_map(Node::fields) {
        found.parameters(&path_item, &names::type_name(template));
        for (_, operation) in path_item.fields() {
            let Some(id) = operation.text("operationId").map(names::type_name) else {
                continue;
            };
            found.parameters(&operation, &id);
            if let Some(body) = operation.get("requestBody") {
                found.content(&body, &format!("{id}Body"));
            }
            for (_, response) in operation.get("responses").iter().flat_map(successes) {
                found.content(&response, &format!("{id}Response"));
            }
        }
    }
    found.0
}

struct Found<'a>(Vec<InlineType<'a>>);

impl<'a> Found<'a> {
    fn parameters(&mut self, owner: &Node<'a>, owner_name: &str) {
        for parameter in owner.get("parameters").iter().flat_map(Node::items) {
            let name = parameter
                .text("name")
                .map(names::type_name)
                .unwrap_or_default();
            self.parameter(&parameter, &format!("{owner_name}{name}"));
        }
    }

    fn parameter(&mut self, parameter: &Node<'a>, name: &str) {
        if let Some(schema) = parameter.get("schema") {
            self.schema(schema, name.to_owned());
        }
    }

    fn content(&mut self, owner: &Node<'a>, name: &str) {
        for (media_type, media) in owner.get("content").iter().flat_map(Node::members) {
            let typed = media_type::is_json(media_type) || media_type.ends_with("urlencoded");
            if let Some(schema) = media.get("schema").filter(|_| typed) {
                self.schema(schema, name.to_owned());
            }
        }
    }

    fn schema(&mut self, schema: Node<'a>, name: String) {
        if makes_type(schema.value()) {
            self.0.push(InlineType {
                name: name.clone(),
                schema: schema.clone(),
            });
        }
        self.inside(&schema, &name);
    }

    fn inside(&mut self, schema: &Node<'a>, name: &str) {
        for (property, schema) in schema.get("properties").iter().flat_map(Node::members) {
            self.schema(schema, format!("{name}{}", names::type_name(property)));
        }
        if let Some(items) = schema.get("items") {
            self.schema(items, format!("{name}Item"));
        }
        if let Some(additional) = schema.get("additionalProperties") {
            self.schema(additional, format!("{name}Value"));
        }
        // What a schema is composed of is a part of its own type.
        for part in schema.get("allOf").iter().flat_map(Node::items) {
            self.inside(&part, name);
        }
    }
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
