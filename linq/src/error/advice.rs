//! The advice at the end of an error's text.

use super::write_outcome::WriteOutcome;
use super::{Error, Kind, Line};

/// What to do, by operation, code, status and kind of failure. `None` if the text says so already,
/// or if there is no advice.
pub(super) fn advice(error: &Error) -> Option<String> {
    let remedy = error
        .0
        .advice
        .as_ref()
        .map(Line::as_str)
        .or_else(|| remedy(error));
    // Rounded up, so that a retry is not too early.
    let wait = error.retry_after().map(|wait| {
        let part = u64::from(wait.subsec_nanos() > 0);
        wait.as_secs().saturating_add(part)
    });
    let retry = match (error.write_outcome(), wait, remedy) {
        (Some(WriteOutcome::Unknown), ..) if error.is_retryable() => {
            Some("the write may still have been applied; it is safe to retry".to_owned())
        }
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

/// What to change before retrying.
fn remedy(error: &Error) -> Option<&'static str> {
    // If the error comes from the API itself, the base URL is right.
    let may_be_foreign = error.api_code().is_none();
    Some(match error.0.kind {
        _ if error.is_authentication() && may_be_foreign => {
            "check the API key (LINQ_API_V3_API_KEY) and the base URL"
        }
        _ if error.is_authentication() => "check the API key (LINQ_API_V3_API_KEY)",
        _ if error.is_permission() && may_be_foreign => {
            "use an API key that has access, and check the base URL"
        }
        _ if error.is_permission() => "use an API key that has access",
        Kind::Decode if may_be_foreign => "check the base URL, or look for a newer version of linq",
        Kind::Decode => "look for a newer version of linq",
        _ if may_be_foreign && (error.is_redirect() || error.is_not_found()) => {
            "check the base URL"
        }
        _ => return None,
    })
}

/// How to retry, if the service has not asked for a wait.
fn retry(error: &Error) -> Option<&'static str> {
    Some(match error.0.kind {
        Kind::Timeout => "raise the timeout, or try again later",
        Kind::Connect | Kind::ConnectTimeout | Kind::Broken if error.status().is_none() => {
            "check the network and the base URL"
        }
        Kind::ProxyAuthorization => "check the user name and the password in the URL of the proxy",
        Kind::Proxy => {
            "check the proxy (`proxy(..)`, HTTPS_PROXY, or that of your own HTTP client)"
        }
        _ if error.is_retryable() => "try again later",
        _ => return None,
    })
}
