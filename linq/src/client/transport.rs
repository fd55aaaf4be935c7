//! What takes the place of the network in tests.

use std::time::Duration;

use linq_gen::{Canned, Operation};
use reqwest::Request;

use crate::error::Error;

/// Responds in place of the network.
pub(crate) trait Transport: Send + Sync {
    /// The response to an attempt. `path` is that of the request below the base URL.
    fn respond(
        &self,
        operation: &'static Operation,
        path: &str,
        request: &Request,
    ) -> Result<Canned, NoResponse>;

    /// An attempt has taken all its time.
    fn pass(&self, time: Duration);
}

/// Why there is no response.
pub(crate) enum NoResponse {
    /// None comes within the time of the attempt.
    InTime,
    Because(Error),
}
