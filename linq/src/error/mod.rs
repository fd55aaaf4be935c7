//! The one error type, and its accessors.

mod advice;
pub(crate) mod body;
mod cause;
mod kind;
mod line;
pub(crate) mod redact;
mod text;
pub(crate) mod trace_id;
pub(crate) mod write_outcome;

use std::error::Error as StdError;
use std::time::Duration;

use linq_gen::{ApiCode, Received};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use body::ErrorBody;
use line::Line;
use write_outcome::WriteOutcome;

use crate::phone_number::InvalidPhoneNumber;

pub(crate) use cause::Cause;
pub(crate) use kind::{Condition, Kind, Late};

/// Why a request failed, or why a client could not be built.
///
/// Ask it what happened, instead of matching on it:
///
/// ```no_run
/// # async fn example(client: linq::Client) {
/// match client.contact_card().retrieve().await {
///     Ok(cards) => println!("{} cards", cards.contact_cards.len()),
///     Err(err) if err.is_authentication() => eprintln!("check LINQ_API_V3_API_KEY"),
///     Err(err) if err.is_rate_limited() => eprintln!("wait {:?}", err.retry_after()),
///     Err(err) => eprintln!("{err}"),
/// }
/// # }
/// ```
///
/// | question | true if |
/// |---|---|
/// | [`is_invalid_input`](Self::is_invalid_input) | an argument or a setting is invalid; nothing was sent |
/// | [`is_bad_request`](Self::is_bad_request), [`is_authentication`](Self::is_authentication), [`is_permission`](Self::is_permission), [`is_not_found`](Self::is_not_found), [`is_conflict`](Self::is_conflict) | the status is 400, 401, 403, 404, 409 |
/// | [`is_rate_limited`](Self::is_rate_limited) | the status is 429, the code is 4004, or the write budget is used up and nothing was sent |
/// | [`is_budget_store`](Self::is_budget_store) | the store of shared budgets failed, and nothing was sent |
/// | [`is_redirect`](Self::is_redirect) | the status is 3xx: a redirect to another origin, or of a write, was not followed |
/// | [`is_server`](Self::is_server) | the status is 5xx |
/// | [`is_timeout`](Self::is_timeout) | there was no connection, or no complete response, within the timeout of the attempt or the deadline of the call; the text says which |
/// | [`is_connect`](Self::is_connect) | there was no connection, or it broke before the response was complete |
/// | [`is_tls`](Self::is_tls) | the TLS handshake failed; the text says whether it is the certificate, its authority, the clock or the port |
/// | [`is_decode`](Self::is_decode) | the body of a success is not as documented; the text names the path, such as `contact_cards[3].first_name` |
/// | [`is_mismatch`](Self::is_mismatch) | the returned resource is not the requested one, or lacks a field that was sent |
/// | [`is_not_applied`](Self::is_not_applied) | the service stored the card of `ensure`, but has not applied it to the device |
/// | [`is_retryable`](Self::is_retryable) | the same request can succeed later |
///
/// The status, headers and trace id of a response are kept, whatever its body is. For a status that
/// is in no row, such as 422, none of these questions need be true: ask [`status`](Self::status).
///
/// An error displays as one line that says what went wrong and what to do. `{:?}` prints the same
/// line, so that `fn main() -> Result<(), linq::Error>` ends with it; `{:#?}` prints the details.
/// None of them contains the API key or the response body.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// What went wrong, beyond the status.
    detail: Line,
    /// What to do, if that depends on the operation.
    advice: Option<Line>,
    condition: Option<Condition>,
    /// Whether the same request can succeed later, if its outcome is known.
    may_succeed_later: bool,
    /// Whether it is an idempotent write.
    is_repeatable: bool,
    write_outcome: Option<WriteOutcome>,
    attempts: u32,
    retry_after: Option<Duration>,
    late: Option<Late>,
    /// The response, with the beginning of its body without the API key.
    received: Option<Received>,
    /// The API's error in the response.
    body: ErrorBody,
    source: Option<Cause>,
}

impl Error {
    pub(crate) fn new(kind: Kind, detail: impl AsRef<str>) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: Line::new(detail.as_ref()),
            advice: None,
            condition: None,
            may_succeed_later: false,
            is_repeatable: false,
            write_outcome: None,
            attempts: 0,
            retry_after: None,
            late: None,
            received: None,
            body: ErrorBody::default(),
            source: None,
        }))
    }

    pub(crate) fn invalid_input(detail: impl AsRef<str>) -> Self {
        Self::new(Kind::InvalidInput, detail)
    }

    /// Sets the advice, in place of the general one.
    pub(crate) fn with_advice(mut self, advice: impl AsRef<str>) -> Self {
        self.0.advice = Some(Line::new(advice.as_ref()));
        self
    }

    /// Sets the advice if the API says that what was asked for does not exist.
    pub(crate) fn with_advice_if_not_found(self, advice: impl AsRef<str>) -> Self {
        match self.api_code() {
            Some(_) if self.is_not_found() => self.with_advice(advice),
            _ => self,
        }
    }

    pub(crate) fn with_source(mut self, source: Cause) -> Self {
        self.0.source = Some(source);
        self
    }

    /// Adds the response that the error is about, and how it was classified.
    pub(crate) fn with_received(
        mut self,
        mut received: Received,
        mut body: ErrorBody,
        condition: Option<Condition>,
        retry_after: Option<Duration>,
    ) -> Self {
        received.body = std::mem::take(&mut body.excerpt).into();
        self.0.received = Some(received);
        self.0.body = body;
        self.0.condition = condition;
        self.0.retry_after = retry_after;
        self
    }

    /// Records the number of attempts, and how the last one was classified.
    pub(crate) fn with_attempts(
        mut self,
        attempts: u32,
        may_succeed_later: bool,
        is_repeatable: bool,
        write_outcome: Option<WriteOutcome>,
    ) -> Self {
        self.0.attempts = attempts;
        self.0.may_succeed_later = may_succeed_later;
        self.0.is_repeatable = is_repeatable;
        self.0.write_outcome = write_outcome;
        self
    }

    /// Marks the error as that of a request that writes: nothing was sent, unless more is known.
    pub(crate) fn or_not_sent(mut self) -> Self {
        self.0.write_outcome.get_or_insert(WriteOutcome::NotSent);
        self
    }

    /// Takes an earlier failed write into account.
    pub(crate) fn after(mut self, earlier: &Self) -> Self {
        self.0.write_outcome = match (earlier.write_outcome(), self.0.write_outcome) {
            (Some(earlier), Some(later)) => Some(earlier.and(later)),
            (earlier, later) => earlier.or(later),
        };
        if earlier.is_incomplete() && self.is_conflict() {
            // The existing card may be the incomplete one.
            self.0.write_outcome = Some(WriteOutcome::Unknown);
        }
        self
    }

    /// Makes the wait at least this long.
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = self.0.retry_after.max(wait);
        self
    }

    /// Records that the deadline of the call cut off the attempt, or came before it.
    pub(crate) fn past_deadline(mut self, deadline: Duration) -> Self {
        self.0.late = Some(Late::Attempt(deadline));
        self.with_advice("raise the deadline")
    }

    /// Records that the deadline of the call left no time for another attempt.
    pub(crate) fn without_time_to_retry(mut self, deadline: Duration) -> Self {
        self.0.late.get_or_insert(Late::Retry(deadline));
        self
    }

    /// Takes into account why nothing came of trying again.
    pub(crate) fn followed_by(self, later: &Self) -> Self {
        let error = self.with_retry_after(later.retry_after());
        match later.0.late {
            Some(Late::Attempt(deadline) | Late::Retry(deadline)) => {
                error.without_time_to_retry(deadline)
            }
            None => error,
        }
    }

    /// The response and its trace id; the error itself if there is none.
    pub(crate) fn into_received(self) -> Result<(Received, Option<String>), Self> {
        match self.0.received {
            None => Err(self),
            Some(received) => Ok((received, self.0.body.trace_id)),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    pub(crate) fn condition(&self) -> Option<Condition> {
        self.0.condition
    }

    /// The number has no active card.
    pub(crate) fn is_no_card(&self) -> bool {
        self.0.condition == Some(Condition::NoActiveCard)
    }

    /// The service stored a write, but has not applied it yet.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.is_not_applied() || self.0.condition == Some(Condition::CardIncomplete)
    }

    /// The `error.type` of logs and metrics: the status if it is not a success, or else the kind.
    pub(crate) fn error_type(&self) -> &str {
        match &self.0.received {
            Some(received) if !received.status.is_success() => received.status.as_str(),
            _ if matches!(self.0.late, Some(Late::Attempt(_))) => Kind::OutOfTime.name(),
            _ => self.0.kind.name(),
        }
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// The API rejected the request as invalid (status 400); [`Error::message`] says why.
    pub fn is_bad_request(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
    }

    /// The API key is missing or invalid (status 401): check `LINQ_API_V3_API_KEY`.
    pub fn is_authentication(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// The API key has no permission for this resource (status 403).
    pub fn is_permission(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// There is no such resource (status 404).
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// The request conflicts with existing data (status 409).
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// Too many requests: wait for [`Error::retry_after`]. Either the service said so (status 429,
    /// or code 4004 of the upstream), or the client knows that it would and sent nothing; then
    /// [`Error::status`] is `None`.
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
            || self.0.condition == Some(Condition::UpstreamRateLimited)
            || self.0.kind == Kind::RateLimited
    }

    /// The [`BudgetStore`](crate::budget_store::BudgetStore) of the client failed, or did not decide
    /// in time. Nothing was sent. The source of this error is the store's.
    pub fn is_budget_store(&self) -> bool {
        self.0.kind == Kind::BudgetStore
    }

    /// The service, or a proxy in front of it, redirects to where the request must not go (status
    /// 3xx): check the base URL. A write is never redirected.
    pub fn is_redirect(&self) -> bool {
        self.0.kind == Kind::Redirected
            || self.status().is_some_and(|status| status.is_redirection())
    }

    /// The service, or a gateway in front of it, failed (status 5xx): try again later.
    pub fn is_server(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// No connection or no complete response in time. The text says what to raise: the timeout of
    /// an attempt, or the [deadline](crate::Request::deadline) of the call.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::ConnectTimeout | Kind::Timeout | Kind::OutOfTime
        )
    }

    /// No connection, one that broke before the response was complete, or one on which the server
    /// refused the request: check the network, the proxy and the base URL. A failed TLS handshake
    /// is [`Error::is_tls`] instead.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Connect
                | Kind::ConnectTimeout
                | Kind::Proxy
                | Kind::ProxyAuthorization
                | Kind::Refused
                | Kind::Broken
        )
    }

    /// The TLS handshake failed, and would fail again: the server's certificate has expired, is for
    /// another host or has an unknown authority, this machine's clock is wrong, or the server
    /// speaks plain HTTP. The text says which. Nothing was sent.
    pub fn is_tls(&self) -> bool {
        self.0.kind == Kind::Tls
    }

    /// The service reported success, but the body is not as the API documents; the text names the
    /// path of the problem.
    pub fn is_decode(&self) -> bool {
        self.0.kind == Kind::Decode
    }

    /// The service reported success, but did not return what was requested: it returned another
    /// resource, such as the card of another phone number, or a field that was sent is missing. The
    /// text names the fields, not their values.
    ///
    /// Repeating the request does not help. If another resource was returned, check the base URL.
    /// `ensure` also returns this error without sending anything if the service recently ignored
    /// the same change.
    pub fn is_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::Mismatch | Kind::OtherResource)
    }

    /// The service stored the card of [`ensure`](crate::contact_card::ContactCardResource::ensure),
    /// but has not applied it to the device: the returned card is not active. Try again later.
    pub fn is_not_applied(&self) -> bool {
        self.0.kind == Kind::NotApplied
    }

    /// An argument or a setting is invalid, and nothing was sent; the text says how to fix it.
    pub fn is_invalid_input(&self) -> bool {
        self.0.kind == Kind::InvalidInput
    }

    /// Whether the same request can succeed if it is sent again later, after [`Error::retry_after`]
    /// if there is one. The client has already retried as far as its settings allow. False for a
    /// write whose outcome is unknown, unless repeating it has no further effect, as with a
    /// deletion.
    pub fn is_retryable(&self) -> bool {
        let is_unknown = self.0.write_outcome == Some(WriteOutcome::Unknown);
        self.0.may_succeed_later && (self.0.is_repeatable || !is_unknown)
    }

    /// What is known about the failed write, and so what to do next.
    ///
    /// `None` when no write was involved: a request that only reads (including a dry run), or
    /// invalid settings. A request that writes always has an outcome, even if it failed before its
    /// first write: invalid arguments, or an
    /// [`ensure`](crate::contact_card::ContactCardResource::ensure) that could not read the card,
    /// are [`WriteOutcome::NotSent`].
    pub fn write_outcome(&self) -> Option<WriteOutcome> {
        self.0.write_outcome
    }

    /// The HTTP status, if there was a response, whatever its body.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.received.as_ref().map(|received| received.status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.received.as_ref().map(|received| &received.headers)
    }

    /// The API's code for the error, if it came from the API itself.
    ///
    /// ```
    /// use linq::{ApiCode, Error};
    ///
    /// fn advice(error: &Error) -> &'static str {
    ///     match error.api_code() {
    ///         Some(ApiCode::CONTACT_CARD_NOT_FOUND) => "set up the card",
    ///         Some(ApiCode::CONTACT_CARD_EXISTS) => "update the card",
    ///         _ => "read the text of the error",
    ///     }
    /// }
    /// ```
    pub fn api_code(&self) -> Option<ApiCode> {
        self.0.body.code
    }

    /// What the API says about the error, for people: one line of at most 500 bytes, without the
    /// API key.
    pub fn message(&self) -> Option<&str> {
        self.0.body.message.as_ref().map(Line::as_str)
    }

    /// The page that documents the error: one line of at most 500 bytes, without the API key.
    pub fn doc_url(&self) -> Option<&str> {
        self.0.body.doc_url.as_ref().map(Line::as_str)
    }

    /// How long to wait before the next attempt: as long as the service asks for, or until the
    /// budget has room again, whichever is longer. It is never zero.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The trace id of the response; quote it when you contact Linq support.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.body.trace_id.as_deref()
    }

    /// How many attempts were made; 0 when nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The beginning of the response's body, at most 4 KiB, without the API key and other secrets.
    /// It can hold personal data, so think before you log it.
    pub fn body(&self) -> Option<&str> {
        std::str::from_utf8(&self.0.received.as_ref()?.body).ok()
    }
}

/// The source is an `io::Error` if the operating system reported one, that of the caller's budget
/// store if it failed, or else one line of text. Other foreign errors are not exposed, because they
/// can hold what the server sent.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(Cause::as_error)
    }
}

impl From<InvalidPhoneNumber> for Error {
    fn from(error: InvalidPhoneNumber) -> Self {
        Self::invalid_input(error.to_string())
    }
}

/// For arguments that need no check, such as a [`PhoneNumber`](crate::PhoneNumber).
impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
