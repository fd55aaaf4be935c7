//! Reduces a document to what the generator needs: what becomes code.
//!
//! `openapi/FEATURES.md` has the list. Documentation is left out, and so is what `linq` does by
//! hand. Limits of values are left out too: what users send is checked when they build it, and a
//! response must not fail as a whole because of one odd value. Failures are left out because `linq`
//! reads them from their bytes, whatever they contain.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::extensions::ENUM_DESCRIPTIONS;
use super::media_type;
use super::node::Node;
use super::successes::successes;

use super::references::references;

type Simplify = fn(&Value) -> Value;

pub(crate) fn document(document: &Value) -> Value {
    let mut simple = fields(
        document,
        &[
            ("openapi", Value::clone),
            ("info", info),
            ("paths", |paths| each(&plain(paths), path_item)),
            ("components", components),
        ],
    );
    let used = references(&simple, simple.get("paths"));
    let unused = |section: &str| -> Vec<String> {
        let names = simple["components"][section].as_object();
        let names = names.into_iter().flatten().map(|(name, _)| name);
        names
            .filter(|name| !used.contains(format!("#/components/{section}/{name}").as_str()))
            .cloned()
            .collect()
    };
    let responses = unused("responses");
    let schemas = only_in_failures(document, &simple, &used);
    for (section, names) in [("responses", responses), ("schemas", schemas)] {
        if let Some(Value::Object(members)) = simple.pointer_mut(&format!("/components/{section}"))
        {
            members.retain(|name, _| !names.contains(name));
        }
    }
    simple
}

/// The schemas that failures refer to, and nothing else.
fn only_in_failures(document: &Value, simple: &Value, used: &BTreeSet<&str>) -> Vec<String> {
    const SCHEMAS: &str = "#/components/schemas/";
    let failures: BTreeSet<_> = references(document, document.get("paths"))
        .difference(used)
        .copied()
        .collect();
    let schemas = simple["components"]["schemas"].as_object();
    let others = schemas
        .into_iter()
        .flatten()
        .filter(|(name, _)| !failures.contains(format!("{SCHEMAS}{name}").as_str()))
        .map(|(_, schema)| schema);
    let used_by_others = references(document, others.chain(document.get("x-webhooks")));
    failures
        .difference(&used_by_others)
        .filter_map(|reference| reference.strip_prefix(SCHEMAS))
        .map(str::to_owned)
        .collect()
}

/// The part of a document that code is generated from: without failures, what only they use, and the `security` of
/// operations that only repeat that of the document.
pub(crate) fn without_failures(whole: &Value) -> Value {
    let kept = &document(whole)["components"];
    let security = whole.get("security").cloned();
    let mut document = whole.clone();
    for section in ["schemas", "responses"] {
        if let Some(Value::Object(all)) = document.pointer_mut(&format!("/components/{section}")) {
            all.retain(|name, _| kept[section].get(name).is_some());
        }
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(Map::values_mut);
    let items = items.filter_map(Value::as_object_mut);
    let operations = items.flat_map(Map::values_mut);
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

fn info(info: &Value) -> Value {
    fields(info, &[("title", Value::clone), ("version", Value::clone)])
}

fn components(components: &Value) -> Value {
    fields(
        components,
        &[
            ("schemas", |schemas| each(schemas, schema)),
            ("parameters", |parameters| each(parameters, parameter)),
            ("requestBodies", |bodies| each(bodies, request_body)),
            ("responses", |responses| each(responses, response)),
        ],
    )
}

fn path_item(path_item: &Value) -> Value {
    fields(
        path_item,
        &[
            ("parameters", |parameters| each(parameters, parameter)),
            ("get", operation),
            ("put", operation),
            ("post", operation),
            ("delete", operation),
            ("head", operation),
            ("patch", operation),
        ],
    )
}

fn operation(operation: &Value) -> Value {
    fields(
        operation,
        &[
            ("operationId", Value::clone),
            ("summary", Value::clone),
            ("description", Value::clone),
            ("parameters", |parameters| each(parameters, parameter)),
            ("requestBody", request_body),
            ("responses", responses),
        ],
    )
}

fn parameter(parameter: &Value) -> Value {
    fields(
        parameter,
        &[
            ("name", Value::clone),
            ("in", Value::clone),
            ("required", Value::clone),
            ("description", Value::clone),
            ("schema", schema),
        ],
    )
}

fn request_body(body: &Value) -> Value {
    fields(
        body,
        &[
            ("description", Value::clone),
            ("required", Value::clone),
            ("content", request_content),
        ],
    )
}

fn request_content(content: &Value) -> Value {
    let entries = content.as_object().into_iter().flatten();
    let entries = entries.map(|(name, media)| (media_type::essence(name), media_object(media)));
    Value::Object(entries.collect())
}

/// Those of success; `default`, which stands for failures too, is one where it has to be.
fn responses(responses: &Value) -> Value {
    let responses = Node::root(responses);
    let kept = successes(&responses).into_iter().map(|(status, node)| {
        let status = if status == "default" { "2XX" } else { status };
        (status.to_owned(), response(node.value()))
    });
    Value::Object(kept.collect())
}

fn response(response: &Value) -> Value {
    fields(
        response,
        &[("description", Value::clone), ("content", response_content)],
    )
}

/// JSON under its simplest name, otherwise bytes.
fn response_content(content: &Value) -> Value {
    let content = Node::root(content);
    match media_type::json_of(&content) {
        Some((_, media)) => json!({"application/json": media_object(media.value())}),
        None if content.members().next().is_none() => json!({}),
        None => json!({"application/octet-stream": {}}),
    }
}

fn media_object(media: &Value) -> Value {
    fields(media, &[("schema", schema)])
}

fn schema(node: &Value) -> Value {
    let mut simple = fields(
        node,
        &[
            ("type", Value::clone),
            ("format", Value::clone),
            ("nullable", Value::clone),
            ("description", Value::clone),
            ("enum", Value::clone),
            (ENUM_DESCRIPTIONS, Value::clone),
            ("properties", |properties| each(properties, schema)),
            ("required", Value::clone),
            ("additionalProperties", schema),
            ("items", schema),
            ("allOf", |schemas| each(schemas, schema)),
            ("oneOf", |schemas| each(schemas, schema)),
            ("anyOf", |schemas| each(schemas, schema)),
        ],
    );
    if let Value::Object(fields) = &mut simple {
        // Anything may be added to an object unless something else is said, and whatever is said.
        if !fields
            .get("additionalProperties")
            .is_some_and(says_something)
        {
            fields.shift_remove("additionalProperties");
        }
        if fields.get("type").is_some_and(|kind| kind != "string") {
            describe_enum(fields);
        }
    }
    simple
}

fn says_something(additional: &Value) -> bool {
    additional
        .as_object()
        .is_some_and(|fields| !fields.is_empty())
}

/// Numbers and booleans have no variants: their `enum` is documentation.
fn describe_enum(fields: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = fields.shift_remove("enum") else {
        return;
    };
    let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
    let known = format!("Known values: {}.", values.join(", "));
    let description = match fields.get("description").and_then(Value::as_str) {
        Some(description) => format!("{description}\n\n{known}"),
        None => known,
    };
    fields.insert("description".to_owned(), description.into());
}

/// These fields of an object, each simplified, in their order; a reference stays as it is.
fn fields(node: &Value, wanted: &[(&str, Simplify)]) -> Value {
    let Value::Object(members) = node else {
        return node.clone();
    };
    if let Some(reference) = members.get("$ref") {
        return json!({"$ref": reference});
    }
    let kept = members.iter().filter_map(|(key, value)| {
        let (_, simplify) = wanted.iter().find(|(name, _)| name == key)?;
        Some((key.clone(), simplify(value)))
    });
    Value::Object(kept.collect())
}

/// A mapping whose names never begin with `x-`, without its extensions.
fn plain(node: &Value) -> Value {
    let members = node.as_object().into_iter().flatten();
    members
        .filter(|(key, _)| !key.starts_with("x-"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Each entry of a mapping or a list, simplified.
fn each(node: &Value, simplify: Simplify) -> Value {
    match node {
        // A name may begin with `x-` here; an extension that is not an object can't be such an
        // entry.
        Value::Object(members) => members
            .iter()
            .filter(|(key, value)| !key.starts_with("x-") || value.is_object())
            .map(|(key, value)| (key.clone(), simplify(value)))
            .collect(),
        Value::Array(items) => items.iter().map(simplify).collect(),
        _ => node.clone(),
    }
}
