//! What is wrong with a specification, for a terminal and for a log.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::document::Places;
use super::finding::Finding;
use super::source::Source;

/// Every problem of a specification, in the order of the file; one at least.
///
/// `Display` is for logs: a line for each problem. A [`miette::Report`] made of it is for a terminal: it
/// shows the lines of the file.
pub struct Diagnosis {
    first: Box<Problem>,
    rest: Vec<Problem>,
}

/// One thing that is wrong, where it stands, and what to write instead.
#[derive(Clone)]
pub struct Problem {
    file: String,
    place: Option<Place>,
    pointer: String,
    problem: String,
    help: String,
}

#[derive(Clone)]
struct Place {
    source: Arc<Source>,
    span: Range<usize>,
    line: usize,
    column: usize,
}

impl Diagnosis {
    pub(crate) fn new(source: &Arc<Source>, places: &Places, findings: Vec<Finding>) -> Self {
        let mut problems: Vec<_> = findings
            .into_iter()
            .map(|finding| {
                let span = places.span(source, &finding.pointer, &finding.mark);
                Problem::at(source, span, finding.pointer, finding.problem, finding.help)
            })
            .collect();
        // A component is checked wherever it is used.
        problems.sort_by(|one, other| one.order().cmp(&other.order()));
        problems.dedup_by(|one, other| one.order() == other.order());
        let mut problems = problems.into_iter();
        let first = problems.next().unwrap_or_else(|| Problem {
            file: source.name().to_owned(),
            place: None,
            pointer: String::new(),
            problem: "the file is not OpenAPI 3.0".to_owned(),
            help: "write an OpenAPI 3.0.3 document".to_owned(),
        });
        Self {
            first: Box::new(first),
            rest: problems.collect(),
        }
    }

    pub(crate) fn without_source(path: &Path, problem: String, help: String) -> Self {
        let file = path.display().to_string();
        let first = Problem {
            file,
            place: None,
            pointer: String::new(),
            problem,
            help,
        };
        Self {
            first: Box::new(first),
            rest: Vec::new(),
        }
    }

    pub(crate) fn not_utf8(source: Source, at: usize) -> Self {
        let source = Arc::new(source);
        let first = Problem::at(
            &source,
            source.within_line(&(at..at + 1)),
            String::new(),
            "the file is not UTF-8 from here on".to_owned(),
            "save the file as UTF-8".to_owned(),
        );
        Self {
            first: Box::new(first),
            rest: Vec::new(),
        }
    }

    /// Every problem, in the order of the file.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(&*self.first).chain(&self.rest)
    }

    /// The line of the first problem, from 1; none when the file could not be read.
    pub fn line(&self) -> Option<usize> {
        self.first.line()
    }

    /// The column of the first problem, from 1, in characters.
    pub fn column(&self) -> Option<usize> {
        self.first.column()
    }

    /// The JSON pointer of the first problem; empty for the whole document.
    pub fn pointer(&self) -> &str {
        self.first.pointer()
    }

    /// What is wrong, for the first problem.
    pub fn problem(&self) -> &str {
        self.first.problem()
    }

    /// What to write instead, for the first problem.
    pub fn help(&self) -> &str {
        self.first.advice()
    }
}

impl Problem {
    fn at(
        source: &Arc<Source>,
        span: Range<usize>,
        pointer: String,
        problem: String,
        help: String,
    ) -> Self {
        let (line, column) = source.position(span.start);
        let place = Some(Place {
            source: Arc::clone(source),
            span,
            line,
            column,
        });
        Self {
            file: source.name().to_owned(),
            place,
            pointer,
            problem,
            help,
        }
    }

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
    pub fn advice(&self) -> &str {
        &self.help
    }

    fn order(&self) -> (Option<usize>, &str, &str) {
        (
            self.place.as_ref().map(|place| place.span.start),
            &self.pointer,
            &self.problem,
        )
    }

    fn log_line(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Place { line, column, .. }) = &self.place {
            write!(f, ":{line}:{column}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, ": {}", self.pointer)?;
        }
        write!(f, ": {}; {}", self.problem, self.help)
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.log_line(f)?;
        self.rest.iter().try_for_each(|problem| {
            f.write_str("\n")?;
            problem.log_line(f)
        })
    }
}

impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Diagnosis {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.log_line(f)
    }
}

impl Error for Problem {}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let pointer: &'a str = if self.place.is_none() {
            &self.file
        } else {
            &self.pointer
        };
        (!pointer.is_empty()).then(|| Box::new(pointer) as Box<dyn fmt::Display>)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place
            .as_ref()
            .map(|place| &*place.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, place.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Several problems under one headline.
#[derive(Debug)]
struct Problems {
    headline: String,
    all: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl Error for Problems {}

impl Diagnostic for Problems {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(
            self.all.iter().map(|problem| problem as &dyn Diagnostic),
        ))
    }
}

impl From<Diagnosis> for miette::Report {
    fn from(diagnosis: Diagnosis) -> Self {
        if diagnosis.rest.is_empty() {
            return Self::new(*diagnosis.first);
        }
        let all: Vec<_> = std::iter::once(*diagnosis.first)
            .chain(diagnosis.rest)
            .collect();
        let headline = format!("{} problems in {}", all.len(), all[0].file);
        Self::new(Problems { headline, all })
    }
}
