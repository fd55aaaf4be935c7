//! Responses that come from a test in place of a server.

use std::sync::OnceLock;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, ResponseBuilderExt as _, StatusCode};

/// A response that comes from a test.
#[derive(Clone, Debug, Default)]
pub struct Canned {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What responds in place of a server.
pub(crate) type Responder = OnceLock<Box<dyn Fn(&Request) -> Canned + Send + Sync>>;

impl Canned {
    /// The response to a request.
    pub(crate) fn to(self, request: &Request) -> Option<Response> {
        let mut response = http::Response::builder()
            .url(request.url().clone())
            .status(self.status)
            .body(self.body)
            .ok()?;
        *response.headers_mut() = self.headers;
        Some(response.into())
    }
}

/// The response that comes from a test, or else that of the server.
pub(crate) async fn or(
    canned: Option<Response>,
    sent: impl Future<Output = reqwest::Result<Response>>,
) -> reqwest::Result<Response> {
    match canned {
        Some(response) => Ok(response),
        None => sent.await,
    }
}
