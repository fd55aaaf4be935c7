//! What Redocly finds, as findings of ours.

use std::error::Error;
use std::fs;
use std::process::Output;

use serde::Deserialize;

use super::finding::{Finding, one_line};
use crate::redocly::Redocly;

/// More than anyone reads; Redocly's own limit is 100.
const MOST_PROBLEMS: &str = "10000";

#[derive(Deserialize)]
struct Report {
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    rule_id: String,
    message: String,
    location: Vec<Location>,
}

#[derive(Deserialize)]
struct Location {
    start: Option<Start>,
}

#[derive(Deserialize)]
struct Start {
    line: usize,
    col: usize,
}

/// What Redocly's linter says of a document.
pub(super) fn lint(redocly: &Redocly, text: &str) -> Result<Output, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("openapi.yaml");
    fs::write(&file, text)?;
    redocly.run([
        "lint".as_ref(),
        file.as_os_str(),
        "--format=json".as_ref(),
        "--max-problems".as_ref(),
        MOST_PROBLEMS.as_ref(),
    ])
}

/// The findings in Redocly's report on `file`; none if there is no report, because it can't read the document.
/// Warnings count as well: Redocly itself succeeds if there is nothing worse.
pub(super) fn findings(report: &[u8], file: &str) -> Option<Vec<Finding>> {
    let report: Report = serde_json::from_slice(report).ok()?;
    let problems = report.problems.into_iter();
    Some(problems.map(|problem| problem.found_in(file)).collect())
}

impl Problem {
    fn found_in(self, file: &str) -> Finding {
        let start = self.location.into_iter().find_map(|place| place.start);
        let (line, column) = start.map_or((1, 1), |start| (start.line, start.col));
        Finding {
            file: file.to_owned(),
            line,
            column,
            rule: self.rule_id,
            text: one_line(&self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_findings() {
        let report = r##"{
            "totals": {"errors": 1, "warnings": 1},
            "problems": [
                {"ruleId": "struct", "severity": "error", "message": "Property `x`\n\nis not expected here.",
                 "location": [{"pointer": "#/info/x", "start": {"line": 3, "col": 5}}]},
                {"ruleId": "spec", "severity": "warn", "message": "Hm.", "location": []}
            ]
        }"##;
        let findings = findings(report.as_bytes(), "api.yaml").unwrap();
        let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
        assert_eq!(
            lines,
            [
                "api.yaml:3:5: struct: Property `x` is not expected here.",
                "api.yaml:1:1: spec: Hm.",
            ]
        );
    }

    #[test]
    fn anything_else_is_not_a_report() {
        assert_eq!(findings(b"", "api.yaml"), None);
    }
}
