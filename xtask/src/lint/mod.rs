//! Lints the contract: what Redocly finds, and what only this project knows.

mod error_codes;
mod examples;
mod finding;
mod phone_numbers;
mod redocly_report;
mod responses;
mod texts;
mod webhooks;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

pub use finding::Finding;

use crate::checkout;
use crate::codegen::SPEC;
use crate::model::node::Node;
use crate::redocly::Redocly;
use crate::spec::Spec;

use finding::Report;

/// Prints what is wrong with the contract, or with another document.
///
/// # Errors
///
/// If anything is wrong, or a document or Redocly can't be used.
pub fn run(document: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let path = document.map_or_else(|| checkout::file(SPEC), Ok)?;
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let findings = findings(&path, &text)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("{}: nothing found", path.display());
            Ok(())
        }
        1 => Err("1 finding".into()),
        count => Err(format!("{count} findings").into()),
    }
}

/// What is wrong with a document, in the order of its lines; `path` is only quoted.
///
/// # Errors
///
/// If Redocly can't be run.
pub fn findings(path: &Path, text: &str) -> Result<Vec<Finding>, Box<dyn Error>> {
    let redocly = Redocly::in_checkout()?;
    let output = redocly_report::lint(&redocly, text)?;
    let mut findings = our_findings(path, text);
    match redocly_report::findings(&output.stdout, &path.display().to_string()) {
        Some(more) => findings.extend(more),
        // What Redocly can't read, code generation has refused.
        None if findings.is_empty() => return Err(Redocly::failure(&output)),
        None => {}
    }
    findings.sort();
    Ok(findings)
}

/// What is wrong with a document without asking Redocly.
fn our_findings(path: &Path, text: &str) -> Vec<Finding> {
    let file = path.display().to_string();
    let spec = match Spec::from_text(path, text.to_owned()) {
        Ok(spec) => spec,
        Err(diagnosis) => return finding::from_diagnosis(&file, &diagnosis),
    };
    let mut report = Report::new(&file, &spec);
    let root = Node::root(spec.document());
    examples::check(&root, &mut report);
    error_codes::check(&root, &mut report);
    phone_numbers::check(&root, &mut report);
    texts::check(&root, &mut report);
    webhooks::check(&root, &mut report);
    report.into_findings()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contract without a finding.
    const GOOD: &str = r"openapi: 3.0.3
info: { title: Lines, version: v1 }
x-linq-error-codes:
  - { code: 2001, status: 404, name: not_found, meaning: There is none. }
  - { code: 3006, status: 500, name: internal_error, meaning: The service failed. }
paths:
  /lines:
    get:
      operationId: listLines
      x-linq-retry: { idempotent: true }
      parameters: [{ name: line, in: query, schema: { type: string } }]
      responses:
        200:
          description: The lines.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Lines' }
              example: { lines: [] }
        4XX:
          description: A refusal.
          content:
            application/json:
              schema: { type: object }
              example: { error: { status: 404, code: 2001, message: There is none } }
        5XX:
          description: A failure.
          content:
            application/json:
              schema: { type: object }
              example: { error: { status: 500, code: 3006, message: It failed } }
components:
  schemas:
    Lines:
      type: object
      properties:
        lines: { type: array, description: Every line., items: { $ref: '#/components/schemas/Line' } }
    Line:
      type: object
      properties:
        phone_number: { type: string, format: e164, description: Its number. }
x-webhooks:
  line.added:
    post:
      security: []
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Line' }
            example: { phone_number: '+15551234567' }
      responses:
        2XX: { description: Received. }
";

    /// The good contract with one place of it replaced.
    pub(super) fn with(old: &str, new: &str) -> String {
        assert_eq!(GOOD.matches(old).count(), 1, "{old}");
        GOOD.replace(old, new)
    }

    /// What our rules find, as `line:column: rule: text`.
    pub(super) fn found(text: &str) -> Vec<String> {
        let findings = our_findings(Path::new("api.yaml"), text);
        let lines = findings.iter().map(Finding::to_string);
        lines.map(|line| line.replace("api.yaml:", "")).collect()
    }

    #[test]
    fn a_good_contract_has_no_finding() {
        assert_eq!(found(GOOD), [""; 0]);
    }

    #[test]
    fn the_contract_has_no_finding_of_ours() {
        let path = checkout::file(SPEC).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(our_findings(&path, &text), []);
    }

    #[test]
    fn what_code_generation_refuses_is_a_finding() {
        let found = found(&with("operationId: listLines", "summary: Lists lines"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("8:5: linq/codegen: "), "{found:?}");
    }
}
