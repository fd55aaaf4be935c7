//! Phone numbers in the format of the API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A phone number in E.164 format: `+`, a country code that does not begin with 0, and the number;
/// 2 to 15 digits in all.
///
/// It is checked when it is built, so an invalid number is never sent. Cards in responses have the
/// API's own string.
///
/// ```
/// let number: linq::PhoneNumber = "+15551234567".parse()?;
/// assert_eq!(number.as_str(), "+15551234567");
/// assert!("(555) 123-4567".parse::<linq::PhoneNumber>().is_err());
/// # Ok::<(), linq::InvalidPhoneNumber>(())
/// ```
///
/// # Errors
///
/// Every conversion returns [`InvalidPhoneNumber`] for any other text, including the empty string.
///
/// Source: [Get contact cards](https://docs.linqapp.com), parameter `phone_number`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// Why a string is not a [`PhoneNumber`]. Its text shows the string and what is expected.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidPhoneNumber {
    /// The text that was given, shortened for the message.
    given: String,
    problem: Problem,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    Empty,
    NoPlus,
    NotADigit(char),
    LeadingZero,
    TooShort,
    TooLong,
}

const MAX_DIGITS: usize = 15;
const MAX_SHOWN: usize = 32;

impl PhoneNumber {
    /// The number with its `+`, such as `+15551234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let digits = text.strip_prefix('+').ok_or(Problem::NoPlus)?;
    if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Problem::NotADigit(other));
    }
    match digits.len() {
        _ if digits.starts_with('0') => Err(Problem::LeadingZero),
        0 | 1 => Err(Problem::TooShort),
        2..=MAX_DIGITS => Ok(()),
        _ => Err(Problem::TooLong),
    }
}

impl InvalidPhoneNumber {
    fn new(given: &str, problem: Problem) -> Self {
        let mut shown: String = given.chars().take(MAX_SHOWN).collect();
        if shown.len() < given.len() {
            shown.push('…');
        }
        Self {
            given: shown,
            problem,
        }
    }
}

impl fmt::Display for InvalidPhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a phone number in E.164 format: ",
            self.given
        )?;
        match self.problem {
            Problem::Empty => f.write_str("it is empty")?,
            Problem::NoPlus => f.write_str("it does not begin with +")?,
            Problem::NotADigit(other) => write!(f, "{other:?} is not a digit")?,
            Problem::LeadingZero => f.write_str("no country code begins with 0")?,
            Problem::TooShort => f.write_str("it is too short")?,
            Problem::TooLong => write!(f, "it has more than {MAX_DIGITS} digits")?,
        }
        f.write_str("; expected + and 2 to 15 digits, such as +15551234567")
    }
}

/// The same text, since that is what a `main` that returns an error prints.
impl fmt::Debug for InvalidPhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for InvalidPhoneNumber {}

impl FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text)
    }
}

impl TryFrom<&str> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        check(text).map_err(|problem| InvalidPhoneNumber::new(text, problem))?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<&String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: &String) -> Result<Self, Self::Error> {
        Self::try_from(text.as_str())
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        check(&text).map_err(|problem| InvalidPhoneNumber::new(&text, problem))?;
        Ok(Self(text))
    }
}

impl From<&PhoneNumber> for PhoneNumber {
    fn from(number: &PhoneNumber) -> Self {
        number.clone()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl AsRef<str> for PhoneNumber {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for PhoneNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PhoneNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A phone number in E.164 format.",
            "pattern": r"^\+[1-9][0-9]{1,14}$",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn accepts_exactly_what_the_contract_allows(
            text in prop_oneof![r"\+[1-9][0-9]{1,14}", r"\+?[0-9]{0,17}", r"[+0-9 ()٣a-]{0,18}", any::<String>()]
        ) {
            let contract = regex::Regex::new(r"^\+[1-9][0-9]{1,14}$").unwrap();
            let number = PhoneNumber::try_from(text.as_str());
            prop_assert_eq!(number.is_ok(), contract.is_match(&text));
            prop_assert_eq!(PhoneNumber::try_from(text.clone()), number.clone());
            match number {
                Ok(number) => prop_assert_eq!(number.to_string(), text),
                Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
            }
        }
    }

    #[test]
    fn accepts_the_shortest_and_the_longest() {
        for text in ["+12", "+15551234567", "+123456789012345"] {
            let number = PhoneNumber::try_from(text).unwrap();
            assert_eq!(number.to_string(), text);
            assert_eq!(AsRef::<str>::as_ref(&number), text);
        }
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        for (text, problem) in [
            (
                "",
                "\"\" is not a phone number in E.164 format: it is empty",
            ),
            ("15551234567", "it does not begin with +"),
            (" +15551234567", "it does not begin with +"),
            ("+1 555", "' ' is not a digit"),
            ("+1555123456٣", "'٣' is not a digit"),
            ("+15551234567\n", "'\\n' is not a digit"),
            ("+05551234567", "no country code begins with 0"),
            ("+", "it is too short"),
            ("+1", "it is too short"),
            ("+1234567890123456", "it has more than 15 digits"),
        ] {
            let message = PhoneNumber::try_from(text).unwrap_err().to_string();
            assert!(message.contains(problem), "{text:?}: {message}");
            assert!(
                message.ends_with("expected + and 2 to 15 digits, such as +15551234567"),
                "{message}"
            );
        }
    }

    #[test]
    fn debug_is_the_same_text() {
        let error = PhoneNumber::try_from("x").unwrap_err();
        assert_eq!(format!("{error:?}"), error.to_string());
    }

    #[test]
    fn the_text_of_an_error_is_short() {
        let message = PhoneNumber::try_from("9".repeat(1_000_000))
            .unwrap_err()
            .to_string();
        assert!(message.len() < 200, "{}", message.len());
    }

    #[test]
    fn deserializing_checks_the_number() {
        let number: PhoneNumber = serde_json::from_str("\"+15551234567\"").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"+15551234567\"");
        let error = serde_json::from_str::<PhoneNumber>("\"555\"").unwrap_err();
        assert!(
            error.to_string().contains("does not begin with +"),
            "{error}"
        );
    }
}
