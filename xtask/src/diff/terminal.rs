//! The report for a person at a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::class::Class;
use super::comparison::Comparison;
use super::report::Change;
use super::summary::{sides, summary};

const FAINT: Style = Style::new().dimmed();

/// The report with colors; the caller removes them where they can't be shown.
pub(crate) fn render(comparison: &Comparison) -> String {
    let mut text = String::new();
    for (class, changes) in comparison.report.by_class() {
        let style = style(class).bold();
        let (sign, name) = (class.sign(), class.name().to_uppercase());
        let _ = writeln!(text, "{style}{sign} {name}{style:#} ({})", changes.len());
        for change in changes {
            write_change(&mut text, change, comparison);
        }
        text.push('\n');
    }
    text.push_str(&summary(comparison).join("\n"));
    text.push('\n');
    text
}

fn style(class: Class) -> Style {
    let color = match class {
        Class::Breaking => AnsiColor::Red,
        Class::Unknown => AnsiColor::Yellow,
        Class::Compatible => AnsiColor::Green,
        Class::Documentation | Class::None => AnsiColor::Blue,
    };
    color.on_default()
}

fn write_change(text: &mut String, change: &Change, comparison: &Comparison) {
    let place = |contract: &super::Contract, line: usize, column: usize| {
        format!("{}:{line}:{column}", contract.path().display())
    };
    let place = match (&change.new, &change.old) {
        (Some(side), _) => Some(place(&comparison.new, side.line, side.column)),
        (None, Some(side)) => Some(place(&comparison.old, side.line, side.column)),
        (None, None) => None,
    };
    let direction = change
        .direction
        .map(|direction| direction.name().to_owned());
    let about = [direction, change.operation.clone(), place];
    let about: Vec<_> = about.into_iter().flatten().collect();
    let color = style(change.class);
    let _ = writeln!(text, "  {color}{}{color:#}", change.text);
    let _ = writeln!(text, "    {FAINT}{}{FAINT:#}", about.join(" · "));
    for (sign, side) in ["-", "+"].into_iter().zip(sides(change)) {
        if let Some(side) = side {
            let _ = writeln!(text, "    {sign} {side}");
        }
    }
    for item in &change.rust {
        let _ = writeln!(text, "    Rust: {item}");
    }
    if change.class.needs_approval() {
        let state = match comparison.verdict.approval(change) {
            Some(approval) => format!("approved by {}: {}", approval.who, approval.reason),
            None => "not approved".to_owned(),
        };
        let _ = writeln!(text, "    {}: {state}", change.fingerprint);
    }
}
