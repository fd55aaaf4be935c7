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
    pub(crate) missing: IndexMap<String, String>,
    pub(crate) unknown: IndexMap<String, String>,
    pub(crate) later: IndexMap<String, String>,
    pub(crate) values: IndexMap<String, String>,
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
    /// The problem of this id, with values for what is in braces.
    pub(crate) fn problem(id: &str, values: &[(&str, &str)]) -> Self {
        let text = TEXTS.problems.get(id).cloned().unwrap_or_else(|| Self {
            problem: id.to_owned(),
            help: "repair `texts.yaml`".to_owned(),
        });
        text.filled(values)
    }

    pub(crate) fn filled(&self, values: &[(&str, &str)]) -> Self {
        let filled = |text: &str| {
            let values = values.iter();
            values.fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
        };
        Self {
            problem: filled(&self.problem),
            help: filled(&self.help),
        }
    }
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
