//! Which part of a document the generator fails on.

use serde_json::{Value, json};

use super::diagnosis::Findings;
use super::document::unescaped;
use super::node::Node;
use super::operations;
use super::texts::{TEXTS, Text};

/// How much of a message is shown.
const MAX_MESSAGE: usize = 160;

/// Removes operations and empties schemas, one after the other, until code can be generated, and reports the last.
pub(crate) fn find(
    document: &Value,
    message: String,
    try_generate: impl Fn(&Value) -> Result<(), String>,
    findings: &mut Findings,
) {
    let root = Node::root(document);
    let operations = operations::all(&root).into_iter();
    let operations = operations.map(|operation| operation.node);
    let schemas = root.at(&["components", "schemas"]);
    let schemas = schemas
        .iter()
        .flat_map(Node::members)
        .map(|(_, schema)| schema);
    let (mut reduced, mut message) = (document.clone(), message);
    for part in operations.chain(schemas) {
        let (parent, key) = part.pointer().rsplit_once('/').unwrap_or_default();
        match reduced.pointer_mut(parent) {
            Some(Value::Object(methods)) if parent.starts_with("/paths/") => {
                drop(methods.remove(key))
            }
            Some(schemas) => schemas[&unescaped(key)] = json!({}),
            None => continue,
        }
        match try_generate(&reduced) {
            Err(other) => message = other,
            Ok(()) => return report(part.pointer(), &message, findings),
        }
    }
    report("", &message, findings);
}

fn report(pointer: &str, message: &str, findings: &mut Findings) {
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
    findings.add(pointer, true, Text::problem("not-generated", &values));
}
