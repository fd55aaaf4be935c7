//! The trace id of a response, unless it is unsafe to show: a service can echo anything.

use linq_gen::Received;
use secrecy::{ExposeSecret as _, SecretString};

use super::redact::holds;

/// The longest trace id that is accepted; the API's have 32 characters.
const MAX_LENGTH: usize = 128;

/// The trace id in the headers.
pub(crate) fn in_headers(received: &Received, api_key: &SecretString) -> Option<String> {
    let id = received.headers.get("x-trace-id")?.to_str().ok()?;
    shown(id, api_key).map(str::to_owned)
}

/// A trace id that can be shown.
pub(crate) fn shown<'a>(text: &'a str, api_key: &SecretString) -> Option<&'a str> {
    let fits = (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !holds(text, api_key.expose_secret());
    fits.then_some(text)
}
