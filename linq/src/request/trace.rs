//! Events for `tracing`, without personal data or secrets.

use std::time::Duration;

use crate::error::Error;
use crate::request::response::Response;

/// One attempt has ended.
#[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
pub(crate) fn attempt<T>(
    operation: &'static str,
    attempt: u32,
    outcome: Result<&Response<T>, &Error>,
) {
    #[cfg(feature = "tracing")]
    {
        let (status, trace_id) = match outcome {
            Ok(response) => (Some(response.status()), response.trace_id()),
            Err(error) => (error.status(), error.trace_id()),
        };
        tracing::debug!(
            operation,
            attempt,
            status = status.map(|status| status.as_u16()),
            trace_id,
            ok = outcome.is_ok(),
            "attempt ended"
        );
    }
}

/// Another attempt will follow.
#[cfg_attr(not(feature = "tracing"), allow(unused_variables))]
pub(crate) fn retry(operation: &'static str, wait: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        operation,
        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        "trying again"
    );
}
