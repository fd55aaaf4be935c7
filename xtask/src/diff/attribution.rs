//! Which change of the contract an item of the generated code differs by.

use serde_json::Value;

use crate::spec::names;

use super::report::Change;
use super::rust::ItemChange;

/// Tells each change what Rust users notice of it, where that can be told by the names.
pub(crate) fn attribute(changes: &mut [Change], items: &[ItemChange]) {
    for change in changes {
        let paths = paths(change);
        let belongs = |item: &&ItemChange| {
            paths.iter().any(|path| {
                item.path.strip_prefix(path.as_str()).is_some_and(|rest| {
                    !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
                })
            })
        };
        change.rust = items
            .iter()
            .filter(belongs)
            .map(|item| item.text.clone())
            .collect();
    }
}

/// What the Rust items of a change are called.
fn paths(change: &Change) -> Vec<String> {
    let steps: Vec<&str> = change.pointer.split('/').skip(1).collect();
    let value = change.new.as_ref().or(change.old.as_ref());
    let value = value.map(|side| &side.value);
    match steps[..] {
        ["components", "schemas", schema, "properties", property, ..] => {
            let schema = names::type_name(schema);
            let inline = names::type_name(property);
            vec![
                format!("types::{schema}.{}", names::field_name(property)),
                format!("types::{schema}{inline}"),
            ]
        }
        ["components", "schemas", schema, "required", _] => {
            let property = value.and_then(Value::as_str).unwrap_or_default();
            vec![format!(
                "types::{}.{}",
                names::type_name(schema),
                names::field_name(property)
            )]
        }
        ["components", "schemas", schema, ..] => {
            vec![format!("types::{}", names::type_name(schema))]
        }
        ["x-linq-error-codes", ..] => {
            let name = value.and_then(|value| value.get("name")?.as_str());
            name.map(|name| format!("crate::ApiCode::{}", names::constant_name(name)))
                .into_iter()
                .collect()
        }
        ["x-webhooks", event, ..] => {
            vec![format!("events::EventKind::{}", names::type_name(event))]
        }
        _ => {
            let operations = change.operation.as_deref().unwrap_or_default().split(", ");
            operations
                .filter(|operation| !operation.is_empty())
                .flat_map(|operation| {
                    [
                        format!("Client::{}", names::method_name(operation)),
                        format!("operations::{}", names::constant_name(operation)),
                    ]
                })
                .collect()
        }
    }
}
