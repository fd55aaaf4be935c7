//! Turns the result of an attempt into the value or an error.

use std::time::Duration;

use linq_gen::{ApiCode, BodyEnd, Exchange, Operation, Received, ResponseValue};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;

use crate::client::Settings;
use crate::decode::{decode, without_bom};
use crate::error::body::ErrorBody;
use crate::error::redact::redacted;
use crate::error::write_outcome::WriteOutcome;
use crate::error::{Condition, Error, Kind};
use crate::request::connection::{NO_REDIRECTS, Progress, host};
use crate::request::deadline::Limit;
use crate::request::response::Response;
use crate::request::retry_after::retry_after;
use crate::request::{connection, retry, secrets};

/// The outcome of an attempt, from the result of the generated client (`None` if it
/// took too long) and
/// from what has arrived: the generated client forgets a response whose body it can't decode.
pub(crate) fn outcome<T: DeserializeOwned>(
    operation: &Operation,
    result: Option<Result<ResponseValue<T>, linq_gen::Error<()>>>,
    exchange: &Exchange,
    limit: Limit,
    settings: &Settings,
    api_key: &SecretString,
) -> Result<(T, Received), Error> {
    use linq_gen::Error::{CommunicationError, Custom, InvalidRequest};

    let late = || {
        let host = host(&settings.base_url);
        let text = format!("{host} sent no complete response within {limit}");
        limit.passed(Error::new(Kind::Timeout, text))
    };
    // For a read, this is known only until it is executed.
    let nothing_sent = exchange.abandon();
    let Some(mut received) = exchange.take_received() else {
        return Err(match result {
            None if nothing_sent => {
                let host = host(&settings.base_url);
                let text = format!("no connection to {host} within {limit}");
                limit.passed(Error::new(Kind::ConnectTimeout, text))
            }
            None => late(),
            Some(Err(CommunicationError(error))) => {
                let progress = if nothing_sent {
                    Progress::NotSent
                } else {
                    Progress::Sent
                };
                connection::failed(operation, error, progress, settings, api_key)
            }
            Some(Err(InvalidRequest(text) | Custom(text))) => Error::invalid_input(text),
            Some(_) => Error::invalid_input("the request can't be built"),
        });
    };
    let error = match result {
        _ if received.redirected && !operation.is_read() => Error::new(
            Kind::Redirected,
            "your own HTTP client followed a redirect of a write",
        )
        .with_advice(NO_REDIRECTS),
        None => late(),
        Some(Err(CommunicationError(error))) => {
            connection::failed(operation, error, Progress::Answered, settings, api_key)
        }
        Some(Ok(value))
            if received.end == BodyEnd::Complete && is_object_or_nothing(&received.body) =>
        {
            secrets::hide(operation.secrets, &mut received);
            return Ok((value.into_inner(), received));
        }
        _ if !received.status.is_success() => Error::new(
            Kind::Status,
            refusal(operation, &received, settings, api_key),
        ),
        _ if received.end == BodyEnd::TooLarge => Error::new(
            Kind::Decode,
            format!(
                "the body is larger than the {} bytes that `max_response_bytes(..)` accepts",
                settings.max_response_bytes
            ),
        )
        .with_advice("raise that limit"),
        // A success that the spec doesn't list, such as 203 from a proxy, may still be decodable.
        _ => match decode(without_bom(&received.body)) {
            Ok(value) => {
                secrets::hide(operation.secrets, &mut received);
                return Ok((value, received));
            }
            Err(_) if is_compressed(&received) => {
                let text = format!("{} can't be read", body_kind(&received, api_key));
                Error::new(Kind::Decode, text).with_advice("check the gateway that compresses it")
            }
            Err(reason) => {
                let body = body_kind(&received, api_key);
                let text = format!("{body} is not what the API documents: {reason}");
                Error::new(Kind::Decode, text)
            }
        },
    };
    secrets::hide(operation.secrets, &mut received);
    Err(with_received(error, received, settings, api_key))
}

/// Whether a body can be as the API documents, judging by its beginning: for an operation without
/// content, the generated client accepts any. There it is not read any further, since a later
/// version of the API may say something in an object; a page of HTML is from somebody else.
fn is_object_or_nothing(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), None | Some(b'{'))
}

/// Describes a response that is neither a success nor an error of the API.
///
/// Nothing in it is quoted: it could echo the API key, or personal data.
fn refusal(
    operation: &Operation,
    received: &Received,
    settings: &Settings,
    api_key: &SecretString,
) -> String {
    if !matches!(received.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        let body = body_kind(received, api_key);
        return format!("{body} is not an API error");
    }
    if !operation.is_read() {
        return "a redirect of a write is not followed".to_owned();
    }
    let base_url = &settings.base_url;
    let target = received
        .header(LOCATION.as_str())
        .find_map(|location| base_url.join(location).ok());
    match target {
        None => "the redirect has no valid location",
        Some(to) if to.origin() == base_url.origin() => "too many redirects",
        Some(_) => "a redirect to another origin is not followed",
    }
    .to_owned()
}

/// Describes a body by its headers.
fn body_kind(received: &Received, api_key: &SecretString) -> String {
    if received.body.is_empty() {
        return "the empty body".to_owned();
    }
    if let Some(encoding) = encoding(received) {
        let encoding = redacted(encoding, api_key.expose_secret());
        return format!("the compressed body (Content-Encoding: {encoding})");
    }
    let content_type = received.header(CONTENT_TYPE.as_str()).next();
    match content_type
        .and_then(|kind| kind.split(';').next())
        .map(str::trim_end)
    {
        Some("application/json") => "the JSON body",
        Some("text/html") => "the HTML body",
        Some("text/plain") => "the plain text body",
        _ => "the body",
    }
    .to_owned()
}

fn is_compressed(received: &Received) -> bool {
    !received.body.is_empty() && encoding(received).is_some()
}

/// How a body is compressed, if at all.
fn encoding(received: &Received) -> Option<&str> {
    let mut encodings = received.header(CONTENT_ENCODING.as_str());
    encodings.find(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity"))
}

/// A success that is not accepted. It has no error of the API, whatever its body looks like.
pub(crate) fn refused_success<T>(
    error: Error,
    response: &Response<T>,
    settings: &Settings,
) -> Error {
    let received = response.received().clone();
    let current = settings.credentials.get();
    let sent = response.credentials();
    let (body, wait) = read(&received, settings, &sent.unwrap_or(&current).api_key);
    let body = ErrorBody {
        trace_id: match sent {
            Some(_) => body.trace_id,
            // In the headers, there can still be an earlier key.
            None => response.trace_id().map(str::to_owned),
        },
        excerpt: body.excerpt,
        ..ErrorBody::default()
    };
    error.with_received(received, body, None, wait)
}

fn with_received(
    error: Error,
    received: Received,
    settings: &Settings,
    api_key: &SecretString,
) -> Error {
    let (body, wait) = read(&received, settings, api_key);
    let condition = body
        .code
        .and_then(|code| condition(error.kind(), &received, code));
    error.with_received(received, body, condition, wait)
}

/// The error in the body of a response, and the wait that the response asks for.
fn read(
    received: &Received,
    settings: &Settings,
    api_key: &SecretString,
) -> (ErrorBody, Option<Duration>) {
    let body = ErrorBody::read(received, api_key);
    let wait = retry_after(received, body.retry_after, settings.clock.now());
    (body, wait)
}

/// The meaning of an error code of the API.
fn condition(kind: Kind, received: &Received, code: ApiCode) -> Option<Condition> {
    match code {
        // Only a complete 404 of the API proves that there is no card.
        ApiCode::CONTACT_CARD_NOT_FOUND => (kind == Kind::Status
            && received.status == StatusCode::NOT_FOUND
            && received.end == BodyEnd::Complete)
            .then_some(Condition::NoActiveCard),
        ApiCode::CONTACT_CARD_EXISTS => Some(Condition::CardExists),
        ApiCode::CONTACT_CARD_INCOMPLETE => received
            .status
            .is_server_error()
            .then_some(Condition::CardIncomplete),
        ApiCode::UPSTREAM_RATE_LIMITED => Some(Condition::UpstreamRateLimited),
        _ => None,
    }
}

/// The error of an operation after this many attempts: whether the same request can succeed later,
/// and the outcome of a write.
///
/// Not everything that can succeed later is retried by the client: a rate-limited upstream needs a
/// long wait, which each attempt makes longer.
pub(crate) fn settled(error: Error, operation: &Operation, attempts: u32) -> Error {
    let may_succeed_later = retry::may_be_sent_again(&error, operation)
        || matches!(
            error.kind(),
            Kind::RateLimited | Kind::BudgetStore | Kind::OutOfTime | Kind::NotApplied
        )
        || error.condition() == Some(Condition::UpstreamRateLimited);
    let write_outcome = (!operation.is_read()).then(|| write_outcome(&error));
    let is_repeatable = operation.idempotent && !operation.is_read();
    error.with_attempts(attempts, may_succeed_later, is_repeatable, write_outcome)
}

fn write_outcome(error: &Error) -> WriteOutcome {
    match error.kind() {
        Kind::InvalidInput
        | Kind::RateLimited
        | Kind::BudgetStore
        | Kind::OutOfTime
        | Kind::Connect
        | Kind::ConnectTimeout
        | Kind::Proxy
        | Kind::ProxyAuthorization
        | Kind::Tls
        | Kind::Refused => WriteOutcome::NotSent,
        Kind::Redirected | Kind::OtherResource => WriteOutcome::Unknown,
        Kind::Mismatch | Kind::NotApplied => WriteOutcome::Rejected,
        Kind::Broken | Kind::Timeout | Kind::Status | Kind::Decode => {
            if is_rejected(error) {
                WriteOutcome::Rejected
            } else {
                WriteOutcome::Unknown
            }
        }
    }
}

/// Whether a response means that the write was not applied: for a refusal, its status is enough,
/// even if the body was lost; for a server error, it takes the code.
fn is_rejected(error: &Error) -> bool {
    match (error.status(), error.api_code()) {
        // A gateway can give up after it has forwarded the request.
        (Some(StatusCode::REQUEST_TIMEOUT), _) => false,
        (Some(status), None) if (452..500).contains(&status.as_u16()) => false,
        // Other redirects can mean that the write was applied.
        (Some(StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT), _) => true,
        (Some(status), _) if status.is_client_error() => true,
        (Some(status), _) if status.is_server_error() => matches!(
            error.condition(),
            Some(Condition::CardIncomplete | Condition::UpstreamRateLimited)
        ),
        _ => false,
    }
}
