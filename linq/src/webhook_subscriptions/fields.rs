//! Checks the fields of a webhook subscription, and compares them with the returned ones.

use std::collections::BTreeSet;
use std::net::IpAddr;

use linq_gen::Field;
use linq_gen::types::WebhookEventType;
use reqwest::Url;
use reqwest::header::HeaderName;

use crate::error::Error;
use crate::phone_number::PhoneNumber;

const MAX_URL: usize = 8_192;
const MAX_EVENTS: usize = 1_000;
const MAX_EVENT: usize = 255;
const MAX_LINES: usize = 10_000;
const MAX_HEADER_NAME: usize = 255;
/// The header for the id of a chat if a subscription has no other.
const DEFAULT_ID_HEADER: &str = "Linq-Chat-Id";

/// Checks the URL. The error does not show it, since it can hold a token.
pub(super) fn target_url(url: String) -> Result<String, Error> {
    let problem = match Url::parse(&url) {
        _ if url.is_empty() => "must not be empty",
        _ if url.len() > MAX_URL => "must not be longer than 8192 bytes",
        _ if url.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            "contains a space or a control character"
        }
        Ok(parsed) if parsed.scheme() == "https" || is_loopback(&parsed) => {
            if parsed.fragment().is_none() {
                return Ok(url);
            }
            "has a fragment (#...), which is not sent"
        }
        _ => "must begin with https://, such as https://example.com/webhooks/linq",
    };
    Err(Error::invalid_input(format!("the target URL {problem}")))
}

/// Whether it is plain HTTP to this machine, for tests.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    url.scheme() == "http" && (host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback()))
}

/// Checks the event types; returns each once, in the given order.
pub(super) fn events(
    events: impl IntoIterator<Item: Into<WebhookEventType>>,
) -> Result<Vec<WebhookEventType>, Error> {
    let mut unique: Vec<WebhookEventType> = Vec::new();
    for event in events {
        let event = event.into();
        let name = event.as_str();
        if name.is_empty() || name.len() > MAX_EVENT || !name.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(Error::invalid_input(format!(
                "{name:?} is not an event type; expected something like contact_card.received"
            )));
        }
        if !unique.contains(&event) {
            unique.push(event);
        }
        if unique.len() > MAX_EVENTS {
            return Err(Error::invalid_input("there are more than 1000 event types"));
        }
    }
    if unique.is_empty() {
        return Err(Error::invalid_input(
            "there is no event type; pass at least one, such as contact_card.received",
        ));
    }
    Ok(unique)
}

/// Checks the numbers; returns each once.
pub(super) fn phone_numbers<N>(lines: impl IntoIterator<Item = N>) -> Result<Vec<String>, Error>
where
    N: TryInto<PhoneNumber, Error: Into<Error>>,
{
    let mut unique = BTreeSet::new();
    for line in lines {
        let line: PhoneNumber = line.try_into().map_err(Into::into)?;
        unique.insert(line);
        if unique.len() > MAX_LINES {
            return Err(Error::invalid_input(
                "there are more than 10000 phone numbers",
            ));
        }
    }
    Ok(unique.into_iter().map(String::from).collect())
}

pub(super) fn header_name(name: String) -> Result<String, Error> {
    if name.len() > MAX_HEADER_NAME || HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(Error::invalid_input(
            "the name of a routing header has at most 255 letters, digits, dashes and underscores",
        ));
    }
    Ok(name)
}

/// Whether deliveries can be signed with it: base64, with or without `whsec_` before it.
pub(super) fn is_secret(secret: &str) -> bool {
    let key = secret.strip_prefix("whsec_").unwrap_or(secret);
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let digits = key.trim_end_matches('=');
    !digits.is_empty() && digits.bytes().all(is_base64)
}

/// Whether two URLs lead to the same place. The service may leave out the query, and user name and
/// password.
pub(super) fn is_same_url(asked: &str, returned: &str) -> bool {
    match (Url::parse(asked), Url::parse(returned)) {
        (Ok(mut asked), Ok(returned)) => {
            if returned.query().is_none() {
                asked.set_query(None);
            }
            if returned.username().is_empty() && returned.password().is_none() {
                // A URL with a host can have both.
                let _ = asked.set_username("").and(asked.set_password(None));
            }
            asked == returned
        }
        _ => asked == returned,
    }
}

/// Whether two lists have the same values, in any order.
pub(super) fn are_same<T: Ord>(asked: &[T], returned: &[T]) -> bool {
    asked.iter().collect::<BTreeSet<_>>() == returned.iter().collect()
}

/// Whether a returned header is the requested one. None can be returned as empty, or as the default
/// name.
pub(super) fn is_same_header(asked: &Field<String>, returned: Option<&str>) -> bool {
    let returned = returned.unwrap_or_default();
    match asked {
        Field::Absent => true,
        Field::Null => returned.is_empty() || returned.eq_ignore_ascii_case(DEFAULT_ID_HEADER),
        Field::Value(asked) => asked.eq_ignore_ascii_case(returned),
    }
}
