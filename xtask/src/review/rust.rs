//! What Rust users notice: the items of the generated code that differ.

use maud::{Markup, html};

use crate::diff::{Comparison, summary};

use super::code::with_code;
use super::marked;

/// A longer description of an item is folded.
const MOST_CHARACTERS: usize = 160;

/// The section of the page.
pub(super) fn section(comparison: &Comparison) -> Markup {
    let errors = comparison.build.iter().flat_map(|build| &build.errors);
    html! {
        section #rust aria-labelledby="rust-title" {
            h2 #rust-title { "What Rust users notice" }
            p.impact { (with_code(&summary::rust(comparison))) }
            ul.rust {
                @for error in errors { li { (item(error)) } }
                @for differing in comparison.rust.items() {
                    li {
                        @if differing.is_breaking() { span.badge.breaking { "breaking" } " " }
                        (item(&differing.text))
                    }
                }
            }
        }
    }
}

/// An item that differs, such as `changed Card.name: Option<String> → String`, or an error of the compiler, in which code is
/// between backticks.
pub(super) fn item(text: &str) -> Markup {
    if text.contains('`') {
        return with_code(text);
    }
    let start: String = text.chars().take(MOST_CHARACTERS).collect();
    if start.len() == text.len() {
        return html! { code { (text) } };
    }
    html! {
        details {
            summary { code { (start) "…" } }
            @match text.split_once(" → ") {
                Some((old, new)) => {
                    @let [old, new] = marked::sides(old, new);
                    div.sides {
                        pre tabindex="0" role="group" aria-label="Before" { code { (old) } }
                        pre tabindex="0" role="group" aria-label="After" { code { (new) } }
                    }
                }
                None => pre tabindex="0" role="group" aria-label="Item" { code { (text) } },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_items_are_shown_as_they_are() {
        assert_eq!(
            item("added Card<'a>").0,
            "<code>added Card&lt;'a&gt;</code>"
        );
    }

    #[test]
    fn errors_are_sentences_with_code_in_them() {
        let error = "`linq` does not compile: no field `name`";
        assert_eq!(
            item(error).0,
            "<code>linq</code> does not compile: no field <code>name</code>"
        );
    }

    #[test]
    fn both_sides_of_a_long_item_are_beside_each_other() {
        let same = "é".repeat(MOST_CHARACTERS);
        let page = item(&format!("changed {same} old → {same} new")).0;
        assert!(page.contains("<mark>old</mark>"), "{page}");
        assert!(page.contains("<mark>new</mark>"), "{page}");
    }
}
