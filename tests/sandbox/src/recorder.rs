//! Remembers the requests.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use tokio::sync::watch;

/// How many requests a sandbox remembers; older ones are forgotten, also if all together are larger
/// than 64 MiB.
pub const RECORDED_REQUESTS: usize = 10_000;

const RECORDED_BYTES: usize = 64 * 1024 * 1024;

/// A request as the sandbox received it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// When, on the sandbox's clock.
    pub received_at: SystemTime,
    /// The method.
    pub method: Method,
    /// The path, percent-encoded as it was sent, base path included.
    pub path: String,
    /// What followed the `?`, percent-encoded as it was sent.
    pub query: Option<String>,
    /// Every header.
    pub headers: HeaderMap,
    /// The body, up to [`MAX_REQUEST_BODY`](crate::MAX_REQUEST_BODY) bytes of it.
    pub body: Bytes,
}

impl ReceivedRequest {
    pub(crate) fn new(head: &Parts, body: Bytes, received_at: SystemTime) -> Self {
        Self {
            received_at,
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers.clone(),
            body,
        }
    }

    /// How many bytes it is about, as far as the client decides it.
    fn size(&self) -> usize {
        let query = self.query.as_ref().map_or(0, String::len);
        let headers = self.headers.iter();
        let headers: usize = headers
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        self.path.len() + query + headers + self.body.len()
    }
}

/// Remembers the newest requests and counts them all.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    newest: Mutex<Newest>,
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Newest {
    requests: VecDeque<ReceivedRequest>,
    /// Their sizes together.
    bytes: usize,
}

impl Newest {
    fn push(&mut self, request: ReceivedRequest) {
        self.bytes += request.size();
        self.requests.push_back(request);
        while self.requests.len() > RECORDED_REQUESTS || self.bytes > RECORDED_BYTES {
            let Some(oldest) = self.requests.pop_front() else {
                break;
            };
            self.bytes -= oldest.size();
        }
    }
}

impl Recorder {
    pub(crate) fn record(&self, request: ReceivedRequest) {
        self.lock().push(request);
        self.count.send_modify(|count| *count += 1);
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.newest(RECORDED_REQUESTS)
    }

    /// The newest `n`, oldest first.
    pub(crate) fn newest(&self, n: usize) -> Vec<ReceivedRequest> {
        let newest = self.lock();
        let older = newest.requests.len().saturating_sub(n);
        newest.requests.iter().skip(older).cloned().collect()
    }

    /// Forgets the requests; they still count.
    pub(crate) fn forget(&self) {
        *self.lock() = Newest::default();
    }

    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn wait_for(&self, n: usize) {
        // Fails only once the sender is gone, and `self` owns the sender.
        let _ = self.count.subscribe().wait_for(|count| *count >= n).await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    fn numbered(number: usize) -> ReceivedRequest {
        let request = http::Request::get(format!("/{number}?q")).body(()).unwrap();
        ReceivedRequest::new(
            &request.into_parts().0,
            Bytes::new(),
            SystemTime::UNIX_EPOCH,
        )
    }

    #[test]
    fn the_newest_ten_thousand_are_kept_in_order() {
        let recorder = Recorder::default();
        for number in 0..10_002 {
            recorder.record(numbered(number));
        }
        let kept = recorder.requests();
        assert_eq!(kept.len(), 10_000);
        assert_eq!(kept[0].path, "/2");
        assert_eq!(kept[9_999].path, "/10001");
        assert_eq!(kept[0].query.as_deref(), Some("q"));
        assert!(recorder.wait_for(10_002).now_or_never().is_some());
    }

    #[test]
    fn large_requests_are_forgotten_earlier() {
        let recorder = Recorder::default();
        for number in 0..100 {
            let body = vec![0; 1024 * 1024].into();
            recorder.record(ReceivedRequest {
                body,
                ..numbered(number)
            });
        }
        let kept = recorder.requests();
        let bytes: usize = kept.iter().map(|request| request.body.len()).sum();
        assert!((63 << 20..=64 << 20).contains(&bytes), "{bytes}");
        assert_eq!(kept.last().unwrap().path, "/99");
    }

    #[test]
    fn waiting_ends_with_the_nth_request() {
        let recorder = Recorder::default();
        let mut waiting = pin!(recorder.wait_for(2));
        assert!(waiting.as_mut().now_or_never().is_none());
        recorder.record(numbered(1));
        assert!(waiting.as_mut().now_or_never().is_none());
        recorder.record(numbered(2));
        assert!(waiting.as_mut().now_or_never().is_some());
    }
}
