//! A document with every object of OpenAPI 3.0: it generates, and no change of a node makes anything panic.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use xtask::checkout;
use xtask::codegen::generate;
use xtask::spec::{Diagnosis, Spec};

/// Of the changed documents that are accepted, every how many is generated.
const STEP: usize = 8;

fn load(text: String) -> Result<Spec, Diagnosis> {
    Spec::from_text(Path::new("s.yaml"), text)
}

fn every_object() -> Spec {
    let path = checkout::file("tests/fixtures/every-object.yaml").unwrap();
    load(fs::read_to_string(path).unwrap()).unwrap()
}

fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            pointers(value, &format!("{pointer}/{key}"), all);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            pointers(value, &format!("{pointer}/{index}"), all);
        }),
        _ => {}
    }
    all.push(pointer.to_owned());
}

fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, step)) = pointer.rsplit_once('/') else {
        return;
    };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            drop(members.remove(&step.replace("~1", "/").replace("~0", "~")))
        }
        Some(Value::Array(items)) => drop(items.remove(step.parse().unwrap())),
        _ => {}
    }
}

/// The document with each of its nodes replaced or removed, in turn.
fn changed() -> Vec<Value> {
    let document = every_object().document().clone();
    let mut all = Vec::new();
    pointers(&document, "", &mut all);
    let mut changed = Vec::new();
    for pointer in &all {
        for value in [
            json!(null),
            json!(true),
            json!(-1),
            json!(0.5),
            json!("text"),
            json!([1]),
            json!({ "a": 1 }),
        ] {
            let mut document = document.clone();
            *document.pointer_mut(pointer).unwrap() = value;
            changed.push(document);
        }
        let mut document = document.clone();
        remove(&mut document, pointer);
        changed.push(document);
    }
    changed
}

#[test]
fn it_is_generated() {
    generate(&every_object()).unwrap();
}

#[test]
fn whatever_is_accepted_is_generated() {
    let accepted = changed()
        .into_iter()
        .filter_map(|document| load(document.to_string()).ok());
    for spec in accepted.step_by(STEP) {
        if let Err(diagnosis) = generate(&spec) {
            panic!("{diagnosis}\n{}", spec.document());
        }
    }
}

/// With the default stack of a thread.
#[test]
fn the_deepest_document_is_generated() {
    let nested = |levels: usize| {
        let (open, close) = (
            "{ type: object, properties: { a: ".repeat(levels),
            " } }".repeat(levels),
        );
        format!(
            "openapi: 3.0.3\ninfo: {{ title: t, version: v }}\npaths: {{}}\n\
             components: {{ schemas: {{ Deep: {open}{{ type: string }}{close} }} }}\n"
        )
    };
    generate(&load(nested(30)).unwrap()).unwrap();
    let too_deep = load(nested(31)).unwrap_err();
    assert!(too_deep.first().problem.contains("Depth"), "{too_deep}");
}

/// What the checks let through, and the generator does not, is reported at the part that fails alone.
#[test]
fn the_part_that_fails_is_found() {
    let operation = |id: &str, type_of_success: &str| {
        format!(
            "{{ operationId: {id}, x-linq-retry: {{ idempotent: true }}, responses: {{ \
             '200': {{ description: d, content: {{ application/json: {{ schema: {{ type: string }} }} }} }}, \
             '201': {{ description: d, content: {{ application/json: {{ schema: {{ type: {type_of_success} }} }} }} }} }} }}"
        )
    };
    let (good, bad) = (operation("good", "string"), operation("bad", "integer"));
    for (paths, schemas, pointer, problem) in [
        (
            "{}",
            "{ Box: { type: array, items: { $ref: '#/components/schemas/Stamp' } }, \
               Stamp: { allOf: [{ type: string }, { type: integer }] }, Letter: { type: string } }",
            "/components/schemas/Stamp",
            "no code can be generated from this: no value fits everything in its `allOf`",
        ),
        (
            &format!("{{ /a: {{ get: {good} }}, /b: {{ get: {bad} }} }}"),
            "{}",
            "/paths/~1b/get",
            "no code can be generated from this: its responses have different types",
        ),
    ] {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: Letters, version: v1 }}\n\
             paths: {paths}\ncomponents:\n  schemas: {schemas}\n"
        );
        let diagnosis = generate(&load(text).unwrap()).map(drop).unwrap_err();
        let first = diagnosis.first();
        assert_eq!(
            (first.pointer.as_str(), first.problem.as_str()),
            (pointer, problem)
        );
        assert!(first.place.is_some());
    }
}
