//! What the server responds, by the first segment of the path.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::faults::{BROKEN, Faults};

/// | path | response |
/// |---|---|
/// | `/100` | 100 cards |
/// | `/hold10000` | one card, once 10,000 requests have arrived |
/// | `/faults` | one card, or a fault |
/// | `/tally` | what became of the requests to `/faults` |
#[derive(Default)]
pub(crate) struct Responses {
    of_cards: Mutex<HashMap<usize, Bytes>>,
    held: AtomicUsize,
    release: Notify,
    faults: Faults,
}

impl Responses {
    /// The response to a request, and whether the connection is closed after it.
    pub(crate) async fn to(&self, segment: &str) -> (Bytes, bool) {
        if let Some(requests) = segment.strip_prefix("hold") {
            self.hold(requests.parse().unwrap()).await;
            return (self.of(1), false);
        }
        match segment {
            "tally" => (response(&serde_json::json!(self.faults.tally())), false),
            "faults" => match self.faults.next() {
                Some((name, response)) => (response, name == BROKEN),
                None => (self.of(1), false),
            },
            cards => (self.of(cards.parse().unwrap()), false),
        }
    }

    fn of(&self, cards: usize) -> Bytes {
        let mut of_cards = self.of_cards.lock().unwrap();
        of_cards
            .entry(cards)
            .or_insert_with(|| response(&body(cards)))
            .clone()
    }

    /// Waits until this many requests wait.
    async fn hold(&self, requests: usize) {
        let released = self.release.notified();
        if self.held.fetch_add(1, Ordering::Relaxed) + 1 < requests {
            released.await;
        } else {
            self.held.store(0, Ordering::Relaxed);
            self.release.notify_waiters();
        }
    }
}

/// What the API returns for this many cards.
pub fn body(cards: usize) -> serde_json::Value {
    let cards = (0..cards).map(|number| {
        serde_json::json!({
            "phone_number": format!("+1555{number:07}"),
            "first_name": "John",
            "last_name": "Doe",
            "image_url": "https://cdn.linqapp.com/contact-card/example.jpg",
            "is_active": true,
        })
    });
    serde_json::json!({ "contact_cards": cards.collect::<Vec<_>>() })
}

fn response(body: &serde_json::Value) -> Bytes {
    let body = body.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n\
                date: Fri, 02 Jan 2026 03:04:05 GMT\r\nserver: performance\r\n\
                x-trace-id: 0123456789abcdef0123456789abcdef\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into()
}
