//! What the service answered, whatever becomes of it.

use bytes::Bytes;
use linq_gen::{BodyEnd, Received};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::redact::holds;

/// The longest trace id that is taken; the API's have 32 characters.
const MAX_TRACE_ID: usize = 128;

/// Status, headers and body of one response.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) trace_id: Option<String>,
    pub(crate) body: Bytes,
    /// Whether the body is there to its end.
    pub(crate) is_complete: bool,
}

impl Answer {
    pub(crate) fn new(received: Received, api_key: &SecretString) -> Self {
        let trace_id = received.headers.get("x-trace-id");
        Self {
            status: received.status,
            trace_id: trace_id
                .and_then(|id| checked_trace_id(id.to_str().ok()?, api_key))
                .map(str::to_owned),
            headers: received.headers,
            body: received.body,
            is_complete: received.end == BodyEnd::Complete,
        }
    }

    /// The values of a header that are text.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.headers.get_all(name).into_iter();
        values
            .filter_map(|value| value.to_str().ok())
            .map(str::trim)
    }
}

/// A trace id, if it can be shown: a service can echo anything.
pub(crate) fn checked_trace_id<'a>(text: &'a str, api_key: &SecretString) -> Option<&'a str> {
    let fits = (1..=MAX_TRACE_ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !holds(text, api_key.expose_secret());
    fits.then_some(text)
}
