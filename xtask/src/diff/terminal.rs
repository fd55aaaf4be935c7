//! The report for a person at a terminal.

use std::fmt::Write as _;

use serde_json::Value;

use super::approvals::Verdict;
use super::class::Class;
use super::contract::Contract;
use super::report::{Change, Report, Side};
use super::rust::RustImpact;

/// Values longer than this are cut.
const MOST_LETTERS: usize = 100;

pub(crate) fn render(
    report: &Report,
    rust: &RustImpact,
    verdict: &Verdict,
    new: &Contract,
) -> String {
    let mut text = String::new();
    for class in [
        Class::Breaking,
        Class::Unknown,
        Class::Compatible,
        Class::Documentation,
    ] {
        let changes: Vec<_> = report
            .changes
            .iter()
            .filter(|change| change.class == class)
            .collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{} ({})", class.name().to_uppercase(), changes.len());
        for change in changes {
            one(&mut text, change, verdict, new);
        }
        text.push('\n');
    }
    text.push_str(&summary(report, rust, verdict).join("\n"));
    text.push('\n');
    text
}

fn one(text: &mut String, change: &Change, verdict: &Verdict, new: &Contract) {
    let file = new.path().display().to_string();
    let place = match (&change.new, &change.old) {
        (Some(side), _) => format!("{file}:{}:{}", side.line, side.column),
        (None, Some(side)) => format!("line {} of the old document", side.line),
        (None, None) => String::new(),
    };
    let about = [
        change.direction.map(|direction| direction.name()),
        change.operation.as_deref(),
        Some(place.as_str()),
    ];
    let about: Vec<_> = about.into_iter().flatten().collect();
    let _ = writeln!(text, "  {}\n    {}", change.text, about.join(" · "));
    if change.class > Class::Documentation {
        for (name, side) in [("old", &change.old), ("new", &change.new)] {
            if let Some(side) = side {
                let _ = writeln!(text, "    {name}: {}", shortened(side));
            }
        }
    }
    for item in &change.rust {
        let _ = writeln!(text, "    Rust: {item}");
    }
    if change.class.needs_approval() {
        let state = match verdict.approval(change) {
            Some(approval) => format!("approved by {}: {}", approval.who, approval.reason),
            None => "not approved".to_owned(),
        };
        let _ = writeln!(text, "    {}: {state}", change.fingerprint);
    }
}

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

/// What the report comes to, in sentences.
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
                "{} items of the generated Rust code differ. Whether `linq` still compiles has not been tried: \
                 `cargo xtask codegen && cargo check -p linq --all-features` does.",
                items.len()
            ));
            lines.extend(items.iter().map(|item| format!("  {}", item.text)));
        }
    }
    if verdict.unapproved > 0 {
        lines.push(format!(
            "{} changes need approval in openapi/approved-changes.yaml, by their fingerprints.",
            verdict.unapproved
        ));
    }
    lines.extend(verdict.missing.iter().chain(&verdict.unchecked).cloned());
    for fingerprint in &verdict.unused {
        lines.push(format!(
            "The approval of {fingerprint} is of no change here; remove it."
        ));
    }
    lines
}
