//! Checks the fields of a contact card by the rules of the contract.

const MAX_NAME: usize = 4_096;
const MAX_URL: usize = 8_192;

/// Whether `text` is an E.164 phone number: `+`, then 2 to 15 digits of which the first is not 0.
pub(crate) fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// Whether `text` can be a first name.
pub(crate) fn is_first_name(text: &str) -> bool {
    text.chars().any(is_visible) && text.chars().count() <= MAX_NAME
}

/// Whether `text` can be a last name; the empty one stands for none.
pub(crate) fn is_last_name(text: &str) -> bool {
    text.is_empty() || is_first_name(text)
}

fn is_visible(c: char) -> bool {
    let is_without_width = matches!(
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
    );
    !(c.is_whitespace() || c.is_control() || is_without_width)
}

/// Whether the service would fetch a photo from `url`.
pub(crate) fn is_photo_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    url.len() <= MAX_URL && is_host(host) && port.is_none_or(is_port) && is_encoded(path)
}

/// Whether `host` is a name with a dot, and not an IP address.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(is_allowed)
    };
    host.rsplit_once('.').is_some_and(|(labels, last)| {
        labels.split('.').all(is_label)
            && is_label(last)
            && last.starts_with(|first: char| first.is_ascii_alphabetic())
            && !last.contains('_')
    })
}

fn is_port(port: &str) -> bool {
    port.starts_with(|first: char| ('1'..='9').contains(&first)) && port.parse::<u16>().is_ok()
}

/// Whether a path, a query or a fragment has only characters of RFC 3986.
fn is_encoded(path: &str) -> bool {
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    path.char_indices().all(|(place, c)| match c {
        '%' => is_escape(&path[place + 1..]),
        _ => c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=".contains(c),
    })
}
