//! The body of a write, which detects when a connection begins to send it.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::exchange::Exchange;

/// An HTTP client polls a body, or asks whether it is empty, once it has a connection to send it
/// on. So a request whose body was never polled was not sent, and one that is abandoned before is
/// not sent, since its body fails then.
pub(crate) struct RequestBody {
    body: reqwest::Body,
    exchange: Arc<Exchange>,
}

impl RequestBody {
    pub(crate) fn wrap(body: reqwest::Body, exchange: Arc<Exchange>) -> reqwest::Body {
        reqwest::Body::wrap(Self { body, exchange })
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.exchange.begin() {
            return Poll::Ready(Some(Err("the request was abandoned".into())));
        }
        Pin::new(&mut self.body).poll_frame(cx).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.exchange.begin() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use reqwest::header::HeaderMap;

    use super::*;

    fn body(text: &'static str) -> (RequestBody, Arc<Exchange>) {
        let base_url = Arc::new("http://localhost".parse().unwrap());
        let exchange = Arc::new(Exchange::new(
            base_url,
            Arc::default(),
            HeaderMap::new(),
            Vec::new(),
            0,
        ));
        let body = RequestBody {
            body: text.into(),
            exchange: Arc::clone(&exchange),
        };
        (body, exchange)
    }

    fn poll(body: &mut RequestBody) -> Poll<Option<Result<Bytes, String>>> {
        let frame = Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop()));
        frame
            .map_ok(|frame| frame.into_data().unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn debug_of_an_exchange_omits_what_users_send() {
        let (_, exchange) = body("content");
        assert_eq!(format!("{exchange:?}"), "Exchange { .. }");
    }

    #[test]
    fn a_polled_body_can_not_be_abandoned() {
        let (mut full, exchange) = body("content");
        assert_eq!(poll(&mut full), Poll::Ready(Some(Ok("content".into()))));
        assert!(!exchange.abandon());

        let (empty, exchange) = body("");
        assert!(empty.is_end_stream());
        assert!(!exchange.abandon());
    }

    #[test]
    fn an_abandoned_body_is_not_sent() {
        for text in ["", "content"] {
            let (mut body, exchange) = body(text);
            assert_eq!(body.size_hint().exact(), Some(text.len() as u64));
            assert!(exchange.abandon());
            assert!(!body.is_end_stream());
            let failed = Poll::Ready(Some(Err("the request was abandoned".to_owned())));
            assert_eq!(poll(&mut body), failed);
            assert!(exchange.abandon());
        }
    }
}
