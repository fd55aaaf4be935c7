//! The words for what is wrong, and what to write instead: the table `texts.yaml`.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

/// How alike two words are, of 1, before one is offered for the other.
const ALIKE: f64 = 0.85;

pub(crate) static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("texts.yaml")).unwrap_or_default());

/// Texts by what they are for; the file says more.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) problems: IndexMap<String, Text>,
    pub(crate) names: IndexMap<String, Name>,
    pub(crate) generator: IndexMap<String, Text>,
    pub(crate) yaml: IndexMap<String, String>,
    pub(crate) fields: IndexMap<String, String>,
    pub(crate) openapi: IndexMap<String, String>,
}

/// What is wrong, and what to write instead.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Text {
    pub(crate) problem: String,
    pub(crate) help: String,
}

/// A kind of name in Rust.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Name {
    pub(crate) used: Vec<String>,
    pub(crate) help: String,
}

impl Text {
    pub(crate) fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            help: help.into(),
        }
    }

    /// The problem of this id, with values for what is in braces.
    pub(crate) fn problem(id: &str, values: &[(&str, &str)]) -> Self {
        match TEXTS.problems.get(id) {
            Some(text) => text.filled(values),
            None => Self::new(id, "repair the tables in `xtask/src/spec`"),
        }
    }

    pub(crate) fn filled(&self, values: &[(&str, &str)]) -> Self {
        let filled = |text: &str| {
            let values = values.iter();
            values.fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
        };
        Self::new(filled(&self.problem), filled(&self.help))
    }
}

/// The first hint of a table whose key is a part of a message.
pub(crate) fn hint<'a>(table: &'a IndexMap<String, String>, message: &str) -> &'a str {
    let hint = table.iter().find(|(part, _)| message.contains(*part));
    hint.map_or("", |(_, hint)| hint)
}

/// The one of `names` that was probably meant.
pub(crate) fn similar<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}
