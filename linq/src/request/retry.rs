//! Decides whether and when a failed request is retried, by operation, status and API code.
//!
//! | failure | an idempotent operation | any other |
//! |---|---|---|
//! | the connection was never made, or the server did not process the request | retried | retried |
//! | the TLS handshake failed, or the proxy rejects the user name or password | never | never |
//! | 408, 5xx | retried, unless `x-should-retry: false` | as `retry_on` in the contract says, else never |
//! | 429 | retried, unless `x-should-retry: false` | as `retry_on` in the contract says, else never |
//! | other statuses | only with `x-should-retry: true` | never |
//! | no response in time, the connection broke | retried | never: the outcome is unknown |
//!
//! After an attempt whose outcome is unknown, a refusal that the contract lists under `done_on` is
//! a success: the resource has been deleted.

use std::time::Duration;

use linq_gen::{Operation, RetryOn};
use reqwest::StatusCode;

use crate::client::RetryLimits;
use crate::error::{Error, Kind};

const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);
/// The bounds of the jitter that is added to a wait that the service asks for.
const SPREAD: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// Whether a request may be retried after this failure.
pub(crate) fn may_be_sent_again(error: &Error, operation: &Operation) -> bool {
    match error.kind() {
        // Whatever the status says, which is that of another request.
        Kind::Redirected => false,
        Kind::Connect | Kind::ConnectTimeout | Kind::Proxy | Kind::Refused => true,
        _ if operation.idempotent => can_be_repeated(error),
        _ => can_be_written_again(error, operation).is_some(),
    }
}

fn can_be_repeated(error: &Error) -> bool {
    match (error.status(), should_retry(error)) {
        (Some(status), Some(should)) if is_failure(status) => should,
        (Some(status), None) if is_failure(status) => {
            status.is_server_error()
                || status == StatusCode::REQUEST_TIMEOUT
                || status == StatusCode::TOO_MANY_REQUESTS
        }
        _ => matches!(error.kind(), Kind::Broken | Kind::Timeout),
    }
}

/// The entry of the contract by which an operation that is not idempotent may be retried after this
/// refusal. The service can forbid a retry that the contract allows, but not the reverse.
fn can_be_written_again(error: &Error, operation: &Operation) -> Option<&'static RetryOn> {
    let status = error.status()?.as_u16();
    let code = error.api_code().map(|code| code.get());
    operation
        .retry_on
        .iter()
        .find(|refusal| {
            refusal.status == status && (refusal.code.is_none() || refusal.code == code)
        })
        .filter(|_| should_retry(error) != Some(false))
}

/// Whether a refusal shows that an earlier attempt of the same call, whose outcome is unknown, was
/// applied.
pub(crate) fn shows_done(error: &Error, operation: &Operation) -> bool {
    let status = error.status().map(|status| status.as_u16());
    let code = error.api_code().map(|code| code.get());
    let mut done_on = operation.done_on.iter();
    error.kind() == Kind::Status
        && done_on
            .any(|done| Some(done.status) == status && (done.code.is_none() || done.code == code))
}

/// The value of the header `x-should-retry`.
fn should_retry(error: &Error) -> Option<bool> {
    let text = error.headers()?.get("x-should-retry")?.to_str().ok()?;
    text.trim().to_ascii_lowercase().parse().ok()
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// How long to wait before the next attempt; `None` if there must be none.
///
/// `writes` is how many writes have reached the service, `random` is from 0 to 1. The wait is never
/// shorter than the service asks for. If the service asks for more than the caller allows, there is
/// no next attempt.
pub(crate) fn wait(
    error: &Error,
    operation: &Operation,
    limits: RetryLimits,
    writes: u32,
    random: f64,
) -> Option<Duration> {
    let retries = error.attempts().saturating_sub(1);
    if retries >= limits.max_retries || !may_be_sent_again(error, operation) {
        return None;
    }
    if let Some(refusal) = can_be_written_again(error, operation)
        && (refusal.max_retries.is_some_and(|retries| writes > retries)
            || (refusal.requires_retry_after && error.retry_after().is_none()))
    {
        return None;
    }
    let backoff = backoff(retries, random, limits.max_wait);
    match error.retry_after() {
        Some(asked) if asked > limits.max_wait => None,
        Some(asked) => Some(spread(asked, random).max(backoff)),
        None => Some(backoff),
    }
}

/// How long to wait before another look at a write that the service only stored.
pub(crate) fn pause(random: f64) -> Duration {
    backoff(0, random, FIRST_BACKOFF)
}

/// The client's own backoff: its maximum doubles each time, and half of it is random. However low
/// the caller's limit is, it never comes near zero.
fn backoff(retries: u32, random: f64, max_wait: Duration) -> Duration {
    let longest = FIRST_BACKOFF
        .saturating_mul(1 << retries.min(16))
        .min(LONGEST_BACKOFF)
        .min(max_wait.max(FIRST_BACKOFF));
    longest.mul_f64(0.5 + random / 2.0)
}

/// The wait that the service asks for, plus up to a tenth: clients with the same wait must not all
/// retry at the same moment.
fn spread(asked: Duration, random: f64) -> Duration {
    let (least, most) = SPREAD;
    let longest = asked.mul_f64(0.1).clamp(least, most);
    asked.saturating_add(longest.mul_f64(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn bounds(wait: impl Fn(f64) -> Duration) -> (f64, f64) {
        (wait(0.0).as_secs_f64(), wait(1.0).as_secs_f64())
    }

    #[test]
    fn backoff_doubles_up_to_the_cap_and_half_of_it_is_random() {
        let all = (0..7).map(|retries| bounds(|random| backoff(retries, random, DAY)));
        assert_eq!(
            all.collect::<Vec<_>>(),
            [
                (0.25, 0.5),
                (0.5, 1.0),
                (1.0, 2.0),
                (2.0, 4.0),
                (4.0, 8.0),
                (4.0, 8.0),
                (4.0, 8.0)
            ]
        );
        assert_eq!(backoff(u32::MAX, 0.5, Duration::MAX).as_secs(), 6);
    }

    #[test]
    fn a_low_limit_shortens_the_backoff_but_not_to_zero() {
        let limited = |limit| bounds(|random| backoff(3, random, limit));
        assert_eq!(limited(Duration::from_secs(3)), (1.5, 3.0));
        assert_eq!(limited(Duration::ZERO), (0.25, 0.5));
    }

    #[test]
    fn jitter_only_lengthens_retry_after() {
        let spread = |seconds| bounds(|random| spread(Duration::from_secs_f64(seconds), random));
        assert_eq!(spread(0.001), (0.001, 0.501));
        assert_eq!(spread(30.0), (30.0, 33.0));
        assert_eq!(spread(3600.0), (3600.0, 3605.0));
        assert_eq!(super::spread(Duration::MAX, 1.0), Duration::MAX);
    }
}
