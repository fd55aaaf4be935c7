//! Reads an OpenAPI 3.0 document, and tells those who maintain it what keeps a client from being generated from it.
//!
//! ```no_run
//! let spec = xtask::spec::Spec::load(std::path::Path::new("openapi/linq-v3.yaml"))?;
//! println!("{}", spec.document()["info"]["version"]);
//! # Ok::<(), xtask::spec::Diagnosis>(())
//! ```

mod checks;
pub(crate) mod diagnosis;
pub(crate) mod document;
pub(crate) mod texts;

use std::path::Path;

pub use diagnosis::{Diagnosis, Problem};

use diagnosis::Findings;
use document::Document;
use texts::Text;

/// An OpenAPI 3.0 document that a client can be generated from.
#[derive(Debug)]
pub struct Spec {
    document: Document,
}

impl Spec {
    /// Reads and checks the document at `path`, YAML or JSON.
    ///
    /// # Errors
    ///
    /// Every problem that was found, in the order of the file.
    pub fn load(path: &Path) -> Result<Self, Diagnosis> {
        Document::load(path).and_then(Self::checked)
    }

    /// Reads and checks a text in the same way; `path` is only quoted.
    ///
    /// # Errors
    ///
    /// Every problem that was found, in the order of the text.
    pub fn from_text(path: &Path, text: String) -> Result<Self, Diagnosis> {
        Document::from_text(path, &text).and_then(Self::checked)
    }

    /// The document as plain data, in the order of the text.
    pub fn document(&self) -> &serde_json::Value {
        &self.document.value
    }

    /// Where the node at a JSON pointer is, as line and column from 1: its key, or its value if that is text or
    /// a number. A node that an alias repeats is where the alias is.
    pub fn position(&self, pointer: &str) -> (usize, usize) {
        let place = self.document.place(pointer, false);
        (place.line, place.column)
    }

    /// A problem that was found only after the checks.
    pub(crate) fn problem(&self, pointer: &str, text: Text) -> Diagnosis {
        let place = self.document.place(pointer, true);
        let problem = Problem::new(text, pointer, Some(place));
        Diagnosis::new(self.document.text.clone(), problem)
    }

    fn checked(document: Document) -> Result<Self, Diagnosis> {
        let mut findings = Findings::new(&document);
        checks::check(&document.value, &mut findings);
        findings.result()?;
        Ok(Self { document })
    }
}
