//! What every form of the report says in the same words.

use serde_json::Value;

use super::class::{Class, Semver};
use super::comparison::Comparison;
use super::report::{Report, Side};
use super::rust::RustImpact;

/// Longer values are cut.
const MOST_LETTERS: usize = 100;

/// A value in one line.
pub(crate) fn shortened(side: &Side) -> String {
    let whole = match &side.value {
        Value::String(text) => text.replace('\n', " "),
        value => value.to_string(),
    };
    if whole.chars().count() <= MOST_LETTERS {
        return whole;
    }
    let start: String = whole.chars().take(MOST_LETTERS).collect();
    format!("{start}…")
}

/// A number of things, such as `1 change` or `2 changes`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// The result, in sentences.
pub(crate) fn summary(comparison: &Comparison) -> Vec<String> {
    let mut lines = match comparison.report.class {
        Class::None => vec!["Nothing changed.".to_owned()],
        _ => vec![changes(&comparison.report), rust(comparison)],
    };
    lines.extend(comparison.verdict.sentences());
    lines
}

/// What changed, and which version that makes.
fn changes(report: &Report) -> String {
    let counts: Vec<_> = report
        .by_class()
        .map(|(class, changes)| format!("{} {}", changes.len(), class.name()))
        .collect();
    format!("Changes: {}. {}", counts.join(", "), release(report.semver))
}

/// The release that follows.
pub(crate) fn release(semver: Semver) -> String {
    match semver {
        Semver::None => "No release is needed.".to_owned(),
        semver => format!("The next version is a {} one.", semver.name()),
    }
}

/// What Rust users notice.
pub(crate) fn rust(comparison: &Comparison) -> String {
    let items = match &comparison.rust {
        RustImpact::NotGenerated(why) => return why.clone(),
        RustImpact::Compared { items, .. } if items.is_empty() => {
            return "The generated Rust code has the same items, so `linq` still compiles."
                .to_owned();
        }
        RustImpact::Compared { items, .. } => counted(items.len(), "item"),
    };
    let build = match &comparison.build {
        None => "whether `linq` still compiles was not checked (`--check-build`)".to_owned(),
        Some(build) if build.compiles() => "`linq` still compiles".to_owned(),
        Some(build) => {
            let count = counted(build.count, "error");
            format!("`linq` does not compile until it is adapted ({count})")
        }
    };
    format!("The generated Rust code differs in {items}; {build}.")
}
