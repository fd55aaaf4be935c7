//! Which part of a document the generator fails on.

use serde_json::{Value, json};

use super::generate_file;
use crate::model::node::{Node, unescaped};
use crate::model::operations;
use crate::spec::texts::{TEXTS, Text};

/// How much of a message is shown.
const MAX_MESSAGE: usize = 160;

/// Removes operations and empties schemas, one after the other, until code can be generated. Returns the pointer of the
/// last, and what to say about it; `message` is what the generator said about the whole document.
pub(super) fn find(document: &Value, mut message: String) -> (String, Text) {
    let root = Node::root(document);
    let operations = operations::all(&root).into_iter();
    let operations = operations.map(|operation| operation.node);
    let components = root.get("components");
    let schemas = components.iter().flat_map(|all| all.members_of("schemas"));
    let mut reduced = document.clone();
    for part in operations.chain(schemas.map(|(_, schema)| schema)) {
        let (parent, key) = part.pointer().rsplit_once('/').unwrap_or_default();
        match reduced.pointer_mut(parent) {
            Some(Value::Object(methods)) if parent.starts_with("/paths/") => {
                drop(methods.remove(key));
            }
            Some(schemas) => schemas[&unescaped(key)] = json!({}),
            None => continue,
        }
        match generate_file(&reduced) {
            Err(other) => message = other,
            Ok(_) => return (part.pointer().to_owned(), explained(&message)),
        }
    }
    (String::new(), explained(&message))
}

fn explained(message: &str) -> Text {
    let known = TEXTS
        .generator
        .iter()
        .find(|(part, _)| message.contains(*part));
    let text = known.map(|(_, text)| text.clone()).unwrap_or_else(|| {
        let line = message.lines().next().unwrap_or_default();
        let line: String = line.chars().take(MAX_MESSAGE).collect();
        Text {
            problem: format!("the generator says \"{line}\""),
            help:
                "write it in a simpler way, with `type`, `properties`, `items`, `enum` and `$ref`"
                    .to_owned(),
        }
    });
    let values = [("reason", text.problem.as_str()), ("help", &text.help)];
    Text::problem("not-generated", &values)
}
