//! What an attempt comes to: the value, or the error that says the most.

use std::net::IpAddr;
use std::time::Duration;

use linq_gen::{BodyEnd, Exchange, Operation, ResponseValue};
use reqwest::Url;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;

use crate::client::Settings;
use crate::client::http::failure::Failure;
use crate::decode::{decode, without_bom};
use crate::error::answer::Answer;
use crate::error::redact::redacted;
use crate::error::{Cause, Error, ErrorResponse, Kind};
use crate::request::error_body::ErrorBody;
use crate::request::retry_after::retry_after;

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
        let text = format!("{host} gave no complete response within {timeout:?}");
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
                let progress = if nothing_sent {
                    Progress::NotSent
                } else {
                    Progress::Sent
                };
                transport(operation, error, progress, settings)
            }
            Some(Err(InvalidRequest(text) | Custom(text))) => Error::invalid_input(text),
            Some(_) => Error::invalid_input("the request can't be built"),
        });
    };
    let (status, end, redirected) = (received.status, received.end, received.redirected);
    let answer = Answer::new(received, &settings.api_key);
    let error = match result {
        _ if redirected && !operation.is_read() => Error::new(
            Kind::Redirected,
            "your own HTTP client has followed a redirect of a write",
        )
        .with_advice(NO_REDIRECTS),
        None => deadline(),
        Some(Err(CommunicationError(error))) => {
            transport(operation, error, Progress::Answered, settings)
        }
        Some(Ok(value)) if end == BodyEnd::Complete && is_object_or_nothing(&answer.body) => {
            return Ok((value.into_inner(), answer));
        }
        _ if !status.is_success() => {
            Error::new(Kind::Status, refusal(operation, &answer, settings))
        }
        _ if end == BodyEnd::TooLarge => Error::new(
            Kind::Decode,
            format!(
                "the body is larger than the {} bytes that `max_response_bytes(..)` accepts",
                settings.max_response_bytes
            ),
        )
        .with_advice("raise that limit"),
        // A success that the spec doesn't name, such as 203 from a proxy, can be decoded after all.
        _ => match decode(without_bom(&answer.body)) {
            Ok(value) => return Ok((value, answer)),
            Err(_) if is_compressed(&answer) => {
                let text = format!("{} can't be read", body_kind(&answer, settings));
                Error::new(Kind::Decode, text).with_advice("check the gateway that compresses it")
            }
            Err(reason) => {
                let body = body_kind(&answer, settings);
                let text = format!("{body} is not what the API documents: {reason}");
                Error::new(Kind::Decode, text)
            }
        },
    };
    Err(with_answer(error, answer, settings))
}

/// Whether a body can be what the API documents, as far as its beginning tells.
fn is_object_or_nothing(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), None | Some(b'{'))
}

/// How far a request got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    NotSent,
    /// Some of it may have left this machine. Of a read, that is all that is known.
    Sent,
    /// The head of the response has arrived.
    Answered,
}

/// The error of a connection that could not be made, or broke.
fn transport(
    operation: &Operation,
    error: reqwest::Error,
    progress: Progress,
    settings: &Settings,
) -> Error {
    let failure = Failure::of(error);
    let host = host(&settings.base_url);
    let reason = redacted(&failure.reason, settings.api_key.expose_secret());
    let cause = Cause::new(failure.system, &reason);
    let proxy = proxy(&failure, &settings.base_url);
    let kind = match failure.kind {
        Kind::Connect if proxy.is_some() => Kind::Proxy,
        kind => kind,
    };
    let problem = match (kind, &proxy) {
        (Kind::InvalidInput, _) => format!("the request can't be built: {reason}"),
        (Kind::Connect, _) => format!("no connection to {host}: {reason}"),
        (Kind::ConnectTimeout, None) => format!("no connection to {host} in time"),
        (Kind::ConnectTimeout, Some(proxy)) => {
            format!("no connection to {host} through {proxy} in time")
        }
        (Kind::Proxy, proxy) => {
            let proxy = proxy.as_deref().unwrap_or("the proxy");
            format!("no connection to {host} through {proxy}: {reason}")
        }
        (Kind::Tls, None) => format!("no TLS connection to {host}: {reason}"),
        (Kind::Tls, Some(proxy)) => format!("no TLS connection to {proxy}: {reason}"),
        (Kind::Refused, _) => format!("{host} did not process the request: {reason}"),
        (Kind::Timeout, _) => format!("{host} gave no complete response in time"),
        (Kind::Broken, _) if progress == Progress::NotSent => {
            format!("the connection to {host} broke before the request was sent: {reason}")
        }
        (Kind::Broken, _) => {
            format!("the connection to {host} broke before the response was complete: {reason}")
        }
        _ => reason,
    };
    let is_write = !operation.is_read();
    let may_redirect = settings.http.may_redirect_writes;
    let kind = match (kind, progress) {
        (Kind::Broken, Progress::NotSent) => Kind::Connect,
        (Kind::Timeout, Progress::NotSent) => Kind::ConnectTimeout,
        // A client of the caller's own may have been redirected unseen, and what failed was not the first request.
        (Kind::InvalidInput, Progress::Sent) if may_redirect => Kind::Redirected,
        (_, Progress::Sent) if is_write && may_redirect && failure.is_connect => Kind::Redirected,
        (Kind::Refused | Kind::Tls, Progress::Sent) if is_write && may_redirect => Kind::Broken,
        // Whoever answers has processed the request.
        (Kind::Refused | Kind::Tls, Progress::Answered) => Kind::Broken,
        (kind, _) => kind,
    };
    if kind == Kind::Redirected && is_write {
        let detail =
            format!("your own HTTP client has followed a redirect of a write, and then: {problem}");
        let error = Error::new(kind, detail).with_source(cause);
        return error.with_advice(NO_REDIRECTS);
    }
    let error = Error::new(kind, problem).with_source(cause);
    match failure.advice {
        Some(advice) => error.with_advice(advice),
        None => error,
    }
}

/// What an HTTP client of the caller's own should do with redirects.
const NO_REDIRECTS: &str = "build it with `redirect(Policy::none())`";

/// The proxy that a connection was to go through, if it was to go through one.
fn proxy(failure: &Failure, base_url: &str) -> Option<String> {
    let url = Url::parse(base_url).ok()?;
    let elsewhere = failure.address.filter(|address| {
        let host = url.host_str().unwrap_or_default();
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_host = ip.is_err() || ip == Ok(address.ip());
        !is_host || url.port_or_known_default() != Some(address.port())
    });
    match (elsewhere, failure.is_proxy) {
        (Some(address), _) => Some(format!("the proxy {address}")),
        (None, true) => Some("the proxy".to_owned()),
        (None, false) => None,
    }
}

/// What a response that is no success says, in words that need no API behind them.
///
/// Nothing of the response is quoted: it could echo the API key, or what is personal.
fn refusal(operation: &Operation, answer: &Answer, settings: &Settings) -> String {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        let body = body_kind(answer, settings);
        return format!("{body} is not an error of the API");
    }
    if !operation.is_read() {
        return "a redirect of a write is not followed".to_owned();
    }
    let base_url = Url::parse(&settings.base_url).ok();
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

/// What a body is by its headers, for people.
fn body_kind(answer: &Answer, settings: &Settings) -> String {
    if answer.body.is_empty() {
        return "the empty body".to_owned();
    }
    if let Some(encoding) = encoding(answer) {
        let encoding = redacted(encoding, settings.api_key.expose_secret());
        return format!("the compressed body (Content-Encoding: {encoding})");
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
    .to_owned()
}

fn is_compressed(answer: &Answer) -> bool {
    !answer.body.is_empty() && encoding(answer).is_some()
}

/// How a body is compressed, if it is.
fn encoding(answer: &Answer) -> Option<&str> {
    let mut encodings = answer.header(CONTENT_ENCODING.as_str());
    encodings.find(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity"))
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
