/// Whether `text` is an E.164 phone number: `+`, then 2 to 15 digits of which the first is not 0.
pub(crate) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_e164;

    #[test]
    fn accepts_two_to_fifteen_digits_after_the_plus() {
        for number in ["+15551234567", "+12", "+123456789012345"] {
            assert!(is_e164(number), "{number}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "+",
            "+1",
            "+1234567890123456",
            "+05551234567",
            "15551234567",
            " 15551234567",
            "+15551234567 ",
            "+1 555 123 4567",
            "++5551234567",
            "+1555123456a",
            "+١٢٣٤",
        ] {
            assert!(!is_e164(text), "{text:?}");
        }
    }
}
