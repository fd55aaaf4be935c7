//! What an attempt comes to: the value, or the error that says the most.

use std::time::Duration;

use linq_gen::{BodyEnd, Exchange, Operation, ResponseValue};
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::client::Settings;
use crate::decode::decode;
use crate::error::{Error, ErrorResponse, Kind};
use crate::error_body::ErrorBody;
use crate::http_client::root_cause;
use crate::retry_after::retry_after;

/// Tells what an attempt comes to, from what the generated client made of it (`None` at the deadline) and
/// from what has arrived: the generated client forgets the response where it can't decode the body.
pub(crate) fn outcome<T: DeserializeOwned, E>(
    operation: &Operation,
    result: Option<Result<ResponseValue<T>, linq_gen::Error<E>>>,
    exchange: &Exchange,
    timeout: Duration,
    settings: &Settings,
) -> Result<(T, Answer), Error> {
    use linq_gen::Error::{CommunicationError, Custom, InvalidRequest};

    let deadline = || {
        let host = host(&settings.base_url);
        let text = format!("{host} gave no complete answer within {timeout:?}");
        Error::new(Kind::Timeout, text)
    };
    // Of a read, that is known only until it is executed.
    let nothing_sent = exchange.abandon();
    let Some(received) = exchange.take_received() else {
        return Err(match result {
            None if nothing_sent => {
                let host = host(&settings.base_url);
                let text = format!("no connection to {host} within {timeout:?}");
                Error::new(Kind::ConnectTimeout, text)
            }
            None => deadline(),
            Some(Err(CommunicationError(error))) => {
                transport(operation, error, nothing_sent, settings)
            }
            Some(Err(InvalidRequest(text) | Custom(text))) => Error::invalid_input(text),
            Some(_) => Error::invalid_input("the request can't be built"),
        });
    };
    let (status, end, redirected) = (received.status, received.end, received.redirected);
    let answer = Answer::new(received, &settings.api_key);
    let error = match result {
        _ if redirected && !operation.repeatable => Error::new(
            Kind::Redirected,
            "your own HTTP client has followed a redirect of a write; \
             build it with `redirect(Policy::none())`",
        ),
        None => deadline(),
        Some(Err(CommunicationError(error))) => transport(operation, error, false, settings),
        Some(Ok(value)) if end == BodyEnd::Complete && is_object_or_nothing(&answer.body) => {
            return Ok((value.into_inner(), answer));
        }
        _ if !status.is_success() => Error::new(
            Kind::Status,
            refusal(operation, &answer, &settings.base_url),
        ),
        _ if end == BodyEnd::TooLarge => Error::new(
            Kind::Decode,
            format!(
                "the body is larger than the {} bytes that `max_response_bytes(..)` accepts",
                settings.max_response_bytes
            ),
        )
        .with_advice("raise that limit"),
        // A success that the spec doesn't name, such as 203 from a proxy, can be decoded after all.
        _ => match decode(&answer.body) {
            Ok(value) => return Ok((value, answer)),
            Err(reason) => Error::new(
                Kind::Decode,
                format!(
                    "{} is not what the API documents: {reason}",
                    body_kind(&answer)
                ),
            ),
        },
    };
    Err(with_answer(error, answer, settings))
}

/// Whether a body can be what the API documents, as far as its beginning tells.
fn is_object_or_nothing(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), None | Some(b'{'))
}

/// The error of a connection that could not be made, or broke.
fn transport(
    operation: &Operation,
    error: reqwest::Error,
    nothing_sent: bool,
    settings: &Settings,
) -> Error {
    let host = host(&settings.base_url);
    let is_callers_own = settings.http.are_callers_own;
    // The URL holds the phone number.
    let error = error.without_url();
    let root = root_cause(&error);
    let (kind, detail) = if error.is_builder() && is_callers_own {
        (
            Kind::Redirected,
            format!("the request, or one that it was redirected to, can't be built: {root}"),
        )
    } else if error.is_builder() {
        (
            Kind::InvalidInput,
            format!("the request can't be built: {root}"),
        )
    } else if error.is_redirect() {
        (
            Kind::Status,
            format!("{host} redirects without end: {root}"),
        )
    } else if error.is_timeout() && (error.is_connect() || nothing_sent) {
        (
            Kind::ConnectTimeout,
            format!("no connection to {host} in time"),
        )
    } else if error.is_connect() {
        (Kind::Connect, format!("no connection to {host}: {root}"))
    } else if error.is_timeout() {
        (
            Kind::Timeout,
            format!("{host} gave no complete answer in time"),
        )
    } else {
        // A body that breaks off is among those that reqwest calls undecodable.
        (
            Kind::Broken,
            format!("the connection to {host} broke before the answer was complete: {root}"),
        )
    };
    // A client of the caller's may have sent a write, and then have been redirected to nowhere.
    let may_be_sent = is_callers_own && !operation.repeatable && !nothing_sent;
    let kind = match kind {
        Kind::ConnectTimeout if may_be_sent => Kind::Timeout,
        Kind::Connect if may_be_sent => Kind::Broken,
        kind => kind,
    };
    Error::new(kind, detail).with_source(error)
}

/// What a response that is no success says, in words that need no API behind them.
///
/// Nothing of the response is quoted: it could echo the API key, or what is personal.
fn refusal(operation: &Operation, answer: &Answer, base_url: &str) -> String {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return format!("{} is not an error of the API", body_kind(answer));
    }
    if !operation.repeatable {
        return "a redirect of a write is not followed".to_owned();
    }
    let base_url = Url::parse(base_url).ok();
    let target = answer
        .header(LOCATION.as_str())
        .find_map(|location| base_url.as_ref()?.join(location).ok());
    match (base_url, target) {
        (_, None) => "the redirect leads nowhere",
        (Some(from), Some(to)) if to.origin() == from.origin() => "the redirects have no end",
        _ => "a redirect to another origin is not followed",
    }
    .to_owned()
}

fn body_kind(answer: &Answer) -> &'static str {
    if answer.body.is_empty() {
        return "the empty body";
    }
    let content_type = answer.header(CONTENT_TYPE.as_str()).next();
    match content_type
        .and_then(|kind| kind.split(';').next())
        .map(str::trim_end)
    {
        Some("application/json") => "the JSON body",
        Some("text/html") => "the HTML body",
        Some("text/plain") => "the plain text body",
        _ => "the body",
    }
}

/// A success that is refused here: it carries no error of the API, whatever its body looks like.
pub(crate) fn refused_success(error: Error, answer: Answer, settings: &Settings) -> Error {
    let (response, wait) = described(answer, settings);
    let response = ErrorResponse {
        code: None,
        message: None,
        doc_url: None,
        ..response
    };
    error.with_response(response, wait)
}

fn with_answer(error: Error, answer: Answer, settings: &Settings) -> Error {
    let (response, wait) = described(answer, settings);
    error.with_response(response, wait)
}

/// What an error tells of an answer, and the wait that it asks for.
fn described(answer: Answer, settings: &Settings) -> (ErrorResponse, Option<Duration>) {
    let body = ErrorBody::read(&answer, &settings.api_key);
    let wait = retry_after(&answer, body.retry_after, settings.clock.now());
    let response = ErrorResponse {
        status: answer.status,
        headers: answer.headers,
        trace_id: body.trace_id,
        code: body.code,
        message: body.message,
        doc_url: body.doc_url,
        excerpt: body.excerpt,
        is_complete: answer.is_complete,
    };
    (response, wait)
}

/// Where a base URL leads, for people: the host, and the port if it is not the usual one.
fn host(base_url: &str) -> String {
    Url::parse(base_url)
        .map(|url| url.authority().to_owned())
        .unwrap_or_default()
}
