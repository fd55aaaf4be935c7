//! Reads an OpenAPI 3.0 document and says, in the words of whoever maintains it, what keeps a client
//! from being generated from it.
//!
//! ```no_run
//! let spec = xtask::spec::Spec::load(std::path::Path::new("openapi/linq-v3.yaml"))?;
//! println!("{}", spec.document()["info"]["version"]);
//! # Ok::<(), xtask::spec::Diagnosis>(())
//! ```

mod checks;
mod culprit;
pub(crate) mod diagnosis;
pub(crate) mod document;
pub(crate) mod extensions;
pub(crate) mod inline_types;
pub(crate) mod media_type;
pub(crate) mod names;
pub(crate) mod node;
mod objects;
pub(crate) mod operations;
pub(crate) mod successes;
mod texts;

use std::path::Path;

pub use diagnosis::{Diagnosis, Problem};

use diagnosis::{Findings, Source};
use document::Document;

/// An OpenAPI 3.0 document that a client can be generated from.
#[derive(Debug)]
pub struct Spec {
    source: Source,
    document: Document,
}

impl Spec {
    /// Reads and checks the document at `path`, YAML or JSON.
    ///
    /// # Errors
    ///
    /// Every problem that was found, in the order of the file.
    pub fn load(path: &Path) -> Result<Self, Diagnosis> {
        Self::from_source(Source::read_file(path)?)
    }

    /// The same for a text that is at hand; `path` is only quoted.
    ///
    /// # Errors
    ///
    /// Every problem that was found, in the order of the text.
    pub fn from_text(path: &Path, text: String) -> Result<Self, Diagnosis> {
        Self::from_source(Source::new(path, &text))
    }

    /// The document as plain data, in the order of the text.
    pub fn document(&self) -> &serde_json::Value {
        &self.document.value
    }

    /// Where the node at a JSON pointer stands, as line and column from 1: its key, or its value if that is text or
    /// a number. A node that an alias repeats is where the alias is.
    pub fn position(&self, pointer: &str) -> (usize, usize) {
        self.document.position(pointer)
    }

    /// Finds the part of the document that the generator fails on, by generating each schema and
    /// each operation alone.
    ///
    /// For what the checks let through: `message` is what the generator said of the whole document, and
    /// `try_generate` returns what it says of a part. It must not panic.
    pub fn diagnose_generator(
        &self,
        message: String,
        try_generate: impl Fn(&serde_json::Value) -> Result<(), String>,
    ) -> Diagnosis {
        let mut findings = Findings::new(&self.document);
        culprit::find(&self.document.value, message, try_generate, &mut findings);
        self.source.diagnosis(findings.problems)
    }

    fn from_source(source: Source) -> Result<Self, Diagnosis> {
        let document = source.document()?;
        let mut findings = Findings::new(&document);
        checks::check(&document, &source, &mut findings);
        if findings.problems.is_empty() {
            Ok(Self { source, document })
        } else {
            Err(source.diagnosis(findings.problems))
        }
    }
}
