//! What every form of the report says in the same words.

use serde_json::Value;

use super::class::{Class, Semver};
use super::comparison::Comparison;
use super::report::{Change, Report, Side};
use super::rust::RustImpact;

/// Longer values are cut.
const MOST_LETTERS: usize = 100;

/// Both sides of a change in a line each. Of long values, only what differs.
pub(crate) fn sides(change: &Change) -> [Option<String>; 2] {
    let side = |this: &Option<Side>, other: &Option<Side>| {
        let value = &this.as_ref()?.value;
        let whole = plain(value);
        Some(match other {
            Some(other) if whole.chars().count() > MOST_LETTERS => {
                shortened(&difference(value, &other.value))
            }
            _ => shortened(&whole),
        })
    };
    [
        side(&change.old, &change.new),
        side(&change.new, &change.old),
    ]
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('\n', " "),
        value => value.to_string(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST_LETTERS).collect();
    format!("{start}…")
}

/// A value in which `…` stands for what the other value has as well.
fn difference(value: &Value, other: &Value) -> String {
    let (parts, brackets): (Vec<_>, _) = match (value, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let differing = fields
                .iter()
                .filter(|(key, value)| others.get(*key) != Some(value));
            let parts = differing.map(|(key, value)| {
                let other = others.get(key).unwrap_or(&Value::Null);
                format!("{}:{}", Value::from(key.as_str()), difference(value, other))
            });
            (parts.collect(), ["{", "}"])
        }
        (Value::Array(items), Value::Array(others)) => {
            let differing = items.iter().filter(|item| !others.contains(item));
            (differing.map(Value::to_string).collect(), ["[", "]"])
        }
        _ => return value.to_string(),
    };
    let [start, end] = brackets;
    format!(
        "{start}…{}{}{end}",
        if parts.is_empty() { "" } else { "," },
        parts.join(",")
    )
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
    let count = report.changes.len();
    let changes = match &counts[..] {
        [_] => counted(count, &format!("{} change", report.class.name())),
        _ => format!("{}: {}", counted(count, "change"), counts.join(", ")),
    };
    format!("{changes}. {}", release(report.semver))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_long_values_only_the_difference_is_shown() {
        let text = "long ".repeat(30);
        let old = json!({"text": text, "data": {"id": 1, "at": "noon"}, "tags": ["a", "b"]});
        let new = json!({"text": text, "data": {"id": 1}, "tags": ["b", "c"]});
        assert_eq!(
            difference(&old, &new),
            r#"{…,"data":{…,"at":"noon"},"tags":[…,"a"]}"#
        );
        assert_eq!(difference(&new, &old), r#"{…,"data":{…},"tags":[…,"c"]}"#);
    }
}
