//! Removes the API key from text that a server sent, however it is escaped.

use std::cmp::Reverse;

use super::line::is_shown;

pub(crate) const REDACTED: &str = "[redacted]";

/// Fewer characters of a key at a cut reveal nothing.
const MIN_PART: usize = 4;

/// How often an escaped text is escaped again, such as JSON in JSON in HTML.
const MAX_LAYERS: usize = 4;

/// `text` without `key`, and without the beginning of the key at the end of a text that was cut.
pub(crate) fn redacted(text: &str, key: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for Found {
        start,
        end,
        is_whole,
    } in find(text, key)
    {
        if start < from {
            continue;
        }
        shown.push_str(&text[from..start]);
        if is_whole {
            shown.push_str(REDACTED);
        }
        from = end;
    }
    shown + &text[from..]
}

/// Whether `text` contains `key`.
pub(crate) fn holds(text: &str, key: &str) -> bool {
    if text.bytes().all(stands_for_itself) {
        // Nearly every text is like this.
        return text.contains(key);
    }
    find(text, key).iter().any(|found| found.is_whole)
}

/// Whether a character, wherever it is, is neither skipped nor the beginning of an escape.
fn stands_for_itself(byte: u8) -> bool {
    byte.is_ascii_graphic() && !ESCAPES.contains(&char::from(byte))
}

/// The place of a key in the text.
struct Found {
    start: usize,
    end: usize,
    is_whole: bool,
}

/// A character after some layers of escapes have been removed, and its place in the text.
#[derive(Clone, Copy)]
struct Unit {
    c: char,
    start: usize,
    end: usize,
}

/// Every place of `key` in `text`, in order. Removes one layer of escapes after another, and skips
/// characters that can't be in a key.
fn find(text: &str, key: &str) -> Vec<Found> {
    let key: Vec<char> = key.chars().collect();
    let units = text.char_indices().map(|(start, c)| Unit {
        c,
        start,
        end: start + c.len_utf8(),
    });
    let mut layer: Vec<Unit> = units.filter(can_be_of_a_key).collect();
    let mut found = Vec::new();
    for _ in 0..=MAX_LAYERS {
        found.extend((0..layer.len()).filter_map(|at| match_at(&layer, at, &key, text.len())));
        match without_escapes(&layer) {
            Some(next) => layer = next,
            None => break,
        }
    }
    // At one place, a whole key comes before a partial one, and longer ones come first.
    found.sort_unstable_by_key(|found| (found.start, Reverse(found.is_whole), Reverse(found.end)));
    found.dedup_by_key(|found| found.start);
    found
}

fn can_be_of_a_key(unit: &Unit) -> bool {
    is_shown(unit.c) && !unit.c.is_whitespace()
}

/// The key at one place, each of its characters plain or escaped.
fn match_at(layer: &[Unit], at: usize, key: &[char], text_end: usize) -> Option<Found> {
    let mut rest = &layer[at..];
    let start = rest.first()?.start;
    for (matched, expected) in key.iter().enumerate() {
        let taken = match rest.first() {
            Some(unit) if unit.c == *expected => 1,
            Some(_) => match escape(rest) {
                Some((c, length)) if c == *expected => length,
                Some(_) => return None,
                None if may_be_cut_escape(rest) => 0,
                None => return None,
            },
            None => 0,
        };
        if taken == 0 {
            return (matched >= MIN_PART).then_some(Found {
                start,
                end: text_end,
                is_whole: false,
            });
        }
        rest = &rest[taken..];
    }
    let last = layer[layer.len() - rest.len() - 1];
    Some(Found {
        start,
        end: last.end,
        is_whole: true,
    })
}

/// The text without one layer of escapes; `None` if it has no escapes.
fn without_escapes(layer: &[Unit]) -> Option<Vec<Unit>> {
    let mut next = Vec::with_capacity(layer.len());
    let mut rest = layer;
    while let Some(unit) = rest.first() {
        let (c, length) = escape(rest).unwrap_or((unit.c, 1));
        let unescaped = Unit {
            c,
            start: unit.start,
            end: rest[length - 1].end,
        };
        next.extend(Some(unescaped).filter(can_be_of_a_key));
        rest = &rest[length..];
    }
    (next.len() < layer.len()).then_some(next)
}

/// The character for an escape at the beginning of `units`, and the length of the escape: one of
/// JSON, JavaScript, URLs, HTML, or quoted-printable.
fn escape(units: &[Unit]) -> Option<(char, usize)> {
    let (lead, rest) = units.split_first()?;
    match lead.c {
        '%' | '=' => Some((number(rest, 16, 2, 2)?.0, 3)),
        '&' if first(rest)? == '#' => {
            let is_hexadecimal = matches!(first(&rest[1..])?, 'x' | 'X');
            let (skipped, radix) = if is_hexadecimal { (2, 16) } else { (1, 10) };
            let (c, digits) = number(&rest[skipped..], radix, 1, usize::MAX)?;
            let length = 1 + skipped + digits;
            Some((c, length + ends_with(units, length, ';')))
        }
        '&' => {
            let name: String = rest
                .iter()
                .map(|unit| unit.c)
                .take_while(char::is_ascii_alphabetic)
                .take(16)
                .collect();
            let (_, c) = HTML_NAMES.iter().find(|(known, _)| *known == name)?;
            let length = 1 + name.len();
            Some((*c, length + ends_with(units, length, ';')))
        }
        '\\' => match first(rest)? {
            'u' if rest.get(1).is_some_and(|unit| unit.c == '{') => {
                let (c, digits) = number(&rest[2..], 16, 1, usize::MAX)?;
                let length = 3 + digits;
                Some((c, length + ends_with(units, length, '}')))
            }
            'u' => Some((number(&rest[1..], 16, 4, 4)?.0, 6)),
            'x' => Some((number(&rest[1..], 16, 2, 2)?.0, 4)),
            '0'..='7' => {
                let (c, digits) = number(rest, 8, 1, 3)?;
                Some((c, 1 + digits))
            }
            // Line breaks and the like can't be in a key.
            'b' | 'f' | 'n' | 'r' | 't' | 'v' => Some((' ', 2)),
            other => Some((other, 2)),
        },
        _ => None,
    }
}

fn first(units: &[Unit]) -> Option<char> {
    units.first().map(|unit| unit.c)
}

fn ends_with(units: &[Unit], at: usize, end: char) -> usize {
    usize::from(units.get(at).is_some_and(|unit| unit.c == end))
}

/// The character with the number at the beginning of `units`, and how many digits the number has.
fn number(units: &[Unit], radix: u32, min: usize, max: usize) -> Option<(char, usize)> {
    let digits = units
        .iter()
        .map_while(|unit| unit.c.to_digit(radix))
        .take(max);
    let (value, count) = digits.fold((0_u32, 0), |(value, count), digit| {
        (value.saturating_mul(radix).saturating_add(digit), count + 1)
    });
    // A number without a character can't be in a key.
    (count >= min).then(|| (char::from_u32(value).unwrap_or(' '), count))
}

/// The characters that escapes begin with.
const ESCAPES: [char; 4] = ['%', '=', '&', '\\'];

/// Whether the text may end within an escape.
fn may_be_cut_escape(rest: &[Unit]) -> bool {
    let is_escape = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '{');
    rest.len() <= 16
        && ESCAPES.contains(&rest[0].c)
        && rest[1..].iter().all(|unit| is_escape(unit.c))
}

/// The HTML names of characters that can be in a key.
const HTML_NAMES: [(&str, char); 43] = [
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "sk-a+b/c_d=%2B&é0123456789";

    #[test]
    fn every_spelling_of_a_key_is_found() {
        let key = "sk-a+b/c_d=";
        for spelling in [
            key,
            r"sk-a+b\/c_d=",
            r"sk-a\u002Bb\/c_d\u003d",
            r"\u{73}k\x2da\53b\u002fc_d=",
            "sk-a&#43;b&#x2F;c&lowbar;d&equals;",
            "sk-a&#0043b&sol;c_d&#61;",
            "sk-a%2Bb%2fc_d%3D",
            "sk-a=2Bb=2Fc_d=3D",
            r"sk-a\\u002Bb\\/c_d=",
            "sk-a%252Bb%25252Fc_d=",
            "sk-a&amp;#43;b&amp;#x2F;c_d=",
            "sk-\n  a+b/\u{200b}c_d=",
            "s\0k\0-\0a\0+\0b\0/\0c\0_\0d\0=",
        ] {
            let text = format!("You sent <{spelling}>, é");
            assert_eq!(
                redacted(&text, key),
                "You sent <[redacted]>, é",
                "{spelling}"
            );
            assert!(holds(&text, key), "{spelling}");
        }
    }

    #[test]
    fn a_key_cut_off_at_the_end_is_found() {
        let key = "sk-a+b/c_d=";
        for cut in [
            "sk-a",
            "sk-a+b",
            r"sk-a\u002Bb",
            r"sk-a\u00",
            r"sk-a\",
            "sk-a%2",
            "sk-a&#4",
            "sk-a&pl",
            "sk-a%25",
        ] {
            assert_eq!(
                redacted(&format!("You sent: {cut}"), key),
                "You sent: ",
                "{cut}"
            );
        }
        assert_eq!(redacted("You sent: sk-", key), "You sent: sk-");
    }

    #[test]
    fn text_without_the_key_is_unchanged() {
        for text in [
            "",
            "-a+b/c_d=",
            r"\u00 %2 & &# &#x \u{ =",
            "100% & \"more\" = <b>",
            "\u{202e}",
        ] {
            assert_eq!(redacted(text, KEY), text);
            assert!(!holds(text, KEY));
        }
    }

    #[test]
    fn a_key_is_held_wherever_it_is_in_plain_text() {
        for (text, is_held) in [
            ("sk-1", true),
            ("<sk-1>", true),
            ("sk-sk-1", true),
            ("sk-", false),
            ("k-1", false),
            ("SK-1", false),
            ("", false),
        ] {
            assert_eq!(holds(text, "sk-1"), is_held, "{text}");
        }
    }

    /// One of the ways to write a character.
    fn written(c: char, way: u8) -> String {
        let number = u32::from(c);
        match way {
            0 => c.to_string(),
            1 => format!("\\u{number:04x}"),
            2 => format!("&#{number};"),
            3 => format!("&#x{number:X};"),
            4 => format!("%{number:02X}"),
            _ => format!("\\x{number:02x}"),
        }
    }

    proptest! {
        #[test]
        fn no_mixture_of_escapes_hides_a_key(
            key in "[A-Za-z0-9+/=_.~-]{8,40}",
            ways in proptest::collection::vec(0..6_u8, 40),
            before in "[^&%=\\\\]{0,20}",
            after in "[ <>,]{0,20}",
        ) {
            let spelling: String = key.chars().zip(ways).map(|(c, way)| written(c, way)).collect();
            let shown = redacted(&format!("{before}{spelling}{after}"), &key);
            prop_assert_eq!(shown, format!("{before}[redacted]{after}"));
        }

        #[test]
        fn any_text_is_accepted(parts in proptest::collection::vec(any::<String>(), 0..4), key in "[!-Z^-~]{6,30}") {
            let shown = redacted(&parts.join(&key), &key);
            prop_assert!(!shown.contains(&key), "{shown}");
        }
    }
}
