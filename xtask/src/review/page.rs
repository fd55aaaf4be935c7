//! The page as a whole: one file that needs no other.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::diff::summary::release;
use crate::diff::{Class, Comparison, Report, Verdict};
use crate::lint::Finding;

use super::changes::{self, CLASSES, count};
use super::code::with_code;
use super::legible::legible;
use super::operations::{self, Operation};
use super::reference::Reference;
use super::rust;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// All that the page shows.
pub(super) struct Review<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) findings: &'a [Finding],
    pub(super) operations: &'a [Operation],
    pub(super) reference: &'a Reference,
}

/// The page. Whatever the documents say, only our script and Redoc's run, only our styles and Redoc's apply, and nothing
/// is loaded.
pub(super) fn render(review: &Review) -> String {
    let title = review.comparison.new.value()["info"]["title"].as_str();
    let title = title.unwrap_or("the contract");
    let class = review.comparison.report.class.name();
    let ours = legible(&ours(review, title).into_string());
    let (head, body) = match review.reference {
        Reference::Rendered(page) => (page.head(""), page.body("")),
        Reference::Failed(_) => Default::default(),
    };
    // A word that nothing in the page can contain, being made of its hash.
    let digest = Sha256::digest([&ours, &head, &body].map(String::as_str).concat());
    let nonce: String = digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let attribute = format!(" nonce=\"{nonce}\"");
    let (head, body) = match review.reference {
        Reference::Rendered(page) => (page.head(&attribute), page.body(&attribute)),
        Reference::Failed(_) => Default::default(),
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src-elem 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; \
         img-src data:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                // Redoc puts it on the styles that it adds.
                meta property="csp-nonce" content=(nonce);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (class) ": review of " (legible(title)) }
                style nonce=(nonce) { (PreEscaped(STYLE)) }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
                (PreEscaped(head))
            }
            body {
                (PreEscaped(ours))
                (PreEscaped(body))
            }
        }
    };
    page.into_string()
}

/// The part above the reference.
fn ours(review: &Review, title: &str) -> Markup {
    let Review {
        comparison,
        findings,
        operations,
        reference,
    } = review;
    let ids: Vec<_> = operations
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    let [old, new] = [&comparison.old, &comparison.new].map(|contract| contract.path().display());
    html! {
        div.review {
            header {
                h1 { "Contract review" }
                p.note { (title) ": " code { (old) } " → " code { (new) } }
                (verdict(&comparison.report, &comparison.verdict))
                nav aria-label="Contents" {
                    a href="#changes" { "Changes " b { (comparison.report.changes.len()) } }
                    a href="#rust" { "Rust items " b { (comparison.rust.items().len()) } }
                    a href="#lint" { "Lint findings " b { (findings.len()) } }
                    a href="#operations" { "Operations " b { (operations.len()) } }
                    a href="#reference" { "Reference" }
                }
            }
            div {
                (changes::section(comparison, &ids))
                (rust::section(comparison))
                (lint(findings))
                (operations::section(operations))
                section #reference aria-labelledby="reference-title" {
                    h2 #reference-title { "Reference" }
                    @match reference {
                        Reference::Rendered(_) => p.note { "The API as it is after the changes." },
                        Reference::Failed(why) => {
                            p { "The new document can't be rendered." }
                            pre tabindex="0" role="group" aria-label="Reason" { (why) }
                        }
                    }
                }
            }
        }
    }
}

fn verdict(report: &Report, verdict: &Verdict) -> Markup {
    let meaning = match report.class {
        Class::Breaking => "Callers may have to change something.",
        Class::Unknown => "No rule covers a change: it may break callers, and counts as breaking.",
        Class::Compatible => "Callers need not change anything.",
        Class::Documentation => "Only what people read changed.",
        Class::None => "The two documents say the same.",
    };
    html! {
        div class={ "verdict " (report.class.name()) } {
            p.class { span aria-hidden="true" { (report.class.sign()) } " " (report.class.name()) }
            p { (meaning) " " (release(report.semver)) }
            @if !report.changes.is_empty() {
                ul.counts {
                    @for class in CLASSES {
                        @let count = count(report, class);
                        li class=(class.name()) data-none[count == 0] { b { (count) } " " (class.name()) }
                    }
                }
            }
            @let state = verdict.sentences();
            @for sentence in state { p.state { (sentence) } }
        }
    }
}

fn lint(findings: &[Finding]) -> Markup {
    html! {
        section #lint aria-labelledby="lint-title" {
            h2 #lint-title { "Lint findings" }
            @if findings.is_empty() {
                p { "There are none." }
            } @else {
                div.table tabindex="0" role="group" aria-label="Table of findings" {
                    table {
                        thead { tr { th scope="col" { "Place" } th scope="col" { "Rule" } th scope="col" { "Finding" } } }
                        tbody {
                            @for found in findings {
                                tr {
                                    td { (found.line) ":" (found.column) }
                                    td { code { (found.rule) } }
                                    td { (with_code(&found.text)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
