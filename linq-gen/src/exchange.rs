//! Carries what a request has beyond the spec, and keeps what arrives of its response.

use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode, Url};

/// One request and its response, shared between a caller and the generated client.
///
/// The generated client forgets the status and the headers of a response that it can't decode; this
/// keeps them.
pub struct Exchange {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    max_body_bytes: usize,
    received: Mutex<Option<Received>>,
    /// Whether a connection sends the request, or it was abandoned; whichever came first.
    begun: OnceLock<bool>,
}

/// What has arrived of a response.
#[derive(Clone)]
pub struct Received {
    /// The HTTP status.
    pub status: StatusCode,
    /// Whether it comes from another URL than that of the request.
    pub redirected: bool,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was read; empty when the caller stopped waiting.
    pub body: Bytes,
    /// Where reading the body ended.
    pub end: BodyEnd,
}

impl Received {
    /// The values of a header that are text.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.headers.get_all(name).into_iter();
        values
            .filter_map(|value| value.to_str().ok())
            .map(str::trim)
    }
}

/// Where reading a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// At its end.
    Complete,
    /// Before it: the connection broke, or the caller stopped waiting.
    Cut,
    /// At the limit.
    TooLarge,
}

impl Exchange {
    /// A request with headers and query parameters beyond those of the spec, whose response body
    /// may have at most `max_body_bytes`.
    pub fn new(headers: HeaderMap, query: Vec<(String, String)>, max_body_bytes: usize) -> Self {
        Self {
            headers,
            query,
            max_body_bytes,
            received: Mutex::new(None),
            begun: OnceLock::new(),
        }
    }

    /// Begins to send the request; returns false if it was abandoned before.
    pub(crate) fn begin(&self) -> bool {
        *self.begun.get_or_init(|| true)
    }

    /// Abandons the request unless a connection has begun to send it. Returns whether it did: then
    /// nothing was sent, and nothing will be. For a read, this is known only until it is executed.
    pub fn abandon(&self) -> bool {
        !*self.begun.get_or_init(|| false)
    }

    /// What has arrived, if the head of the response has.
    pub fn take_received(&self) -> Option<Received> {
        self.received().take()
    }

    fn received(&self) -> MutexGuard<'_, Option<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the body and returns a response whose body is in memory.
    ///
    /// The head is kept before the body is awaited: the caller may stop waiting at any point.
    pub(crate) async fn receive(
        &self,
        asked: &Url,
        mut response: Response,
    ) -> reqwest::Result<Response> {
        *self.received() = Some(Received {
            status: response.status(),
            redirected: response.url() != asked,
            headers: response.headers().clone(),
            body: Bytes::new(),
            end: BodyEnd::Cut,
        });
        let mut body = BytesMut::new();
        let end = read_body(&mut response, &mut body, self.max_body_bytes).await;
        let body = body.freeze();
        if let Some(received) = self.received().as_mut() {
            received.body = body.clone();
            received.end = *end.as_ref().unwrap_or(&BodyEnd::Cut);
        }
        end?;
        let mut whole = http::Response::new(body);
        *whole.status_mut() = response.status();
        *whole.headers_mut() = std::mem::take(response.headers_mut());
        Ok(whole.into())
    }
}

async fn read_body(
    response: &mut Response,
    body: &mut BytesMut,
    limit: usize,
) -> reqwest::Result<BodyEnd> {
    while let Some(chunk) = response.chunk().await? {
        let room = limit - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok(BodyEnd::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(BodyEnd::Complete)
}

/// `Debug` of the generated client includes this; it omits what users send.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}
