//! The report for a person at a terminal.

use std::fmt::Write as _;

use super::approvals::Verdict;
use super::class::Class;
use super::contract::Contract;
use super::report::{Change, Report};
use super::rust::RustImpact;
use super::summary::{shortened, summary};

pub(crate) fn render(
    report: &Report,
    rust: &RustImpact,
    verdict: &Verdict,
    new: &Contract,
) -> String {
    let mut text = String::new();
    for (class, changes) in report.by_class() {
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
