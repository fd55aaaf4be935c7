//! The report for a comment on a pull request.

use std::fmt::Write as _;

use super::approvals::Verdict;
use super::report::{Report, Side};
use super::rust::RustImpact;
use super::summary::{shortened, summary};

pub(crate) fn render(report: &Report, rust: &RustImpact, verdict: &Verdict) -> String {
    let mut text = format!("## Contract review: {}\n\n", report.class.name());
    for line in summary(report, rust, verdict) {
        match line.strip_prefix("  ") {
            Some(item) => {
                let _ = writeln!(text, "- {}", code(item));
            }
            None => {
                let _ = writeln!(text, "{line}\n");
            }
        }
    }
    for (class, changes) in report.by_class() {
        let mut rows = String::new();
        for change in changes {
            let value = |side: &Option<Side>| {
                side.as_ref()
                    .map(|side| code(&shortened(side)))
                    .unwrap_or_default()
            };
            let line = change.new.as_ref().or(change.old.as_ref());
            let approval = match verdict.approval(change) {
                _ if !class.needs_approval() => String::new(),
                Some(approval) => format!("approved by {}", cell(&approval.who)),
                None => code(&change.fingerprint),
            };
            let _ = writeln!(
                rows,
                "| {} | {} | {} | {} | {} | {} | {approval} |",
                cell(&change.text),
                change.direction.map_or("", |direction| direction.name()),
                cell(change.operation.as_deref().unwrap_or_default()),
                line.map_or(0, |side| side.line),
                value(&change.old),
                value(&change.new),
            );
        }
        let _ = write!(
            text,
            "\n### {}\n\n| change | direction | operation | line | old | new | approval |\n\
             |---|---|---|---|---|---|---|\n{rows}",
            class.name()
        );
    }
    text
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
