//! What changed: each change with its class, and its two sides beside each other.

use std::collections::HashSet;

use maud::{Markup, html};
use serde_json::Value;

use crate::diff::{Change, Class, Comparison, Direction, Report, Side, Verdict};

use super::code::with_code;
use super::{marked, rust};

/// The classes that a change can have, the worst first.
pub(super) const CLASSES: [Class; 4] = [
    Class::Breaking,
    Class::Unknown,
    Class::Compatible,
    Class::Documentation,
];

/// How many changes are of a class.
pub(super) fn count(report: &Report, class: Class) -> usize {
    let changes = report.changes.iter();
    changes.filter(|change| change.class == class).count()
}

/// The section of the page. `operations` are the ids of those that the page shows.
pub(super) fn section(comparison: &Comparison, operations: &[&str]) -> Markup {
    let Comparison {
        report, verdict, ..
    } = comparison;
    html! {
        section #changes aria-labelledby="changes-title" {
            h2 #changes-title { "Changes" }
            @if report.changes.is_empty() {
                p { "The two documents say the same." }
            } @else {
                (filter(report))
                (overview(report))
                @let of_none = of_every_change(report);
                @for change in &report.changes { (one(change, &of_none, verdict, operations)) }
            }
        }
    }
}

fn filter(report: &Report) -> Markup {
    html! {
        fieldset.filter {
            legend { "Show" }
            @for class in CLASSES {
                @let count = count(report, class);
                label class=(class.name()) {
                    input type="checkbox" value=(class.name()) checked disabled[count == 0];
                    span aria-hidden="true" { (class.sign()) } " " (class.name()) " " b { (count) }
                }
            }
            p #shown role="status" {}
        }
    }
}

/// The changes at a glance.
fn overview(report: &Report) -> Markup {
    html! {
        ol.overview {
            @for change in &report.changes {
                @let class = change.class.name();
                li class=(class) data-class=(class) {
                    span.sign aria-hidden="true" { (change.class.sign()) }
                    span {
                        span.unseen { (class) ": " }
                        a href={ "#" (id(change)) } { (with_code(&change.text)) } " "
                        @if let Some(affected) = &change.operation { span.note { (affected) } }
                    }
                }
            }
        }
    }
}

fn id(change: &Change) -> String {
    format!("change-{}", change.fingerprint)
}

/// What every change that callers can notice lists of Rust. It belongs to none in particular, and is in the section about
/// Rust.
fn of_every_change(report: &Report) -> HashSet<&String> {
    let changes = report.changes.iter();
    let mut noticed = changes.filter(|change| change.class > Class::Documentation);
    let first = noticed.next().map(|change| change.rust.iter().collect());
    let mut others = noticed.peekable();
    if others.peek().is_none() {
        return HashSet::new();
    }
    others.fold(first.unwrap_or_default(), |common, change| {
        let items = change.rust.iter();
        items.filter(|item| common.contains(item)).collect()
    })
}

fn one(
    change: &Change,
    of_none: &HashSet<&String>,
    verdict: &Verdict,
    operations: &[&str],
) -> Markup {
    let id = id(change);
    let class = change.class.name();
    let rust: Vec<_> = change
        .rust
        .iter()
        .filter(|item| !of_none.contains(item))
        .collect();
    html! {
        article id=(id) class={ "change " (class) } data-class=(class) tabindex="-1" aria-labelledby={ (id) "-title" } {
            header {
                span.badge { span aria-hidden="true" { (change.class.sign()) } " " (class) }
                @if let Some(direction) = change.direction { span { (travels(direction)) } }
                span { (links(&change.operations, operations)) }
            }
            h3 id={ (id) "-title" } { (with_code(&change.text)) }
            div.sides {
                @let [old, new] = values(change);
                (side("Before", change.old.as_ref(), old))
                (side("After", change.new.as_ref(), new))
            }
            @if !rust.is_empty() {
                h4 { "In Rust" }
                ul.rust { @for item in rust { li { (rust::item(item)) } } }
            }
            @if change.class.needs_approval() {
                p.approval {
                    @match verdict.approval(change) {
                        Some(approval) => { "✓ Approved by " (approval.who) ": " (approval.reason) }
                        None => { b { "Not approved" } " · fingerprint " code { (change.fingerprint) } }
                    }
                }
            }
            footer {
                code { (change.pointer) }
                span.link {
                    a href={ "#" (id) } { "Link to this change" } " "
                    button type="button" data-copy={ "#" (id) } { "Copy link" }
                }
            }
        }
    }
}

fn travels(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "sent by callers",
        Direction::Received => "received by callers",
        Direction::Both => "sent and received by callers",
    }
}

/// The names of operations and events; those that the page shows are links.
fn links(affected: &[String], operations: &[&str]) -> Markup {
    html! {
        @for (at, name) in affected.iter().enumerate() {
            @if at > 0 { ", " }
            @if operations.contains(&name.as_str()) {
                a href={ "#operation-" (name) } { (name) }
            } @else {
                (name)
            }
        }
    }
}

fn side(title: &str, side: Option<&Side>, value: Markup) -> Markup {
    html! {
        figure {
            figcaption {
                b { (title) }
                @if let Some(side) = side { " line " (side.line) ", column " (side.column) }
            }
            @if side.is_some() {
                pre tabindex="0" role="group" aria-label=(title) { code { (value) } }
            } @else {
                p.absent { "not there" }
            }
        }
    }
}

/// Both values as people write them in the contract.
fn values(change: &Change) -> [Markup; 2] {
    let [old, new] =
        [&change.old, &change.new].map(|side| side.as_ref().map(|side| yaml(&side.value)));
    match (old, new) {
        (Some(old), Some(new)) => marked::sides(&old, &new),
        (old, new) => [
            html! { @if let Some(old) = old { del { (old) } } },
            html! { @if let Some(new) = new { ins { (new) } } },
        ],
    }
}

/// A text by itself is shown without quotes. Lines are not folded: where they end would hide which words differ.
fn yaml(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let text = match value {
        Value::String(text) => text.clone(),
        other => serde_saphyr::to_string_with_options(other, options)
            .unwrap_or_else(|_| other.to_string()),
    };
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(old: Option<Value>, new: Option<Value>) -> Change {
        let side = |value| Side {
            line: 3,
            column: 5,
            value,
        };
        Change {
            class: Class::Breaking,
            direction: Some(Direction::Sent),
            operation: None,
            operations: ["listCards", "card.updated"].map(str::to_owned).into(),
            pointer: "/info".to_owned(),
            old: old.map(side),
            new: new.map(side),
            text: "`name` changed".to_owned(),
            rust: vec!["changed Card<'a> & more".to_owned()],
            fingerprint: "f00d".to_owned(),
        }
    }

    fn page(change: &Change) -> String {
        one(change, &HashSet::new(), &Verdict::default(), &["listCards"]).into_string()
    }

    #[test]
    fn a_change_can_be_linked_to() {
        let page = page(&change(None, Some(json!("new"))));
        assert!(page.contains("<article id=\"change-f00d\""), "{page}");
        assert!(page.contains("href=\"#change-f00d\""), "{page}");
        assert!(page.contains("not there"), "{page}");
    }

    #[test]
    fn what_every_change_lists_in_rust_belongs_to_none() {
        let with = |items: &[&str]| Change {
            rust: items.iter().copied().map(str::to_owned).collect(),
            ..change(None, None)
        };
        let documentation = Change {
            class: Class::Documentation,
            ..with(&[])
        };
        let mut report = Report {
            class: Class::Breaking,
            semver: crate::diff::Semver::Minor,
            changes: vec![with(&["own", "every"]), with(&["every"]), documentation],
        };
        assert_eq!(
            of_every_change(&report),
            HashSet::from([&"every".to_owned()])
        );
        report.changes.remove(1);
        assert!(of_every_change(&report).is_empty());
    }

    #[test]
    fn a_change_leads_to_its_operations() {
        let page = page(&change(None, Some(json!("new"))));
        let links = "<a href=\"#operation-listCards\">listCards</a>, card.updated";
        assert!(page.contains(links), "{page}");
    }

    #[test]
    fn values_are_yaml() {
        let change = change(
            Some(json!({"type": "string"})),
            Some(json!({"type": "string", "maxLength": 5})),
        );
        let [old, new] = values(&change).map(Markup::into_string);
        assert_eq!(old, "type: string\n");
        assert_eq!(new, "type: string\n<ins>maxLength: 5\n</ins>");
    }

    #[test]
    fn nothing_of_the_document_is_markup() {
        let hostile = "</script><script>pwned()</script><img src=x onerror=pwned()>\"'";
        let mut change = change(Some(json!(hostile)), Some(json!({ hostile: hostile })));
        change.text = hostile.to_owned();
        change.operations = vec![hostile.to_owned()];
        change.pointer = hostile.to_owned();
        change.rust = vec![hostile.to_owned()];
        change.fingerprint = "\" onclick=\"pwned()".to_owned();
        let page = page(&change);
        for markup in ["<script", "</script", "<img", "\" onclick"] {
            assert!(!page.contains(markup), "{markup} in {page}");
        }
    }
}
