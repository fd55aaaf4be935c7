//! Text that is safe to print: one bounded line, without characters that act on a terminal.

use std::fmt;

/// The most bytes in a line.
const MAX_BYTES: usize = 500;
const CUT: char = '…';

/// One line of text, which may come from outside. All texts of an error are `Line`s, so that none
/// reaches people unchecked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Line(String);

impl Line {
    /// `text` with a space in place of each character that is not shown, or that would break the
    /// line, turn its direction or act on a terminal; cut at 500 bytes.
    pub(crate) fn new(text: &str) -> Self {
        let mut line = String::with_capacity(text.len().min(MAX_BYTES));
        for c in text.chars() {
            let c = if is_shown(c) { c } else { ' ' };
            if line.len() + c.len_utf8() > MAX_BYTES {
                while line.len() + CUT.len_utf8() > MAX_BYTES {
                    line.pop();
                }
                line.push(CUT);
                break;
            }
            line.push(c);
        }
        Self(line)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character is visible and has no other effect. Joiners and variation selectors are not:
/// they can hide text as well as shape it.
pub(crate) fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> String {
        Line::new(text).to_string()
    }

    #[test]
    fn control_and_invisible_characters_become_spaces() {
        assert_eq!(line("a\r\nb\u{1b}[31m\u{9b}c\u{0}\u{7f}"), "a  b [31m c  ");
        assert_eq!(
            line("\u{202e}gpj.exe\u{2066}\u{200f}\u{61c}"),
            " gpj.exe   "
        );
        assert_eq!(
            line("a\u{200b}b\u{200d}c\u{2060}d\u{feff}e\u{ad}f"),
            "a b c d e f"
        );
        assert_eq!(line("a\u{2028}b\u{2029}c\u{85}d"), "a b c d");
        assert_eq!(line("\u{e0041}\u{e007f}\u{e0100}\u{fe0f}"), "    ");
        assert_eq!(line("Zoë 李小龍 ‘x’ 👩 €"), "Zoë 李小龍 ‘x’ 👩 €");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(line(&"x".repeat(500)), "x".repeat(500));
        assert_eq!(line(&"x".repeat(501)), "x".repeat(497) + "…");
        assert_eq!(line(&"é".repeat(300)), "é".repeat(248) + "…");
    }

    proptest! {
        #[test]
        fn a_line_is_short_and_printable(text in any::<String>(), times in 1..200_usize) {
            let line = line(&text.repeat(times));
            prop_assert!(line.len() <= 500);
            prop_assert!(line.chars().all(is_shown), "{line:?}");
        }
    }
}
