//! What is wrong with a specification, for a terminal and for a log.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, Report, SourceSpan};
use thiserror::Error;

use super::document::{Document, Place};
use super::node::Node;
use super::texts::Text;

/// Nobody reads more problems than this.
const MAX_PROBLEMS: usize = 100;

/// Every problem of a specification, in the order of the file; at least one.
///
/// `Display` is for logs: a line for each problem. A [`Report`] made of it is for a terminal: it shows the lines of the
/// file.
#[derive(Error)]
#[error("{}", self.lines().join("\n"))]
pub struct Diagnosis {
    text: NamedSource<Arc<str>>,
    problems: Vec<Problem>,
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
    /// Every problem, in the order of the file.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
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

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self {
            document,
            problems: Vec::new(),
        }
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
}

/// A text, and the file that it is in.
#[derive(Clone, Debug)]
pub(crate) struct Source(NamedSource<Arc<str>>);

impl Source {
    pub(crate) fn new(path: &Path, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self(NamedSource::new(path.display().to_string(), text.into()))
    }

    pub(crate) fn text(&self) -> &str {
        self.0.inner()
    }

    pub(crate) fn read_file(path: &Path) -> Result<Self, Diagnosis> {
        let bytes = fs::read(path).map_err(|error| {
            let text = Text::problem("unreadable-file", &[("error", &error.to_string())]);
            Self::new(path, "").diagnosis(vec![Problem::new(text, "", None)])
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let source = Self::new(path, &text);
        match str::from_utf8(&bytes) {
            Ok(_) => Ok(source),
            Err(error) => {
                // Up to the invalid byte, the lossy text is the same.
                let place = Place::at(&text, error.valid_up_to());
                let text = Text::problem("not-utf-8", &[]);
                Err(source.diagnosis(vec![Problem::new(text, "", Some(place))]))
            }
        }
    }

    /// Reads the text as a document, which has to be a mapping.
    pub(crate) fn document(&self) -> Result<Document, Diagnosis> {
        let document = Document::read(self.text())
            .map_err(|(text, place)| self.diagnosis(vec![Problem::new(text, "", Some(place))]))?;
        if document.value.is_object() {
            return Ok(document);
        }
        let mut findings = Findings::new(&document);
        findings.add("", true, Text::problem("not-a-mapping", &[]));
        Err(self.diagnosis(findings.problems))
    }

    /// These problems in the order of the text, each once: a component is checked wherever it is used.
    pub(crate) fn diagnosis(&self, mut problems: Vec<Problem>) -> Diagnosis {
        let order = |problem: &Problem| {
            let start = problem.span.map(|span| span.offset());
            (start, problem.pointer.clone(), problem.problem.clone())
        };
        problems.sort_by_cached_key(order);
        problems.dedup_by_key(|problem| order(problem));
        problems.truncate(MAX_PROBLEMS);
        Diagnosis {
            text: self.0.clone(),
            problems,
        }
    }
}
