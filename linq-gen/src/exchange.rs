//! What one request carries beyond the spec, and what is known of its response whatever becomes of it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::{Bytes, BytesMut};
use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::{Method, Request, Response, StatusCode, Url};

use crate::Client;
use crate::request_body::RequestBody;

/// One request and its response, shared between a caller and the generated client.
///
/// The generated client forgets the status and the headers of a response that it can't decode; this
/// keeps them.
pub struct Exchange {
    headers: HeaderMap,
    query: Vec<(String, String)>,
    max_body_bytes: usize,
    received: Mutex<Option<Received>>,
    /// Whether a connection sends the request; whoever asks first decides.
    begun: OnceLock<bool>,
}

/// What has arrived of a response.
pub struct Received {
    /// The HTTP status.
    pub status: StatusCode,
    /// Whether it comes from another URL than the one that was asked.
    pub redirected: bool,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was read; empty when the caller stopped waiting.
    pub body: Bytes,
    /// Where reading the body ended.
    pub end: BodyEnd,
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
    /// A request with headers and query parameters beyond those of the spec, whose response body may
    /// have `max_body_bytes` at the most.
    pub fn new(headers: HeaderMap, query: Vec<(String, String)>, max_body_bytes: usize) -> Self {
        Self {
            headers,
            query,
            max_body_bytes,
            received: Mutex::new(None),
            begun: OnceLock::new(),
        }
    }

    /// Begins to send the request; false if it was abandoned before.
    pub(crate) fn begin(&self) -> bool {
        *self.begun.get_or_init(|| true)
    }

    /// Abandons the request unless a connection has begun to send it. Returns whether it did: then nothing was
    /// sent, and nothing will be. Of a request that only reads, that is known until it is executed.
    pub fn abandon(&self) -> bool {
        !*self.begun.get_or_init(|| false)
    }

    /// What has arrived, once the response's head has.
    pub fn take_received(&self) -> Option<Received> {
        self.received().take()
    }

    fn received(&self) -> MutexGuard<'_, Option<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the body and answers a response whose body is in memory.
    ///
    /// The head is kept before the body is awaited: the caller may stop waiting at any point.
    async fn receive(&self, asked: &Url, mut response: Response) -> reqwest::Result<Response> {
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

/// The generated client is a `Debug` of its parts; what users send stays out of it.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

impl ClientHooks<Arc<Exchange>> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        let exchange = self.inner();
        // progenitor sends the spec's version; the API knows no such header.
        request.headers_mut().remove("api-version");
        if request.body().is_none() && *request.method() == Method::POST {
            // Some gateways refuse a POST that doesn't say how long it is.
            let zero = HeaderValue::from_static("0");
            request.headers_mut().insert(CONTENT_LENGTH, zero);
        }
        for (name, value) in &exchange.headers {
            request.headers_mut().insert(name, value.clone());
        }
        if !exchange.query.is_empty() {
            request
                .url_mut()
                .query_pairs_mut()
                .extend_pairs(&exchange.query);
        }
        Ok(())
    }

    async fn exec(&self, mut request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let asked = request.url().clone();
        if request.method().is_safe() {
            self.inner().begin();
        } else {
            let body = request.body_mut().take().unwrap_or_default();
            *request.body_mut() = Some(RequestBody::wrap(body, Arc::clone(self.inner())));
        }
        let response = self.client().execute(request).await?;
        self.inner().receive(&asked, response).await
    }
}
