//! The settings of one request.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// The settings of one request, in place of the client's.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_retry_wait: Option<Duration>,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    /// How many writes may reach the service.
    pub(crate) max_writes: u32,
}

impl Options {
    pub(crate) fn new(max_writes: u32) -> Self {
        Self {
            timeout: None,
            deadline: None,
            max_retries: None,
            max_retry_wait: None,
            headers: HeaderMap::new(),
            query: Vec::new(),
            max_writes,
        }
    }
}
