//! Every node of a document that uses everything, replaced by something else: the checks see more than
//! the parser behind them, and nothing panics.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::document::{Document, Places};
use super::{Findings, Source, Spec, checks};
use crate::codegen::{generate, simplified};

const EVERY_OBJECT: &str = include_str!("every_object.yaml");

fn load(text: &str) -> Result<Spec, super::Diagnosis> {
    Spec::from_text(Path::new("s.yaml"), text.to_owned())
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

#[test]
fn the_parser_refuses_nothing_that_the_checks_let_through() {
    let document = load(EVERY_OBJECT).unwrap().document().clone();
    let mut all = Vec::new();
    pointers(&document, "", &mut all);
    let source = Source::new(Path::new("s.yaml"), "");
    let explained = |value: Value| {
        let document = Document {
            value,
            places: Places::default(),
        };
        let mut findings = Findings::default();
        checks::check(&document, &source, &mut findings);
        if findings.is_empty() {
            openapiv3::OpenAPI::deserialize(simplified(&document.value)).unwrap();
        }
    };
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
            let mut changed = document.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            explained(changed);
        }
        let mut changed = document.clone();
        remove(&mut changed, pointer);
        explained(changed);
    }
}

#[test]
fn every_object_is_generated() {
    generate(&load(EVERY_OBJECT).unwrap()).unwrap();
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
    generate(&load(&nested(30)).unwrap()).unwrap();
    let too_deep = load(&nested(31)).unwrap_err();
    assert!(too_deep.first().problem().contains("Depth"), "{too_deep}");
}
