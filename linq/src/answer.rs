//! What the service answered, whatever becomes of it.

use bytes::Bytes;
use linq_gen::Received;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// The longest trace id that is taken; the API's have 32 characters.
const MAX_TRACE_ID: usize = 128;

/// Status, headers and body of one response.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl From<Received> for Answer {
    fn from(received: Received) -> Self {
        Self {
            status: received.status,
            headers: received.headers,
            body: received.body,
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    pub(crate) fn trace_id(&self) -> Option<&str> {
        self.header("x-trace-id").filter(|id| is_trace_id(id))
    }
}

/// Whether a string can be shown as a trace id.
pub(crate) fn is_trace_id(text: &str) -> bool {
    (1..=MAX_TRACE_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
