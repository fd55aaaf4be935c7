//! The extension `x-linq-error-codes`: the codes by which the API names its errors.

use serde::Deserialize;
use serde_json::Value;

use super::retry::PlacedError;

/// The extension of the document.
pub(crate) const ERROR_CODES: &str = "x-linq-error-codes";

/// A code, what it is called in Rust, and what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    pub(crate) code: u32,
    /// The HTTP status that it usually comes with.
    pub(crate) status: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
}

/// The codes of a document, in its order.
pub(crate) fn read(document: &Value) -> Result<Vec<ErrorCode>, PlacedError> {
    match document.get(ERROR_CODES) {
        Some(value) => serde_path_to_error::deserialize(value),
        None => Ok(Vec::new()),
    }
}
