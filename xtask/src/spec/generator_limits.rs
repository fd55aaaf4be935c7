//! What is refused because the generator can't do it. When an update lifts a limit, a test here says so, and
//! the check can go.

use std::fs;
use std::path::Path;

use super::{Document, Spec};
use crate::checkout;
use crate::codegen::{generate, generate_file};

/// Bad specs that are good OpenAPI 3.0.
const LIMITS: [&str; 17] = [
    "cookie-parameter",
    "enum-values-alike-in-rust",
    "operation-ids-alike-in-rust",
    "operation-without-id",
    "parameter-with-content",
    "parameters-alike-in-rust",
    "path-item-ref",
    "properties-alike-in-rust",
    "ref-to-a-property",
    "ref-to-another-file",
    "request-body-bytes-not-binary",
    "request-body-multipart",
    "request-body-of-two-types",
    "request-body-without-schema",
    "response-json-without-schema",
    "schema-names-alike-in-rust",
    "two-success-types",
];

#[test]
fn the_generator_fails_without_the_checks() {
    for name in LIMITS {
        let folder = checkout::file("tests/fixtures/bad-specs").unwrap();
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let document = Document::read(&text).unwrap();
        assert!(
            generate_file(&document.value).is_err(),
            "{name} is generated"
        );
    }
}

/// What the checks let through is found by generating each part alone.
#[test]
fn the_culprit_is_found() {
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
            "no code can be generated for the schema `Stamp`: no value fits all that its `allOf` says",
        ),
        (
            &format!("{{ /a: {{ get: {good} }}, /b: {{ get: {bad} }} }}"),
            "{}",
            "/paths/~1b/get",
            "no code can be generated for the operation `bad`: its responses carry different types",
        ),
    ] {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: Letters, version: v1 }}\n\
             paths: {paths}\ncomponents:\n  schemas: {schemas}\n"
        );
        let spec = Spec::from_text(Path::new("s.yaml"), text).unwrap();
        let diagnosis = generate(&spec).map(drop).unwrap_err();
        assert_eq!(
            (diagnosis.first().pointer(), diagnosis.first().problem()),
            (pointer, problem)
        );
        assert!(diagnosis.first().line().is_some());
    }
}
