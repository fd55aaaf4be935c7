//! What is wrong with a specification, for a terminal and for a log.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use super::document::{Document, Place, Places};
use super::node::Node;

/// More problems than this help nobody.
const MOST: usize = 100;

/// Every problem of a specification, in the order of the file; one at least.
///
/// `Display` is for logs: a line for each problem. A [`miette::Report`] made of it is for a terminal: it
/// shows the lines of the file.
pub struct Diagnosis {
    file: String,
    text: Arc<str>,
    problems: Vec<Problem>,
}

/// One thing that is wrong, where it stands, and what to write instead.
#[derive(Debug)]
pub struct Problem {
    /// None when the file could not be read.
    place: Option<Place>,
    on_key: bool,
    pointer: String,
    problem: String,
    help: String,
}

/// What checks have found, before it is known where in the text that is.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Problem>);

impl Findings {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn key(&mut self, node: &Node, problem: impl Into<String>, help: impl Into<String>) {
        self.add(node.pointer(), true, problem.into(), help.into());
    }

    pub(crate) fn value(
        &mut self,
        node: &Node,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(node.pointer(), false, problem.into(), help.into());
    }

    pub(crate) fn add(&mut self, pointer: &str, on_key: bool, problem: String, help: String) {
        self.0.push(Problem {
            place: None,
            on_key,
            pointer: pointer.to_owned(),
            problem,
            help,
        });
    }
}

/// A text, and the file that it is in.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    file: String,
    text: Arc<str>,
}

impl Source {
    pub(crate) fn new(path: &Path, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            file: path.display().to_string(),
            text: text.into(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn read_file(path: &Path) -> Result<Self, Diagnosis> {
        let bytes = fs::read(path).map_err(|error| {
            let (problem, help) = match error.kind() {
                ErrorKind::NotFound => (
                    "there is no such file".to_owned(),
                    "check the path; it is taken from the current directory",
                ),
                ErrorKind::IsADirectory => (
                    "this is a directory".to_owned(),
                    "name the file in it, such as `openapi/linq-v3.yaml`",
                ),
                _ => (
                    format!("the file cannot be read: {error}"),
                    "make the file readable",
                ),
            };
            Self::new(path, "").diagnosis(None, problem, help.to_owned())
        })?;
        String::from_utf8(bytes)
            .map(|text| Self::new(path, &text))
            .map_err(|error| {
                let source = Self::new(path, &String::from_utf8_lossy(error.as_bytes()));
                // Up to there, the lossy text is the same.
                let at = error.utf8_error().valid_up_to();
                let place = Place::at(&source.text, at);
                let problem = "the file is not UTF-8 from here on".to_owned();
                source.diagnosis(Some(place), problem, "save the file as UTF-8".to_owned())
            })
    }

    /// Reads the text as a document, which has to be a mapping.
    pub(crate) fn document(&self) -> Result<Document, Diagnosis> {
        let document = Document::read(&self.text)
            .map_err(|error| self.diagnosis(Some(error.place), error.problem, error.help))?;
        if document.value.is_object() {
            return Ok(document);
        }
        let mut findings = Findings::default();
        findings.key(
            &Node::root(&document.value),
            "the document is not a mapping",
            "begin the file with `openapi: 3.0.3`, then `info:` and `paths:`",
        );
        Err(self.problems(&document.places, findings))
    }

    /// What was found, with its places.
    pub(crate) fn problems(&self, places: &Places, findings: Findings) -> Diagnosis {
        let mut problems = findings.0;
        for problem in &mut problems {
            problem.place = Some(places.place(&problem.pointer, problem.on_key));
        }
        let order = |problem: &Problem| {
            let start = problem.place.as_ref().map(|place| place.bytes.start);
            (start, problem.pointer.clone(), problem.problem.clone())
        };
        // A component is checked wherever it is used.
        problems.sort_by_cached_key(order);
        problems.dedup_by_key(|problem| order(problem));
        problems.truncate(MOST);
        Diagnosis {
            file: self.file.clone(),
            text: Arc::clone(&self.text),
            problems,
        }
    }

    fn diagnosis(&self, place: Option<Place>, problem: String, help: String) -> Diagnosis {
        let problem = Problem {
            place,
            on_key: false,
            pointer: String::new(),
            problem,
            help,
        };
        Diagnosis {
            file: self.file.clone(),
            text: Arc::clone(&self.text),
            problems: vec![problem],
        }
    }
}

impl Diagnosis {
    /// Every problem, in the order of the file.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }

    /// The first problem.
    pub fn first(&self) -> &Problem {
        &self.problems[0]
    }
}

impl Problem {
    /// The line, from 1; none when the file could not be read.
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.line)
    }

    /// The column, from 1, in characters.
    pub fn column(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.column)
    }

    /// The JSON pointer; empty for the whole document.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What is wrong.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to write instead.
    pub fn help(&self) -> &str {
        &self.help
    }

    /// For a terminal, beside the text of the file.
    fn diagnostic(self, file: &str, text: &str) -> MietteDiagnostic {
        let diagnostic = MietteDiagnostic::new(self.problem).with_help(self.help);
        let Some(place) = self.place else {
            return diagnostic.with_code(file);
        };
        // As far as the end of the line, and one character at least, where the line has one.
        let marked = text.get(place.bytes.start..).unwrap_or_default();
        let line = marked.lines().next().unwrap_or_default();
        let first = line.chars().next().map_or(0, char::len_utf8);
        let length = place.bytes.len().clamp(first, line.len());
        let label = LabeledSpan::underline((place.bytes.start, length));
        let diagnostic = diagnostic.with_label(label);
        if self.pointer.is_empty() {
            diagnostic
        } else {
            diagnostic.with_code(self.pointer)
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let Problem {
                pointer,
                problem: text,
                help,
                place,
                ..
            } = problem;
            f.write_str(if index == 0 { "" } else { "\n" })?;
            f.write_str(&self.file)?;
            if let Some(Place { line, column, .. }) = place {
                write!(f, ":{line}:{column}")?;
            }
            if !pointer.is_empty() {
                write!(f, ": {pointer}")?;
            }
            write!(f, ": {text}; {help}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Diagnosis {}

/// Several problems under one headline.
#[derive(Debug, Diagnostic)]
struct Problems {
    headline: String,
    #[related]
    all: Vec<MietteDiagnostic>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl Error for Problems {}

impl From<Diagnosis> for Report {
    fn from(diagnosis: Diagnosis) -> Self {
        let Diagnosis {
            file,
            text,
            problems,
        } = diagnosis;
        let mut all: Vec<_> = problems
            .into_iter()
            .map(|problem| problem.diagnostic(&file, &text))
            .collect();
        let report = match all.len() {
            1 => Self::new(all.remove(0)),
            count => Self::new(Problems {
                headline: format!("{count} problems in {file}"),
                all,
            }),
        };
        report.with_source_code(NamedSource::new(file, text))
    }
}
