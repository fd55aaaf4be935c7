//! What every form of the report says in the same words.

use serde_json::Value;

use super::approvals::Verdict;
use super::class::Class;
use super::report::{Report, Side};
use super::rust::RustImpact;

/// Values longer than this are cut.
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

/// The verdict of the report, in sentences.
pub(crate) fn summary(report: &Report, rust: &RustImpact, verdict: &Verdict) -> Vec<String> {
    let mut lines = vec![match report.class {
        Class::None => "Nothing changed.".to_owned(),
        class => format!(
            "{} changes, the worst of them {}. Version: {}.",
            report.changes.len(),
            class.name(),
            report.semver.name()
        ),
    }];
    match rust {
        RustImpact::NotGenerated(why) => lines.push(why.clone()),
        RustImpact::Compared { items, .. } if items.is_empty() => {
            lines.push(
                "No item of the generated Rust code differs, so `linq` still compiles.".to_owned(),
            );
        }
        RustImpact::Compared { items, .. } => {
            lines.push(format!(
                "{} items of the generated Rust code differ. Whether `linq` still compiles has not been tried; \
                 run `cargo xtask codegen && cargo check -p linq --all-features`.",
                items.len()
            ));
            lines.extend(items.iter().map(|item| format!("  {}", item.text)));
        }
    }
    lines.extend(verdict.sentences());
    lines
}
