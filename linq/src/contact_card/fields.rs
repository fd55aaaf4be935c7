//! What the fields of a contact card may be, checked before anything is sent.

use reqwest::Url;

use crate::error::Error;

/// The API documents no limits; these keep out what can't be meant.
const LONGEST_NAME: usize = 4_096;
const LONGEST_URL: usize = 8_192;

pub(super) fn first_name(name: String) -> Result<String, Error> {
    if name.chars().all(is_blank) {
        return Err(Error::invalid_input(
            "the first name is empty; give the name that people are to see",
        ));
    }
    within_limit("first name", name)
}

/// An empty one means none.
pub(super) fn last_name(name: String) -> Result<String, Error> {
    if !name.is_empty() && name.chars().all(is_blank) {
        return Err(Error::invalid_input(
            "the last name is blank; give a name, an empty text for none, or leave it out",
        ));
    }
    within_limit("last name", name)
}

/// Whether a character shows nothing by itself.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

fn within_limit(field: &str, name: String) -> Result<String, Error> {
    if name.len() > LONGEST_NAME {
        return Err(Error::invalid_input(format!(
            "the {field} has {} bytes; give {LONGEST_NAME} at the most",
            name.len()
        )));
    }
    Ok(name)
}

/// What is wrong is told without the URL, which can hold a token.
pub(super) fn image_url(text: String) -> Result<String, Error> {
    let wrong = |problem: &str| {
        Error::invalid_input(format!(
            "the image URL {problem}; give an absolute https URL, such as https://example.com/photo.jpg"
        ))
    };
    if text.len() > LONGEST_URL {
        return Err(wrong(&format!("is longer than {LONGEST_URL} bytes")));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("has white space"));
    }
    let url = Url::parse(&text).map_err(|error| wrong(&format!("is not absolute ({error})")))?;
    if url.scheme() != "https" {
        return Err(wrong("is not https"));
    }
    // A browser mends `https:/example.com` and `https:///example.com`; the service need not.
    let (scheme, rest) = text.split_at_checked("https://".len()).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("https://") || rest.starts_with(['/', '\\']) {
        return Err(wrong("has no host after https://"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_stay_as_they_are() {
        for name in [
            "Zoë",
            "Zoe\u{308}",
            "李",
            "أحمد",
            "👩‍👩‍👧",
            " John ",
            "O'Neil\n",
        ] {
            assert_eq!(first_name(name.to_owned()).unwrap(), name);
            assert_eq!(last_name(name.to_owned()).unwrap(), name);
        }
        assert_eq!(last_name(String::new()).unwrap(), "");
    }

    #[test]
    fn blank_names_are_refused() {
        for name in [
            "",
            " ",
            "\t\n",
            "\u{a0}",
            "\u{3000}",
            "\u{200b}",
            "\u{feff} ",
            "\0",
            "\u{2800}\u{fe0f}",
        ] {
            assert!(first_name(name.to_owned()).is_err(), "{name:?}");
        }
        assert!(last_name(" ".to_owned()).is_err());
    }

    #[test]
    fn names_are_bounded() {
        assert!(first_name("x".repeat(4_096)).is_ok());
        for checked in [first_name, last_name].map(|check| check("é".repeat(2_049))) {
            let text = checked.unwrap_err().to_string();
            assert!(
                text.ends_with("has 4098 bytes; give 4096 at the most"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_image_url_is_absolute_https() {
        for url in [
            "https://example.com/john.jpg",
            "https://example.com/a%2Fb?sig=x%2By&exp=1",
            "https://[::1]:8443/x",
            "https://example.com/?sig='x'",
            "HTTPS://Bücher.example/ü",
        ] {
            assert_eq!(image_url(url.to_owned()).unwrap(), url);
        }
        for url in [
            "",
            "john.jpg",
            "/john.jpg",
            "//example.com/john.jpg",
            "http://example.com/john.jpg",
            "ftp://example.com/john.jpg",
            "data:image/png;base64,AA==",
            "https:",
            "https://",
            "https:/example.com/x",
            "https:example.com/x",
            "https:///example.com/x",
            "https://\\\\example.com/x",
            "https://?x",
            "https://example.com/a b",
            " https://example.com/",
            "https://example.com/\nx",
        ] {
            assert!(image_url(url.to_owned()).is_err(), "{url:?}");
        }
        assert!(image_url(format!("https://example.com/{}", "x".repeat(8_192))).is_err());
    }

    #[test]
    fn what_is_wrong_is_told_without_the_url() {
        let text = image_url("http://example.com/?token=hunter2".to_owned()).unwrap_err();
        assert!(!text.to_string().contains("hunter2"), "{text}");
    }
}
