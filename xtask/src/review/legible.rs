//! Spells out the characters that nobody sees, or that turn the text around them.

/// Text in which each such character is its code point, such as `[U+202E]`.
pub(super) fn legible(text: &str) -> String {
    let mut legible = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            legible.push_str(&format!("[U+{:04X}]", u32::from(character)));
        } else {
            legible.push(character);
        }
    }
    legible
}

/// Control characters, and those of Unicode's category "format" that have no place in a contract. Variation selectors
/// are not among them: emoji need them.
fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_is_spelled_out() {
        assert_eq!(
            legible("is\u{202e}eslaf\u{202c}, \u{2066}isolated\u{2069}"),
            "is[U+202E]eslaf[U+202C], [U+2066]isolated[U+2069]"
        );
    }

    #[test]
    fn what_nobody_sees_is_spelled_out() {
        assert_eq!(
            legible("a\u{200b}b\u{0}c\u{9b}d\u{e0041}"),
            "a[U+200B]b[U+0000]c[U+009B]d[U+E0041]"
        );
    }

    #[test]
    fn text_of_any_language_stays_as_it_is() {
        let text = "Café, שלום, 日本語, ☎️\n\tindented";
        assert_eq!(legible(text), text);
    }
}
