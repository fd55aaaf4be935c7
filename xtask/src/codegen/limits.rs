//! What is refused because the generator can't do it. When an update lifts a limit, the test here says so, and
//! the check can go.

use std::fs;
use std::path::Path;

use super::generate_file;
use crate::checkout;
use crate::spec::document::Document;

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
        let document = Document::from_text(Path::new(name), &text).unwrap();
        assert!(
            generate_file(&document.value).is_err(),
            "{name} is generated"
        );
    }
}
