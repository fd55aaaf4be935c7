//! What the fields of a contact card may be, checked before anything is sent.

use reqwest::Url;

use crate::error::Error;

/// The API documents no limits; these keep out what can't be meant.
const LONGEST_NAME: usize = 4_096;
const LONGEST_URL: usize = 8_192;

pub(super) fn first_name(name: String) -> Result<String, Error> {
    if name.trim().is_empty() {
        return Err(Error::invalid_input(
            "the first name is empty; give the name that people are to see",
        ));
    }
    within_limit("first name", name)
}

/// An empty one means none.
pub(super) fn last_name(name: String) -> Result<String, Error> {
    if !name.is_empty() && name.trim().is_empty() {
        return Err(Error::invalid_input(
            "the last name is only white space; give a name, an empty text for none, or leave it out",
        ));
    }
    within_limit("last name", name)
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

/// The URL in its normal form. What is wrong is told without the URL, which can hold a token.
pub(super) fn image_url(text: &str) -> Result<String, Error> {
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
    let url = Url::parse(text).map_err(|error| wrong(&format!("is not absolute ({error})")))?;
    if url.scheme() != "https" {
        return Err(wrong("is not https"));
    }
    // A browser mends `https:/example.com`; the service need not.
    if !text.as_bytes()[..8.min(text.len())].eq_ignore_ascii_case(b"https://") {
        return Err(wrong("has no // after https:"));
    }
    Ok(url.into())
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
        for name in ["", " ", "\t\n", "\u{a0}", "\u{3000}"] {
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
        ] {
            assert_eq!(image_url(url).unwrap(), url);
        }
        assert_eq!(
            image_url("HTTPS://Bücher.example/ü").unwrap(),
            "https://xn--bcher-kva.example/%C3%BC"
        );
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
            "https://example.com/a b",
            " https://example.com/",
            "https://example.com/\nx",
        ] {
            assert!(image_url(url).is_err(), "{url:?}");
        }
        assert!(image_url(&format!("https://example.com/{}", "x".repeat(8_192))).is_err());
    }

    #[test]
    fn what_is_wrong_is_told_without_the_url() {
        let text = image_url("http://example.com/?token=hunter2").unwrap_err();
        assert!(!text.to_string().contains("hunter2"), "{text}");
    }
}
