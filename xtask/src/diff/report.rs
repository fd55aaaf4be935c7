//! What a comparison of two documents found.

use serde::Serialize;
use serde_json::Value;

use super::class::{Class, Direction, Semver};

/// The result of a comparison; as JSON, what `--format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The worst class of the changes.
    pub class: Class,
    /// The part of the version of the crates that has to be raised.
    pub semver: Semver,
    /// The worst first, then in the order of the document.
    pub changes: Vec<Change>,
}

impl Report {
    /// The changes of each class that has any, the worst class first.
    pub(crate) fn by_class(&self) -> impl Iterator<Item = (Class, &[Change])> {
        let classes = self.changes.chunk_by(|one, next| one.class == next.class);
        classes.filter_map(|changes| Some((changes.first()?.class, changes)))
    }
}

/// One change.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// What it means for callers.
    pub class: Class,
    /// Which way the value travels; none if the change is not about a value.
    pub direction: Option<Direction>,
    /// The operations and webhook events that it affects, separated by commas; none if it affects no
    /// single one.
    pub operation: Option<String>,
    /// All of them.
    #[serde(skip)]
    pub operations: Vec<String>,
    /// Where it is in the new document; in the old one, if it is not in the new one.
    pub pointer: String,
    /// What was there.
    pub old: Option<Side>,
    /// What is there now.
    pub new: Option<Side>,
    /// The change in a sentence.
    pub text: String,
    /// What Rust users notice of it: the items of the generated code that differ and, if that was checked, why
    /// `linq` does not compile with them.
    pub rust: Vec<String>,
    /// Identifies the change, wherever its lines are.
    pub fingerprint: String,
}

/// One side of a change.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The value in the document, aliases resolved.
    pub value: Value,
}
