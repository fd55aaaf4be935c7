//! Checks the fields of a contact card by the rules of the contract, before anything is sent.

use crate::error::Error;

const MAX_NAME: usize = 4_096;
const MAX_URL: usize = 8_192;

pub(super) fn first_name(name: String) -> Result<String, Error> {
    check_name("first", "", &name)?;
    Ok(name)
}

/// Checks a last name; an empty one means none.
pub(super) fn last_name(name: String) -> Result<String, Error> {
    if !name.is_empty() {
        check_name("last", "; pass \"\" for none, or leave it out", &name)?;
    }
    Ok(name)
}

fn check_name(which: &str, advice: &str, name: &str) -> Result<(), Error> {
    if name.chars().all(is_blank) {
        return Err(Error::invalid_input(format!(
            "the {which} name must not be blank{advice}"
        )));
    }
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(Error::invalid_input(format!(
            "the {which} name has {length} characters; the limit is {MAX_NAME}"
        )));
    }
    Ok(())
}

/// Whether a character is invisible by itself.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
        )
}

/// Checks the URL of a photo. The error does not show it, since it can hold a token.
pub(super) fn image_url(url: String) -> Result<String, Error> {
    match image_url_problem(&url) {
        Some(problem) => Err(Error::invalid_input(format!("the image URL {problem}"))),
        None => Ok(url),
    }
}

fn image_url_problem(url: &str) -> Option<&'static str> {
    if url.is_empty() {
        return Some(
            "must not be empty; leave `image_url` out to keep the photo (the API has no way to remove one)",
        );
    }
    let Some(rest) = url.strip_prefix("https://") else {
        return Some(
            "must begin with https:// in lower case, such as https://example.com/photo.jpg",
        );
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if authority.contains('@') {
        Some("must not contain a user name or password")
    } else if !is_public_host(host) {
        Some(
            "must have a public host name such as example.com, \
             in ASCII (xn--...) if it is in another script",
        )
    } else if port.is_some_and(|port| !is_port(port)) {
        Some("has an invalid port; use a number from 1 to 65535")
    } else if !is_encoded(path) {
        Some("has characters that must be percent-encoded, such as %20 for a space")
    } else if url.len() > MAX_URL {
        Some("must not be longer than 8192 characters")
    } else {
        None
    }
}

/// Whether `host` is a name with a dot in it, and not an IP address, whose last part begins with a
/// digit.
fn is_public_host(host: &str) -> bool {
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let Some((parents, top)) = host.rsplit_once('.') else {
        return false;
    };
    top.starts_with(|first: char| first.is_ascii_alphabetic())
        && top.bytes().all(is_in_name)
        && parents.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| is_in_name(byte) || byte == b'_')
        })
}

fn is_port(port: &str) -> bool {
    port.starts_with(|first: char| matches!(first, '1'..='9')) && port.parse::<u16>().is_ok()
}

/// Whether every character is one that RFC 3986 allows in a URL.
fn is_encoded(path: &str) -> bool {
    let mut parts = path.split('%');
    let is_plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte))
    };
    let starts_with_hex =
        |part: &str| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    parts.next().is_none_or(is_plain) && parts.all(|part| starts_with_hex(part) && is_plain(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_changed() {
        for name in ["Zoe\u{308}", " John ", "O'Neil\n"] {
            assert_eq!(first_name(name.to_owned()).unwrap(), name);
            assert_eq!(last_name(name.to_owned()).unwrap(), name);
        }
        let url = "https://example.com/a%2Fb?sig='x%2By'&exp=1";
        assert_eq!(image_url(url.to_owned()).unwrap(), url);
    }

    #[test]
    fn an_error_does_not_show_the_url() {
        for url in [
            "http://example.com/?token=hunter2",
            "https://ann:hunter2@example.com/",
            "https://hunter2/",
            "https://example.com:hunter2/",
            "https://example.com/hunter2 ",
        ] {
            let text = image_url(url.to_owned()).unwrap_err().to_string();
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
