//! Which failures are worth another attempt, and how long to wait for it: the one place that decides, by
//! operation, status and API code together.
//!
//! | failure | an operation that only reads | a write |
//! |---|---|---|
//! | the connection was never made, or the server did not process the request | again | again |
//! | the TLS handshake failed | never | never |
//! | 408, 5xx | again, unless `x-should-retry: false` | as its `again` in the spec says, else never |
//! | 429 | again, unless `x-should-retry: false` | as its `again` in the spec says, else never |
//! | other statuses | only with `x-should-retry: true` | never |
//! | no answer in time, the connection broke | again | never: the outcome is unknown |

use std::time::Duration;

use linq_gen::{Again, Operation};
use reqwest::StatusCode;

use crate::api_code::ApiCode;
use crate::error::{Error, Kind};
use crate::write_outcome::WriteOutcome;

const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// What the caller allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_retries: u32,
    pub(crate) max_wait: Duration,
}

/// Whether the same request can succeed when it is sent again later. That is more than is sent again here:
/// a limited upstream wants a long wait, and makes it longer at each attempt.
pub(crate) fn is_retryable(error: &Error) -> bool {
    if error.write_outcome() == Some(WriteOutcome::Unknown) {
        return false;
    }
    may_be_sent_again(error)
        || matches!(error.kind(), Kind::RateLimited | Kind::NotApplied)
        || error.api_code() == Some(ApiCode::UPSTREAM_RATE_LIMITED)
}

fn may_be_sent_again(error: &Error) -> bool {
    let Some(operation) = error.operation() else {
        return false;
    };
    match error.kind() {
        Kind::InvalidInput | Kind::Redirected | Kind::RateLimited | Kind::Tls => false,
        Kind::Mismatch | Kind::OtherCard | Kind::NotApplied => false,
        Kind::Connect | Kind::ConnectTimeout | Kind::Proxy | Kind::Refused => true,
        _ if operation.repeatable => can_be_read_again(error),
        _ => can_be_written_again(error, operation).is_some(),
    }
}

fn can_be_read_again(error: &Error) -> bool {
    match (error.status(), error.should_retry()) {
        (Some(status), Some(should)) if is_failure(status) => should,
        (Some(status), None) if is_failure(status) => {
            status.is_server_error()
                || status == StatusCode::REQUEST_TIMEOUT
                || status == StatusCode::TOO_MANY_REQUESTS
        }
        _ => matches!(error.kind(), Kind::Broken | Kind::Timeout),
    }
}

/// The case of the spec under which a write may be sent again. The service may forbid more than the spec
/// does, but allow nothing more.
fn can_be_written_again(error: &Error, operation: &Operation) -> Option<&'static Again> {
    let status = error.status()?.as_u16();
    let code = error.api_code().map(|code| code.get());
    operation
        .again
        .iter()
        .find(|again| again.status == status && (again.code.is_none() || again.code == code))
        .filter(|_| error.should_retry() != Some(false))
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// How long to wait before the next attempt; `None` where there is to be none.
///
/// `writes` is how many writes have reached the service, `random` is from 0 to 1. A wait that the service
/// asks for is kept to the full or, where it is longer than the caller allows, not begun.
pub(crate) fn wait(error: &Error, limits: Limits, writes: u32, random: f64) -> Option<Duration> {
    let retries = error.attempts().saturating_sub(1);
    if retries >= limits.max_retries || !may_be_sent_again(error) {
        return None;
    }
    let again = error
        .operation()
        .and_then(|operation| can_be_written_again(error, operation));
    if let Some(again) = again
        && (again.times.is_some_and(|times| writes > times)
            || (again.asked_wait_only && error.retry_after().is_none()))
    {
        return None;
    }
    match error.retry_after() {
        Some(asked) => (asked <= limits.max_wait).then_some(asked),
        None => Some(backoff(retries).mul_f64(random).min(limits.max_wait)),
    }
}

/// How long to wait before a write that the service stored is looked at again.
pub(crate) fn pause(random: f64) -> Duration {
    backoff(0).mul_f64(random)
}

/// The longest wait before a retry: it doubles each time.
fn backoff(retries: u32) -> Duration {
    FIRST_BACKOFF
        .saturating_mul(1 << retries.min(16))
        .min(LONGEST_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let seconds: Vec<f64> = (0..7)
            .map(|retries| backoff(retries).as_secs_f64())
            .collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
        assert_eq!(backoff(u32::MAX), Duration::from_secs(8));
    }
}
