//! The faults of the server, and its account of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// The share of the requests that fail is one of so many.
pub const EVERY: usize = 20;

/// How many requests, or calls, had each result.
pub type Tally = BTreeMap<String, usize>;

pub const SUCCESS: &str = "success";
pub const SERVER_ERROR: &str = "server error";
pub const RATE_LIMITED: &str = "rate limited";
pub const NOT_FOUND: &str = "not found";
pub const UNDECODABLE: &str = "undecodable";
/// The connection is closed before the response is complete.
pub const BROKEN: &str = "broken connection";

/// The faults, which take turns, and their responses.
const FAULTS: [(&str, &str); 5] = [
    (
        SERVER_ERROR,
        "HTTP/1.1 500 x\r\ncontent-length: 2\r\n\r\n{}",
    ),
    (
        RATE_LIMITED,
        "HTTP/1.1 429 x\r\nretry-after: 9\r\ncontent-length: 2\r\n\r\n{}",
    ),
    (NOT_FOUND, "HTTP/1.1 404 x\r\ncontent-length: 2\r\n\r\n{}"),
    (
        UNDECODABLE,
        "HTTP/1.1 200 x\r\ncontent-length: 6\r\n\r\n<html>",
    ),
    (BROKEN, "HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{"),
];

/// Gives faults to some requests, and keeps account of all.
#[derive(Default)]
pub(crate) struct Faults(Mutex<(usize, Tally)>);

impl Faults {
    /// The fault of the next request, and its response; `None` if it is to succeed.
    pub(crate) fn next(&self) -> Option<(&'static str, Bytes)> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (arrived, tally) = &mut *guard;
        *arrived += 1;
        let fault = arrived
            .is_multiple_of(EVERY)
            .then(|| FAULTS[*arrived / EVERY % FAULTS.len()]);
        let name = fault.map_or(SUCCESS, |(name, _)| name);
        *tally.entry(name.to_owned()).or_default() += 1;
        fault.map(|(name, response)| (name, response.into()))
    }

    /// What became of the requests so far.
    pub(crate) fn tally(&self) -> Tally {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1.clone()
    }
}
