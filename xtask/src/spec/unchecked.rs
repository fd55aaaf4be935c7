//! A document that was read and not checked: it need not be one that a client can be generated from.

use std::path::Path;

use serde_json::Value;

use super::diagnosis::{Diagnosis, Source};
use super::document::Document;

#[derive(Debug)]
pub(crate) struct Unchecked(Document);

impl Unchecked {
    pub(crate) fn read(path: &Path, text: &str) -> Result<Self, Diagnosis> {
        Source::new(path, text).document().map(Self)
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0.value
    }

    /// Line and column, both from 1, of a node or of the nearest one around it that is in the text.
    pub(crate) fn position(&self, pointer: &str) -> (usize, usize) {
        let place = self.0.places.place(pointer, false);
        (place.line, place.column)
    }
}
