//! One thing that is wrong with the contract, and where.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::node::Node;
use crate::spec::{Diagnosis, Spec};

/// One thing that is wrong with the contract. Findings are in the order of the file.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Finding {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The rule that found it.
    pub rule: String,
    /// What is wrong, in one line.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            rule,
            text,
        } = self;
        write!(f, "{file}:{line}:{column}: {rule}: {text}")
    }
}

/// What keeps a client from being generated.
pub(super) fn from_diagnosis(file: &str, diagnosis: &Diagnosis) -> Vec<Finding> {
    let problems = diagnosis.problems.iter();
    problems
        .map(|problem| Finding {
            file: file.to_owned(),
            line: problem.place.as_ref().map_or(1, |place| place.line),
            column: problem.place.as_ref().map_or(1, |place| place.column),
            rule: "linq/codegen".to_owned(),
            text: one_line(&format!("{}; {}", problem.problem, problem.help)),
        })
        .collect()
}

/// Text without line breaks.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Collects findings of our own rules, each once: a component is checked wherever it is used.
pub(super) struct Report<'a> {
    file: &'a str,
    spec: &'a Spec,
    findings: BTreeSet<Finding>,
}

impl<'a> Report<'a> {
    pub(super) fn new(file: &'a str, spec: &'a Spec) -> Self {
        Self {
            file,
            spec,
            findings: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, node: &Node, rule: &str, text: String) {
        let (line, column) = self.spec.position(node.pointer());
        self.findings.insert(Finding {
            file: self.file.to_owned(),
            line,
            column,
            rule: rule.to_owned(),
            text,
        });
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_iter().collect()
    }
}
