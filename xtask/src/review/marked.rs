//! Two texts beside each other, with what the other one does not have marked.

use maud::{Markup, html};
use similar::{ChangeTag, DiffOp, DiffTag, InlineChange, TextDiff};

/// The time that a comparison takes grows with the square of the length. Longer texts are compared only from both ends.
const MOST_LINES: usize = 10_000;
/// The same for the words of lines that differ.
const MOST_BYTES: usize = 20_000;
/// As many lines as this are shown on either side of marked ones.
const CONTEXT_LINES: usize = 3;
/// As many characters as this are shown on either side of a mark, if words are not compared.
const CONTEXT_CHARACTERS: usize = 400;

/// What comes next in both texts.
enum Part<'a> {
    /// Lines that both have.
    Common(Vec<&'a str>),
    /// What differs: the old and the new lines.
    Different([Markup; 2]),
}

/// Both texts. Long parts that they have in common are left out.
pub(super) fn sides(old: &str, new: &str) -> [Markup; 2] {
    if old.lines().count() + new.lines().count() > MOST_LINES {
        return from_ends(old, new);
    }
    let diff = TextDiff::from_lines(old, new);
    let parts: Vec<_> = diff.ops().iter().map(|op| part(&diff, op)).collect();
    [0, 1].map(|side| {
        html! {
            @for (at, part) in parts.iter().enumerate() {
                @match part {
                    Part::Common(lines) => (common(lines, at == 0, at + 1 == parts.len())),
                    Part::Different(sides) => (sides[side]),
                }
            }
        }
    })
}

fn part<'a>(diff: &'a TextDiff<'a, 'a, str>, op: &DiffOp) -> Part<'a> {
    let lines: Vec<_> = diff.iter_changes(op).collect();
    if op.tag() == DiffTag::Equal {
        return Part::Common(lines.iter().map(|line| line.value()).collect());
    }
    if lines.iter().map(|line| line.value().len()).sum::<usize>() > MOST_BYTES {
        let [old, new] = [ChangeTag::Delete, ChangeTag::Insert].map(|tag| {
            let lines = lines.iter().filter(|line| line.tag() == tag);
            lines.map(|line| line.value()).collect::<String>()
        });
        return Part::Different(from_ends(&old, &new));
    }
    let lines: Vec<_> = diff.iter_inline_changes_deadline(op, None).collect();
    let of = |tag| {
        let lines = lines.iter().filter(move |line| line.tag() == tag);
        lines.map(words).collect::<Vec<_>>()
    };
    Part::Different([
        html! { @for line in of(ChangeTag::Delete) { del { (line) } } },
        html! { @for line in of(ChangeTag::Insert) { ins { (line) } } },
    ])
}

fn words(line: &InlineChange<str>) -> Markup {
    html! {
        @for (is_marked, words) in line.values() {
            @if *is_marked { mark { (words) } } @else { (words) }
        }
    }
}

/// Lines that both texts have: those next to marked ones, or all if the texts do not differ.
fn common(lines: &[&str], is_first: bool, is_last: bool) -> Markup {
    let before = if is_first { 0 } else { CONTEXT_LINES };
    let after = if is_last { 0 } else { CONTEXT_LINES };
    let left_out = lines.len().saturating_sub(before + after);
    if left_out < 2 || (is_first && is_last) {
        return html! { (lines.concat()) };
    }
    html! {
        (lines[..before].concat())
        (gap(left_out, "lines"))
        (lines[lines.len() - after..].concat())
    }
}

fn gap(count: usize, what: &str) -> Markup {
    html! { span.gap { "⋯ " (count) " " (what) " that both sides have ⋯\n" } }
}

/// What is left of both texts without what they begin and end with in common is marked as a whole.
fn from_ends(old: &str, new: &str) -> [Markup; 2] {
    let start = common_length(old.chars(), new.chars());
    let (head, old) = old.split_at(start);
    let new = &new[start..];
    let end = common_length(old.chars().rev(), new.chars().rev());
    let (old, tail) = old.split_at(old.len() - end);
    let new = &new[..new.len() - end];
    [
        html! { (before(head)) del { mark { (old) } } (after(tail)) },
        html! { (before(head)) ins { mark { (new) } } (after(tail)) },
    ]
}

/// The length in bytes of what both begin with.
fn common_length(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let common = one.zip(other).take_while(|(one, other)| one == other);
    common.map(|(character, _)| character.len_utf8()).sum()
}

fn before(text: &str) -> Markup {
    let left_out = text.chars().count().saturating_sub(CONTEXT_CHARACTERS);
    let shown: String = text.chars().skip(left_out).collect();
    html! { @if left_out > 0 { (gap(left_out, "characters")) } (shown) }
}

fn after(text: &str) -> Markup {
    let left_out = text.chars().count().saturating_sub(CONTEXT_CHARACTERS);
    let shown: String = text.chars().take(CONTEXT_CHARACTERS).collect();
    html! { (shown) @if left_out > 0 { "\n" (gap(left_out, "characters")) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> [String; 2] {
        sides(old, new).map(Markup::into_string)
    }

    #[test]
    fn lines_and_words_that_differ_are_marked_on_their_side() {
        let [old, new] = shown("a: 1\nb: 2\n", "a: 1\nb: 3\n");
        assert_eq!(old, "a: 1\n<del>b: <mark>2</mark>\n</del>");
        assert_eq!(new, "a: 1\n<ins>b: <mark>3</mark>\n</ins>");
    }

    #[test]
    fn what_only_one_side_has_is_marked_there() {
        let [old, new] = shown("a\n", "a\nb\n");
        assert_eq!(old, "a\n");
        assert_eq!(new, "a\n<ins>b\n</ins>");
    }

    #[test]
    fn long_common_parts_are_left_out() {
        let common = "same\n".repeat(20);
        let [old, new] = shown(
            &format!("{common}a\n{common}"),
            &format!("{common}b\n{common}"),
        );
        for side in [old, new] {
            assert_eq!(side.matches("same\n").count(), 2 * CONTEXT_LINES, "{side}");
            assert_eq!(
                side.matches("⋯ 17 lines that both sides have ⋯").count(),
                2,
                "{side}"
            );
        }
    }

    #[test]
    fn a_change_within_a_huge_line_is_marked_and_in_view() {
        let words = "word ".repeat(100_000);
        let [old, new] = shown(&format!("{words}é{words}"), &format!("{words}è!{words}"));
        assert!(old.contains("<del><mark>é</mark></del>"));
        assert!(new.contains("<ins><mark>è!</mark></ins>"));
        assert!(old.len() + new.len() < 3_000);
    }

    #[test]
    fn lines_are_compared_in_texts_of_many() {
        let lines: String = (0..4_000).map(|line| format!("line {line}\n")).collect();
        let changed = lines
            .replace("line 10\n", "")
            .replace("line 3000\n", "other\n");
        let [old, new] = shown(&lines, &changed);
        assert_eq!(old.matches("<del>").count(), 2);
        assert_eq!(new.matches("<ins>").count(), 1);
        assert!(old.len() + new.len() < 3_000);
    }

    #[test]
    fn texts_of_very_many_lines_are_compared_from_both_ends() {
        let lines = "a\n".repeat(MOST_LINES);
        let [old, new] = shown(&format!("{lines}b\n{lines}"), &format!("{lines}c\n{lines}"));
        assert!(old.contains("<del><mark>b</mark></del>"));
        assert!(new.contains("<ins><mark>c</mark></ins>"));
        assert!(old.len() + new.len() < 3_000);
    }

    #[test]
    fn texts_are_not_markup() {
        for length in [1, 2_000, 20_000] {
            let hostile = "</code><script>pwned()</script>\"'&\n".repeat(length);
            for side in shown(&hostile, &format!("<img src=x>{hostile}<img src=x>\n")) {
                assert!(
                    !side.contains("<script") && !side.contains("<img"),
                    "{side}"
                );
            }
        }
    }
}
