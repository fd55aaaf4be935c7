//! What is wrong with a specification, for a terminal and for a log.

use std::sync::Arc;

use miette::{Diagnostic, NamedSource, Report, SourceSpan};
use thiserror::Error;

use super::document::{Document, Place};
use super::texts::Text;
use crate::model::node::Node;

/// Nobody reads more problems than this.
const MAX_PROBLEMS: usize = 100;

/// Every problem of a specification, in the order of the file; at least one.
///
/// `Display` is for logs: a line for each problem. A [`Report`] made of it is for a terminal: it shows the lines of the
/// file.
#[derive(Debug, Error)]
#[error("{}", self.lines().join("\n"))]
pub struct Diagnosis {
    text: NamedSource<Arc<str>>,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong, where it is, and what to write instead.
#[derive(Debug, Diagnostic, Error)]
#[error("{problem}")]
#[diagnostic(help("{help}"))]
pub struct Problem {
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub help: String,
    /// The JSON pointer; empty for the whole document.
    pub pointer: String,
    /// None when the file could not be read.
    pub place: Option<Place>,
    #[label("{pointer}")]
    span: Option<SourceSpan>,
}

impl Diagnosis {
    pub(crate) fn new(text: NamedSource<Arc<str>>, problem: Problem) -> Self {
        let problems = vec![problem];
        Self { text, problems }
    }

    /// The first problem.
    pub fn first(&self) -> &Problem {
        &self.problems[0]
    }

    fn lines(&self) -> Vec<String> {
        let line = |problem: &Problem| {
            let place = problem.place.iter();
            let place = place.map(|place| format!(":{}:{}", place.line, place.column));
            let pointer = Some(&problem.pointer).filter(|pointer| !pointer.is_empty());
            let pointer = pointer.map(|pointer| format!(": {pointer}"));
            let (file, parts) = (self.text.name(), place.chain(pointer).collect::<String>());
            format!("{file}{parts}: {}; {}", problem.problem, problem.help)
        };
        self.problems.iter().map(line).collect()
    }
}

/// A diagnosis for a terminal.
#[derive(Debug, Diagnostic, Error)]
#[error("no client can be generated from {}", text.name())]
struct Shown {
    #[source_code]
    text: NamedSource<Arc<str>>,
    #[related]
    problems: Vec<Problem>,
}

impl From<Diagnosis> for Report {
    fn from(Diagnosis { text, problems }: Diagnosis) -> Self {
        Self::new(Shown { text, problems })
    }
}

impl Problem {
    pub(crate) fn new(text: Text, pointer: &str, place: Option<Place>) -> Self {
        Self {
            problem: text.problem,
            help: text.help,
            pointer: pointer.to_owned(),
            span: place.as_ref().map(|place| place.bytes.clone().into()),
            place,
        }
    }
}

/// What checks have found in a document.
pub(crate) struct Findings<'a> {
    document: &'a Document,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self {
            document,
            problems: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Reports a problem by its id, with values for what is in braces.
    pub(crate) fn report(&mut self, node: &Node, id: &str, values: &[(&str, &str)]) {
        self.add(node.pointer(), false, Text::problem(id, values));
    }

    /// Reports a problem at a key; otherwise at the value, if it is a scalar.
    pub(crate) fn add(&mut self, pointer: &str, at_key: bool, text: Text) {
        let place = self.document.place(pointer, at_key);
        self.problems.push(Problem::new(text, pointer, Some(place)));
    }

    /// The problems in the order of the text, each once: a component is checked wherever it is used.
    pub(crate) fn result(self) -> Result<(), Diagnosis> {
        let order = |problem: &Problem| {
            let start = problem.span.map(|span| span.offset());
            (start, problem.pointer.clone(), problem.problem.clone())
        };
        let mut problems = self.problems;
        problems.sort_by_cached_key(order);
        problems.dedup_by_key(|problem| order(problem));
        problems.truncate(MAX_PROBLEMS);
        let text = self.document.text.clone();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Diagnosis { text, problems }),
        }
    }
}
