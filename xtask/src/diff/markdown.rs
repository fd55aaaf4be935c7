//! The report for a comment on a pull request.

use std::fmt::Write as _;

use super::comparison::Comparison;
use super::report::Change;
use super::summary::{sides, summary};

pub(crate) fn render(comparison: &Comparison) -> String {
    let report = &comparison.report;
    let (sign, name) = (report.class.sign(), report.class.name());
    let mut text = format!("## Contract review: {sign} {name}\n");
    for line in summary(comparison) {
        let _ = write!(text, "\n{line}\n");
    }
    for (class, changes) in report.by_class() {
        let _ = write!(
            text,
            "\n### {} {} ({})\n\n| change | direction | operation | line | old | new |",
            class.sign(),
            class.name(),
            changes.len()
        );
        text.push_str(if class.needs_approval() {
            " approval |\n|---|---|---|---|---|---|---|\n"
        } else {
            "\n|---|---|---|---|---|---|\n"
        });
        for change in changes {
            row(&mut text, change, comparison);
        }
    }
    rust(&mut text, comparison);
    text
}

fn row(text: &mut String, change: &Change, comparison: &Comparison) {
    let [old, new] = sides(change).map(|side| side.map(|side| code(&side)).unwrap_or_default());
    let line = change.new.as_ref().or(change.old.as_ref());
    let _ = write!(
        text,
        "| {} | {} | {} | {} | {old} | {new} |",
        cell(&change.text),
        change.direction.map_or("", |direction| direction.name()),
        cell(change.operation.as_deref().unwrap_or_default()),
        line.map_or(0, |side| side.line),
    );
    if change.class.needs_approval() {
        let _ = match comparison.verdict.approval(change) {
            Some(approval) => write!(text, " approved by {} |", cell(&approval.who)),
            None => write!(text, " {} |", code(&change.fingerprint)),
        };
    }
    text.push('\n');
}

/// What Rust users notice, for those who want to know.
fn rust(text: &mut String, comparison: &Comparison) {
    let items = comparison.rust.items();
    if items.is_empty() {
        return;
    }
    text.push_str("\n<details><summary>Rust code</summary>\n\n");
    for item in items {
        let _ = writeln!(text, "- {}", code(&item.text));
    }
    let errors = comparison.build.iter().flat_map(|build| &build.errors);
    for error in errors {
        let _ = writeln!(text, "- `linq` does not compile: {}", code(error));
    }
    text.push_str("\n</details>\n");
}

/// Text that can't end a cell, and mentions nobody.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('@', "&#64;")
        .replace('\n', " ")
}

/// Text in the font of code, whatever is in it.
fn code(text: &str) -> String {
    let text = text
        .replace('`', "'")
        .replace('|', "\\|")
        .replace('\n', " ");
    format!("`{text}`")
}
