//! A document to compare: what it says, and where.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::spec::Diagnosis;
use crate::spec::document::Document;

/// One of the two documents. It need not be one that a client can be generated from.
pub struct Contract {
    path: PathBuf,
    text: String,
    document: Document,
}

impl Contract {
    /// Reads a text; `path` is only quoted.
    ///
    /// # Errors
    ///
    /// If the text is not a YAML or JSON mapping.
    pub fn from_text(path: &Path, text: String) -> Result<Self, Diagnosis> {
        Ok(Self {
            path: path.to_owned(),
            document: Document::from_text(path, &text)?,
            text,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it can't be read, and those of [`Contract::from_text`].
    pub fn from_file(path: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::from_text(path, text).map_err(|diagnosis| diagnosis.to_string().into())
    }

    /// Its name in reports: a path, after a git revision and a colon if it is not a file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says, aliases resolved.
    pub fn value(&self) -> &Value {
        &self.document.value
    }

    /// Line and column, both from 1, of a JSON pointer.
    pub fn position(&self, pointer: &str) -> (usize, usize) {
        let place = self.document.place(pointer, false);
        (place.line, place.column)
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Contract").field(&self.path).finish()
    }
}
