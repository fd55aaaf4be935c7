//! What to do about an error, for people.

use super::{Error, Kind};
use crate::write_outcome::WriteOutcome;

/// What fits the operation, the code, the status and the kind of failure; none where the text already says
/// it, or where nobody knows.
pub(super) fn advice(error: &Error) -> Option<String> {
    let remedy = error.0.advice.as_deref().or_else(|| remedy(error));
    // People don't count in nanoseconds; rounded up, so that nobody comes back too early.
    let wait = error.retry_after().filter(|wait| !wait.is_zero());
    let wait = wait.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
    let retry = match (error.write_outcome(), wait, remedy) {
        (Some(WriteOutcome::Unknown), ..) => {
            Some("the write may still have been applied; check before retrying".to_owned())
        }
        (_, Some(seconds), None) => Some(format!("try again in {seconds}s")),
        (_, Some(seconds), Some(_)) => Some(format!("wait {seconds}s first")),
        (_, None, None) => retry(error).map(str::to_owned),
        (_, None, Some(_)) => None,
    };
    match (remedy, retry) {
        (Some(remedy), Some(retry)) => Some(format!("{remedy}; {retry}")),
        (remedy, retry) => retry.or_else(|| remedy.map(str::to_owned)),
    }
}

/// What has to change before a retry can succeed.
fn remedy(error: &Error) -> Option<&'static str> {
    // Where the API itself answers, the base URL is right.
    let may_be_elsewhere = error.api_code().is_none();
    Some(match error.0.kind {
        _ if error.is_authentication() && may_be_elsewhere => {
            "check the API key (LINQ_API_V3_API_KEY) and the base URL"
        }
        _ if error.is_authentication() => "check the API key (LINQ_API_V3_API_KEY)",
        _ if error.is_permission() && may_be_elsewhere => {
            "use an API key that has access, and check the base URL"
        }
        _ if error.is_permission() => "use an API key that has access",
        Kind::Decode if may_be_elsewhere => {
            "check the base URL, or look for a newer version of linq"
        }
        Kind::Decode => "look for a newer version of linq",
        _ if may_be_elsewhere && (error.is_redirect() || error.is_not_found()) => {
            "check the base URL"
        }
        _ => return None,
    })
}

/// How to retry, where nothing is known of a wait.
fn retry(error: &Error) -> Option<&'static str> {
    Some(match error.0.kind {
        Kind::Timeout => "raise the timeout, or try again later",
        Kind::Connect | Kind::ConnectTimeout | Kind::Broken if error.status().is_none() => {
            "check the network and the base URL"
        }
        _ if error.is_retryable() => "try again later",
        _ => return None,
    })
}
