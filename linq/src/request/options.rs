//! The settings of one request.

use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::error::Error;

/// The settings of one request, in place of the client's.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_retry_wait: Option<Duration>,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    /// The first invalid argument, reported by `send`.
    pub(crate) invalid: Option<Error>,
}
