//! What goes wrong.

use std::time::Duration;

use bytes::Bytes;
use linq_gen::{ApiCode, BodyEnd, Canned, Received};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

use crate::client::transport::NoResponse;
use crate::error::body::ErrorBody;
use crate::error::{Error, Kind};

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// Something that goes wrong: a [`Mock`](super::Mock) returns it in place of a value, and [`error`](Self::error)
/// is the [`Error`] that the client returns then.
///
/// | fault | what [`Error`] then says |
/// |---|---|
/// | [`status`](Self::status) | the questions about that status: [`is_not_found`](Error::is_not_found), [`is_conflict`](Error::is_conflict), [`is_server`](Error::is_server), [`is_redirect`](Error::is_redirect), … |
/// | `status` of a success, with a [`body`](Self::body) that is not as documented | [`is_decode`](Error::is_decode) |
/// | [`no_connection`](Self::no_connection) | [`is_connect`](Error::is_connect); a write is `NotSent` |
/// | [`connection_lost`](Self::connection_lost) | `is_connect`; a write is `Unknown` |
/// | [`timeout`](Self::timeout) | [`is_timeout`](Error::is_timeout); a write is `Unknown` |
/// | [`tls`](Self::tls) | [`is_tls`](Error::is_tls) |
/// | [`invalid_input`](Self::invalid_input), [`budget_used_up`](Self::budget_used_up), [`budget_store`](Self::budget_store) | what the client finds before it sends anything |
/// | [`mismatch`](Self::mismatch), [`not_applied`](Self::not_applied) | what the client finds in a success |
///
/// ```
/// use std::time::Duration;
///
/// use linq::reqwest::StatusCode;
/// use linq::testing::Fault;
/// use linq::{ApiCode, WriteOutcome, contact_card};
///
/// let fault = Fault::status(StatusCode::TOO_MANY_REQUESTS)
///     .code(ApiCode::RATE_LIMITED)
///     .retry_after(Duration::from_secs(600));
/// let error = fault.error::<contact_card::Update>();
/// assert!(error.is_rate_limited());
/// assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
/// assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing until it is returned or turned into an error"]
pub struct Fault(What);

#[derive(Clone, Debug)]
enum What {
    Response(Box<Refusal>),
    Timeout,
    Failed {
        kind: Kind,
        text: String,
        retry_after: Option<Duration>,
    },
}

#[derive(Clone, Debug)]
struct Refusal {
    status: StatusCode,
    headers: HeaderMap,
    code: Option<ApiCode>,
    message: Option<String>,
    body: Option<Bytes>,
}

impl Fault {
    /// A response with this status, and with an empty body unless it has a [`code`](Self::code), a
    /// [`message`](Self::message) or a [`body`](Self::body).
    pub fn status(status: StatusCode) -> Self {
        Self(What::Response(Box::new(Refusal {
            status,
            headers: HeaderMap::new(),
            code: None,
            message: None,
            body: None,
        })))
    }

    /// There is no connection; nothing was sent.
    pub fn no_connection() -> Self {
        Self::failed(Kind::Connect, "no connection to the mock")
    }

    /// The connection breaks after the request was sent, before the response.
    pub fn connection_lost() -> Self {
        let text = "the connection to the mock broke before the response was complete";
        Self::failed(Kind::Broken, text)
    }

    /// No response comes in time. The time of a [`Mock`](super::Mock) moves on by as long as the attempt may
    /// take.
    pub fn timeout() -> Self {
        Self(What::Timeout)
    }

    /// The TLS handshake fails; nothing was sent.
    pub fn tls() -> Self {
        Self::failed(Kind::Tls, "no TLS connection to the mock")
    }

    /// An argument is invalid, as `problem` says; nothing was sent.
    pub fn invalid_input(problem: impl Into<String>) -> Self {
        Self::failed(Kind::InvalidInput, problem)
    }

    /// The client knows that the budget has no room before `wait` is over; nothing was sent.
    pub fn budget_used_up(wait: Duration) -> Self {
        let text = "nothing was sent: the budget is used up";
        Self::failed(Kind::RateLimited, text).retry_after(wait)
    }

    /// The budget store fails; nothing was sent.
    pub fn budget_store() -> Self {
        let text = "nothing was sent: the budget store failed";
        Self::failed(Kind::BudgetStore, text)
    }

    /// A success that lacks what was sent.
    pub fn mismatch() -> Self {
        let text = "the returned resource is not the requested one";
        Self::failed(Kind::Mismatch, text)
    }

    /// A success of `ensure` whose card is not active.
    pub fn not_applied() -> Self {
        let text = "the card is stored, but not applied to the device";
        Self::failed(Kind::NotApplied, text)
    }

    fn failed(kind: Kind, text: impl Into<String>) -> Self {
        Self(What::Failed {
            kind,
            text: text.into(),
            retry_after: None,
        })
    }

    /// The API's code, in the documented envelope. Only a [`status`](Self::status) has one.
    pub fn code(self, code: ApiCode) -> Self {
        self.change(|refusal| refusal.code = Some(code))
    }

    /// What the API says about the error. Only a [`status`](Self::status) has it.
    pub fn message(self, message: impl Into<String>) -> Self {
        self.change(|refusal| refusal.message = Some(message.into()))
    }

    /// The trace id. Only a [`status`](Self::status) has one, `mock-` and a number unless it is set.
    pub fn trace_id(self, trace_id: HeaderValue) -> Self {
        self.header(TRACE_ID, trace_id)
    }

    /// A header of the response. Only a [`status`](Self::status) has headers.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|refusal| drop(refusal.headers.insert(name, value)))
    }

    /// The raw body, in place of the envelope with code and message. Only a
    /// [`status`](Self::status) has one.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        self.change(|refusal| refusal.body = Some(body.into().into()))
    }

    /// How long to wait before the next attempt, rounded up to milliseconds. Only a
    /// [`status`](Self::status) and [`budget_used_up`](Self::budget_used_up) have it.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        if let What::Failed {
            kind: Kind::RateLimited,
            retry_after,
            ..
        } = &mut self.0
        {
            *retry_after = Some(wait);
        }
        let (name, number) = match wait.subsec_nanos() {
            0 => (RETRY_AFTER, u128::from(wait.as_secs())),
            _ => {
                let millis = wait.as_nanos().div_ceil(1_000_000);
                (RETRY_AFTER_MS, millis)
            }
        };
        self.change(|refusal| {
            refusal.headers.remove(RETRY_AFTER);
            refusal.headers.remove(RETRY_AFTER_MS);
            if let Ok(value) = HeaderValue::try_from(number.to_string()) {
                refusal.headers.insert(name, value);
            }
        })
    }

    fn change(mut self, change: impl FnOnce(&mut Refusal)) -> Self {
        if let What::Response(refusal) = &mut self.0 {
            change(refusal);
        }
        self
    }

    /// The response to attempt `number`.
    pub(super) fn respond(self, number: usize) -> Result<Canned, NoResponse> {
        match self.0 {
            What::Response(refusal) => Ok(refusal.respond(number)),
            What::Timeout => Err(NoResponse::InTime),
            What::Failed {
                kind,
                text,
                retry_after,
            } => {
                let error = Error::new(kind, text);
                let error = match kind {
                    Kind::Mismatch | Kind::NotApplied => {
                        let body = ErrorBody::default();
                        error.with_received(success(), body, None, None)
                    }
                    _ => error.with_retry_after(retry_after),
                };
                Err(NoResponse::Because(error))
            }
        }
    }
}

impl Refusal {
    fn respond(self, number: usize) -> Canned {
        let mut headers = self.headers;
        if !headers.contains_key(TRACE_ID) {
            headers.extend(trace_id(number));
        }
        let body = match (self.body, self.code, self.message) {
            (Some(body), ..) => body,
            (None, None, None) => Bytes::new(),
            (None, code, message) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                let mut error = json!({"status": self.status.as_u16()});
                if let Some(code) = code {
                    error["code"] = code.get().into();
                }
                error["message"] = message.map_or(Value::Null, Value::from);
                let body = json!({"success": false, "error": error});
                body.to_string().into()
            }
        };
        Canned {
            status: self.status,
            headers,
            body,
        }
    }
}

/// The trace id of attempt `number`.
pub(super) fn trace_id(number: usize) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::try_from(format!("mock-{number}")).ok()?;
    Some((TRACE_ID, value))
}

fn success() -> Received {
    Received {
        status: StatusCode::OK,
        redirected: false,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        end: BodyEnd::Complete,
    }
}
