//! Responses that come from a test in place of a server.

use std::sync::OnceLock;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, ResponseBuilderExt as _, StatusCode};

use crate::exchange::Exchange;

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

impl Exchange {
    /// Lets `responder` respond in place of the server; once.
    pub fn respond_by(&self, responder: impl Fn(&Request) -> Canned + Send + Sync + 'static) {
        let _ = self.responder.set(Box::new(responder));
    }

    /// The response to a request, if there is a responder; then the request counts as sent.
    pub(crate) fn canned(&self, request: &Request) -> Option<Response> {
        let responder = self.responder.get()?;
        self.begin();
        let canned = responder(request);
        let mut response = http::Response::builder()
            .url(request.url().clone())
            .status(canned.status)
            .body(canned.body)
            .ok()?;
        *response.headers_mut() = canned.headers;
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
