//! Which part of a document the generator fails on.

use serde_json::{Map, Value, json};

use crate::codegen::references;

use super::checks::all_operations;
use super::diagnosis::Findings;
use super::node::Node;

type Answer = Result<(), String>;

/// How much of a message is told.
const LONGEST: usize = 160;

pub(crate) fn find(
    document: &Value,
    message: &str,
    try_generate: impl Fn(&Value) -> Answer,
) -> Findings {
    let root = Node::root(document);
    let culprit = schema(&root, &try_generate).or_else(|| operation(&root, &try_generate));
    let (node, part, message) = culprit.unwrap_or_else(|| {
        let part = "this document as a whole".to_owned();
        (root.clone(), part, message.to_owned())
    });
    let (reason, help) = explain(&message);
    let mut findings = Findings::default();
    findings.key(
        &node,
        format!("no code can be generated for {part}: {reason}"),
        help,
    );
    findings
}

type Culprit<'a> = (Node<'a>, String, String);

/// The schema that fails with the fewest others around it.
fn schema<'a>(root: &Node<'a>, try_generate: &impl Fn(&Value) -> Answer) -> Option<Culprit<'a>> {
    let all = root.at(&["components", "schemas"])?;
    let components = json!({ "schemas": all.value() });
    try_generate(&reduced(root, &components, json!({}))).err()?;
    let mut candidates: Vec<_> = all
        .members()
        .map(|(name, schema)| {
            let needed = references(root.value(), [schema.value()]);
            let is_needed = |other: &str| {
                other == name || needed.contains(format!("#/components/schemas/{other}").as_str())
            };
            let needed = all.members().filter(|(other, _)| is_needed(other));
            let needed = needed.map(|(other, schema)| (other.to_owned(), schema.value().clone()));
            (name, schema, needed.collect::<Map<_, _>>())
        })
        .collect();
    candidates.sort_by_key(|(.., needed)| needed.len());
    candidates.into_iter().find_map(|(name, schema, needed)| {
        let components = json!({ "schemas": needed });
        let message = try_generate(&reduced(root, &components, json!({}))).err()?;
        Some((schema, format!("the schema `{name}`"), message))
    })
}

fn operation<'a>(root: &Node<'a>, try_generate: &impl Fn(&Value) -> Answer) -> Option<Culprit<'a>> {
    let components = root.value().get("components").unwrap_or(&Value::Null);
    let operations = all_operations(root).into_iter();
    operations
        .map(|(path, item, method, operation)| {
            let mut alone = json!({ method: operation.value() });
            if let Some(parameters) = item.get("parameters") {
                alone["parameters"] = parameters.value().clone();
            }
            (json!({ path: alone }), operation)
        })
        .find_map(|(paths, operation)| {
            let message = try_generate(&reduced(root, components, paths)).err()?;
            let id = operation.text("operationId").unwrap_or_default();
            Some((operation.clone(), format!("the operation `{id}`"), message))
        })
}

fn reduced(root: &Node, components: &Value, paths: Value) -> Value {
    let mut document = json!({
        "openapi": root.value()["openapi"],
        "info": root.value()["info"],
        "paths": paths,
    });
    if components.is_object() {
        document["components"] = components.clone();
    }
    document
}

/// The generator's words for its maintainers, in those of who writes the document.
fn explain(message: &str) -> (String, String) {
    const KNOWN: [(&str, &str, &str); 3] = [
        (
            "response_types.len()",
            "its responses carry different types",
            "let every success carry the same schema, through `$ref`",
        ),
        (
            "no value would fit",
            "no value fits all that its `allOf` says",
            "remove the part of the `allOf` that contradicts the others",
        ),
        (
            "two things would have the name",
            "two of its parts would get the same name in Rust",
            "rename one of them, or move the schema that has no name to `components/schemas`",
        ),
    ];
    let known = KNOWN.iter().find(|(words, ..)| message.contains(words));
    if let Some((_, reason, help)) = known {
        return ((*reason).to_owned(), (*help).to_owned());
    }
    let line = message.lines().next().unwrap_or_default();
    let line: String = line.chars().take(LONGEST).collect();
    (
        format!("it says \"{line}\""),
        "write it in a simpler way, with `type`, `properties`, `items`, `enum` and `$ref`"
            .to_owned(),
    )
}
