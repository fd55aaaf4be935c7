//! What a response can be sent with, and what a request can be. The errors say what is wrong.

use http::{HeaderName, HeaderValue, Method, StatusCode, header};

pub(crate) fn status(status: u16) -> Result<StatusCode, String> {
    match StatusCode::from_u16(status) {
        Ok(status) if !status.is_informational() => Ok(status),
        _ => Err(format!("{status} is not the status of a response")),
    }
}

pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        (Ok(name), _) if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&name) => {
            Err(format!("the sandbox sets {name}"))
        }
        (Ok(name), Ok(value)) => Ok((name, value)),
        (Err(_), _) => Err(format!("{name:?} is not a header name")),
        (_, Err(_)) => Err(format!("{value:?} is not a header value")),
    }
}

pub(crate) fn method(method: impl TryInto<Method>) -> Result<Method, String> {
    match method.try_into() {
        // In lower case it would be another method, which no client sends.
        Ok(method) if !method.as_str().contains(|c: char| c.is_ascii_lowercase()) => Ok(method),
        _ => Err("the method must be a name in upper case".into()),
    }
}
