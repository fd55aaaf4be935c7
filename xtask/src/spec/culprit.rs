//! Which part of a document the generator fails on.

use std::collections::{BTreeSet, VecDeque};

use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, PathItem, Paths, ReferenceOr};
use serde_json::Value;

use super::diagnosis::Findings;
use super::document::push_step;

type Answer = Result<(), String>;

/// How much of a message is told.
const LONGEST: usize = 160;

pub(crate) fn find(
    spec: &OpenAPI,
    message: &str,
    try_generate: impl Fn(&OpenAPI) -> Answer,
) -> Findings {
    let (pointer, part, message) = schema(spec, &try_generate)
        .or_else(|| operation(spec, &try_generate))
        .unwrap_or_else(|| {
            (
                String::new(),
                "this document as a whole".to_owned(),
                message.to_owned(),
            )
        });
    let (reason, help) = explain(&message);
    let problem = format!("no code can be generated for {part}: {reason}");
    let mut findings = Findings::default();
    findings.add(&pointer, true, problem, help);
    findings
}

type Culprit = (String, String, String);

/// The schema that fails with the fewest others around it.
fn schema(spec: &OpenAPI, try_generate: &impl Fn(&OpenAPI) -> Answer) -> Option<Culprit> {
    let components = spec.components.as_ref()?;
    try_generate(&reduced(spec, components.clone(), Paths::default())).err()?;
    let mut candidates: Vec<_> = components
        .schemas
        .keys()
        .map(|name| (name, with_references(name, components)))
        .collect();
    candidates.sort_by_key(|(_, schemas)| schemas.len());
    candidates.into_iter().find_map(|(name, schemas)| {
        let components = Components {
            schemas,
            ..Components::default()
        };
        let message = try_generate(&reduced(spec, components, Paths::default())).err()?;
        Some((
            pointer(&["components", "schemas", name]),
            format!("the schema `{name}`"),
            message,
        ))
    })
}

fn operation(spec: &OpenAPI, try_generate: &impl Fn(&OpenAPI) -> Answer) -> Option<Culprit> {
    let components = spec.components.clone().unwrap_or_default();
    let items = spec
        .paths
        .iter()
        .filter_map(|(path, item)| Some((path, item.as_item()?)));
    items
        .flat_map(|(path, item)| {
            item.clone()
                .into_iter()
                .map(move |(method, op)| (path, item, method, op))
        })
        .find_map(|(path, item, method, operation)| {
            let name = operation.operation_id.clone().unwrap_or_default();
            let mut alone = PathItem {
                parameters: item.parameters.clone(),
                ..PathItem::default()
            };
            let slot = match method {
                "get" => &mut alone.get,
                "put" => &mut alone.put,
                "post" => &mut alone.post,
                "delete" => &mut alone.delete,
                "options" => &mut alone.options,
                "head" => &mut alone.head,
                "patch" => &mut alone.patch,
                _ => &mut alone.trace,
            };
            *slot = Some(operation);
            let mut paths = Paths::default();
            paths.paths.insert(path.clone(), ReferenceOr::Item(alone));
            let message = try_generate(&reduced(spec, components.clone(), paths)).err()?;
            Some((
                pointer(&["paths", path, method]),
                format!("the operation `{name}`"),
                message,
            ))
        })
}

fn reduced(spec: &OpenAPI, components: Components, paths: Paths) -> OpenAPI {
    OpenAPI {
        openapi: spec.openapi.clone(),
        info: spec.info.clone(),
        tags: spec.tags.clone(),
        components: Some(components),
        paths,
        ..OpenAPI::default()
    }
}

/// A schema and all that its references lead to.
fn with_references(
    name: &str,
    components: &Components,
) -> IndexMap<String, ReferenceOr<openapiv3::Schema>> {
    let mut found = BTreeSet::from([name.to_owned()]);
    let mut queue = VecDeque::from([name.to_owned()]);
    while let Some(name) = queue.pop_front() {
        let schema = components
            .schemas
            .get(&name)
            .and_then(|schema| serde_json::to_value(schema).ok());
        let mut targets = Vec::new();
        collect_references(&schema.unwrap_or_default(), &mut targets);
        queue.extend(
            targets
                .into_iter()
                .filter(|target| found.insert(target.clone())),
        );
    }
    components
        .schemas
        .iter()
        .filter(|(name, _)| found.contains(*name))
        .map(|(n, s)| (n.clone(), s.clone()))
        .collect()
}

fn collect_references(value: &Value, targets: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.rsplit('/').next())
            {
                targets.push(name.to_owned());
            }
            members
                .values()
                .for_each(|value| collect_references(value, targets));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_references(value, targets)),
        _ => {}
    }
}

fn pointer(steps: &[&str]) -> String {
    let mut pointer = String::new();
    steps.iter().for_each(|step| push_step(&mut pointer, step));
    pointer
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
