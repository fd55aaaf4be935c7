//! Carries what a request has beyond the spec, and keeps what arrives of its response.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::{Bytes, BytesMut};
use progenitor_client::{ByteStream, Error, ResponseValue};
#[cfg(feature = "testing")]
use reqwest::Request;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode, Url};
use serde::de::DeserializeOwned;

#[cfg(feature = "testing")]
use crate::canned::{Canned, Responder};
use crate::objects_only::ObjectsOnly;

/// The most bytes to reserve for a body before it arrives.
const MOST_RESERVED: usize = 2 << 20;

/// One request and its response, shared between a caller and the generated client.
///
/// The generated client forgets the status and the headers of a response that it can't decode; this
/// keeps them.
pub struct Exchange {
    base_url: Arc<Url>,
    /// Headers of all requests of a client.
    pub(crate) shared_headers: Arc<HeaderMap>,
    /// Headers of this request alone, in place of shared ones of the same name.
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    max_body_bytes: usize,
    received: Mutex<Option<Received>>,
    /// Whether a connection sends the request, or it was abandoned; whichever came first.
    begun: OnceLock<bool>,
    #[cfg(feature = "testing")]
    pub(crate) responder: Responder,
}

/// What has arrived of a response.
#[derive(Clone)]
pub struct Received {
    /// The HTTP status.
    pub status: StatusCode,
    /// Whether the response to a write comes from another URL than that of the request.
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
    /// A request below a base URL with headers and query parameters beyond those of the spec, whose
    /// response body may have at most `max_body_bytes`. `headers` replace `shared_headers`.
    pub fn new(
        base_url: Arc<Url>,
        shared_headers: Arc<HeaderMap>,
        headers: HeaderMap,
        query: Vec<(String, String)>,
        max_body_bytes: usize,
    ) -> Self {
        Self {
            base_url,
            shared_headers,
            headers,
            query,
            max_body_bytes,
            received: Mutex::new(None),
            begun: OnceLock::new(),
            #[cfg(feature = "testing")]
            responder: OnceLock::new(),
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

    /// Keeps the head of a response, and then reads its body, which is kept too.
    ///
    /// The head is kept before the body is awaited: the caller may stop waiting at any point.
    pub(crate) async fn receive(
        &self,
        response: &mut Response,
        redirected: bool,
    ) -> reqwest::Result<()> {
        *self.received() = Some(Received {
            status: response.status(),
            redirected,
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
            end: BodyEnd::Cut,
        });
        let mut body = BytesMut::new();
        let end = read_body(response, &mut body, self.max_body_bytes).await;
        if let Some(received) = self.received().as_mut() {
            received.body = body.freeze();
            received.end = *end.as_ref().unwrap_or(&BodyEnd::Cut);
        }
        end.map(drop)
    }
}

#[cfg(feature = "testing")]
impl Exchange {
    /// Lets `responder` respond in place of the server; once.
    pub fn respond_by(&self, responder: impl Fn(&Request) -> Canned + Send + Sync + 'static) {
        let _ = self.responder.set(Box::new(responder));
    }

    /// The response to a request, if there is a responder; then the request counts as sent.
    pub(crate) fn canned(&self, request: &Request) -> Option<Response> {
        let responder = self.responder.get()?;
        self.begin();
        responder(request).to(request)
    }
}

/// What the generated methods use.
#[allow(dead_code, reason = "which of it is used depends on the contract")]
impl Exchange {
    /// The URL of a path below the base URL.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = (*self.base_url).clone();
        let base = url.path().trim_end_matches('/');
        let path = [base, path].concat();
        url.set_path(&path);
        url
    }

    /// Decodes the body.
    #[allow(clippy::result_large_err, reason = "the type of the generated methods")]
    pub(crate) fn value<T: DeserializeOwned, E>(&self) -> Result<ResponseValue<T>, Error<E>> {
        let received = self.received();
        decoded(received.as_ref().map_or(&[], |received| &received.body))
    }

    /// Decodes the body; an empty one is `null`.
    #[allow(clippy::result_large_err, reason = "the type of the generated methods")]
    pub(crate) fn value_or_null<T: DeserializeOwned>(&self) -> Result<ResponseValue<T>, Error<()>> {
        let received = self.received();
        match &*received {
            Some(received) if !received.body.is_empty() => decoded(&received.body),
            _ => decoded(b"null"),
        }
    }

    /// The body as it came.
    pub(crate) fn stream(&self) -> ResponseValue<ByteStream> {
        let received = self.received();
        let body = received.as_ref().map(|received| received.body.clone());
        ResponseValue::stream(http::Response::new(body.unwrap_or_default()).into())
    }
}

#[allow(clippy::result_large_err, reason = "the type of the generated methods")]
fn decoded<T: DeserializeOwned, E>(body: &[u8]) -> Result<ResponseValue<T>, Error<E>> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    T::deserialize(ObjectsOnly(&mut deserializer))
        .and_then(|value| deserializer.end().map(|()| value))
        // The head is in the exchange.
        .map(|value| ResponseValue::new(value, StatusCode::OK, HeaderMap::new()))
        .map_err(|error| Error::InvalidResponsePayload(Bytes::new(), error))
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
        if body.is_empty() {
            // What the server says about the rest can be false.
            let rest = response.content_length().unwrap_or_default();
            let rest = usize::try_from(rest).unwrap_or(usize::MAX);
            let most = MOST_RESERVED.min(room - chunk.len());
            body.reserve(chunk.len() + rest.min(most));
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

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use http_body::{Body, Frame, SizeHint};

    use super::*;

    /// A body that claims to be longer than it is.
    struct Exaggerating(Option<Bytes>);

    impl Body for Exaggerating {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(self.0.take().map(|chunk| Ok(Frame::data(chunk))))
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(u64::MAX)
        }
    }

    #[test]
    fn no_more_is_reserved_than_is_accepted() {
        for (limit, most) in [(4, 8), (1_000, 1_000), (usize::MAX, MOST_RESERVED + 4)] {
            let body = reqwest::Body::wrap(Exaggerating(Some("four".into())));
            let mut response = http::Response::new(body).into();
            let mut body = BytesMut::new();
            let end = pin!(read_body(&mut response, &mut body, limit))
                .poll(&mut Context::from_waker(Waker::noop()))
                .map(Result::unwrap);
            assert_eq!(end, Poll::Ready(BodyEnd::Complete));
            assert_eq!(body, "four");
            assert!(body.capacity() <= most, "{}", body.capacity());
        }
    }
}
