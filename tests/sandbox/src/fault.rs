//! Ways to misbehave.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use crate::delivery::{Delivery, Interruption, Pace};
use crate::error_body::ErrorBody;
use crate::sendable;
use crate::trace_id::{TraceId, X_TRACE_ID};

/// A way to misbehave, for [`Sandbox::misbehave`](crate::Sandbox::misbehave).
///
/// It applies to one request unless [`times`](Self::times) or [`always`](Self::always) says
/// otherwise. What it does not touch stays as usual: a response carries a fresh `X-Trace-ID`, which
/// an error body repeats.
///
/// A fault that could not be sent, such as one with status 9999, panics where it is built.
///
/// ```
/// use linq_sandbox::Fault;
/// use std::time::Duration;
///
/// let busy = Fault::error(429, 1007, "Rate limit exceeded")
///     .retry_after(30)
///     .times(2);
/// let gateway = Fault::status(502)
///     .header("content-type", "text/html")
///     .body("<h1>Bad Gateway</h1>");
/// let slow = Fault::none().delay(Duration::from_secs(5));
/// let broken = Fault::none().cut_after(10);
/// let lost = Fault::cut().after_applying().on("PATCH");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing until it is given to a sandbox"]
pub struct Fault {
    /// `None` means any.
    pub(crate) method: Option<Method>,
    /// The id of an operation; `None` means any.
    pub(crate) operation: Option<String>,
    pub(crate) answer: Action,
    pub(crate) is_after_applying: bool,
    pub(crate) headers: HeaderMap,
    pub(crate) delay: Duration,
    pub(crate) delivery: Delivery,
    /// `None` means every time.
    pub(crate) times: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The response of an API that works.
    Usual,
    Instead(StatusCode, Content),
    /// The error that the contract documents under this code for the operation of the request.
    Documented(u32),
    /// The connection is closed.
    Cut,
    /// Nothing, until the client goes away.
    Stall,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Raw(Bytes),
    Json(Value),
    Error(ErrorBody),
}

impl Content {
    pub(crate) fn into_response(self, status: StatusCode) -> Response {
        match self {
            Self::Raw(bytes) => (status, Body::from(bytes)).into_response(),
            Self::Json(value) => (status, Json(value)).into_response(),
            Self::Error(error) => error.into_response(),
        }
    }
}

impl Fault {
    /// The usual response, to combine with [`delay`](Self::delay), [`cut_after`](Self::cut_after),
    /// [`header`](Self::header) and others.
    pub fn none() -> Self {
        Self::with_action(Action::Usual)
    }

    /// Responds with `status` and no body.
    ///
    /// # Panics
    /// If `status` is not between 200 and 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let status = valid(sendable::status(status));
        Self::with_action(Action::Instead(status, Content::Raw(Bytes::new())))
    }

    /// Responds with the documented error envelope.
    ///
    /// # Panics
    /// If `status` is not between 200 and 999.
    #[track_caller]
    pub fn error(status: u16, code: i32, message: impl Into<String>) -> Self {
        let status = valid(sendable::status(status));
        let body = ErrorBody {
            status,
            code,
            message: message.into().into(),
            doc_url: None,
            retry_after: None,
        };
        Self::with_action(Action::Instead(status, Content::Error(body)))
    }

    /// Responds with the error that the contract documents under `code`: for the operation of the
    /// request, or else in the table of codes. If the contract has no such code, or the path
    /// belongs to no operation, the response is the usual one.
    ///
    /// ```
    /// use linq_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.misbehave(Fault::documented(1007));
    ///
    /// let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/v3/contact_card", sandbox.base_url());
    /// let response = client.get(url).bearer_auth(sandbox.api_key()).send().await?;
    ///
    /// assert_eq!(response.status(), 429);
    /// assert_eq!(response.headers()["retry-after"], "30");
    /// # Ok(())
    /// # }
    /// ```
    pub fn documented(code: u32) -> Self {
        Self::with_action(Action::Documented(code))
    }

    /// Closes the connection before a single byte of a response.
    pub fn cut() -> Self {
        Self::with_action(Action::Cut)
    }

    /// Reads the request, and never responds.
    pub fn stall() -> Self {
        Self::with_action(Action::Stall)
    }

    fn with_action(answer: Action) -> Self {
        Self {
            method: None,
            operation: None,
            answer,
            is_after_applying: false,
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            delivery: Delivery::default(),
            times: Some(1),
        }
    }

    /// Responds with `body`, byte for byte, and no content type unless [`header`](Self::header)
    /// sets one.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.content(Content::Raw(body.into()))
    }

    /// Responds with `body` as `application/json`.
    pub fn json(self, body: Value) -> Self {
        self.content(Content::Json(body))
    }

    fn content(mut self, content: Content) -> Self {
        match self.answer {
            Action::Usual => self.answer = Action::Instead(StatusCode::OK, content),
            Action::Instead(_, ref mut old) => *old = content,
            Action::Documented(_) | Action::Cut | Action::Stall => {}
        }
        self
    }

    /// Sends a header in place of the usual ones of that name; several calls send several headers.
    ///
    /// An error body repeats the `X-Trace-ID` that is given here.
    ///
    /// # Panics
    /// If name or value cannot be sent, or the header is `content-length` or `transfer-encoding`,
    /// which follow from the body and from [`cut_after`](Self::cut_after) and
    /// [`stall_after`](Self::stall_after).
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = valid(sendable::header(name, value));
        self.headers.append(name, value);
        self
    }

    /// Sends `Retry-After: seconds`, and `error.retry_after` in an error envelope.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Action::Instead(_, Content::Error(ref mut error)) = self.answer {
            error.retry_after = Some(seconds);
        }
        self.headers.insert(header::RETRY_AFTER, seconds.into());
        self
    }

    /// Applies only to requests of `method`; others meet the faults queued after it.
    ///
    /// # Panics
    /// If `method` is not the name of a method in upper case.
    #[track_caller]
    pub fn on(mut self, method: impl TryInto<Method>) -> Self {
        self.method = Some(valid(sendable::method(method)));
        self
    }

    /// Applies only to requests of the operation with this id in the contract, such as
    /// `updateContactCard`; others meet the faults queued after it.
    pub fn on_operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Applies the request as usual before the fault.
    ///
    /// Otherwise a request whose response is replaced, cut or stalled changes nothing.
    ///
    /// ```
    /// use linq_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.misbehave(Fault::cut().after_applying());
    ///
    /// let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/v3/contact_card?phone_number=%2B15551234567", sandbox.base_url());
    /// let request = client.patch(url).bearer_auth(sandbox.api_key());
    /// let outcome = request.body(r#"{"first_name":"Jane"}"#).send().await;
    ///
    /// assert!(outcome.is_err());
    /// assert_eq!(sandbox.cards()[0].first_name, "Jane");
    /// # Ok(())
    /// # }
    /// ```
    pub fn after_applying(mut self) -> Self {
        self.is_after_applying = true;
        self
    }

    /// Waits before the response, the cut or the stall; the request is recorded before the wait.
    ///
    /// It is applied after the wait, or before it with [`after_applying`](Self::after_applying).
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the head and `n` bytes of the body, then closes the connection.
    ///
    /// `content-length` promises the whole body, and at least one byte more than is sent, so that
    /// even an empty body is visibly cut.
    pub fn cut_after(mut self, n: usize) -> Self {
        self.delivery.interruption = Some((n, Interruption::Cut));
        self
    }

    /// Sends the head and `n` bytes of the body, then nothing more.
    ///
    /// `content-length` promises as much as with [`cut_after`](Self::cut_after).
    pub fn stall_after(mut self, n: usize) -> Self {
        self.delivery.interruption = Some((n, Interruption::Stall));
        self
    }

    /// Sends the body slowly: `bytes_per_chunk`, a pause, the next chunk, and so on.
    ///
    /// # Panics
    /// If `bytes_per_chunk` is 0.
    #[track_caller]
    pub fn drip(mut self, bytes_per_chunk: usize, pause: Duration) -> Self {
        if bytes_per_chunk == 0 {
            invalid("a chunk must have at least 1 byte");
        }
        self.delivery.pace = Some(Pace {
            bytes_per_chunk,
            pause,
        });
        self
    }

    /// Applies to `n` requests in all.
    pub fn times(mut self, n: usize) -> Self {
        self.times = Some(n);
        self
    }

    /// Applies to every request, or every one of its [method](Self::on), until
    /// [`Sandbox::behave`](crate::Sandbox::behave). Faults queued after it never get those
    /// requests.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Whether it applies to a request, which is of the operation with this id, if of any.
    pub(crate) fn is_for(&self, method: &Method, operation: Option<&str>) -> bool {
        self.method.as_ref().is_none_or(|own| own == method)
            && (self.operation.is_none() || self.operation.as_deref() == operation)
    }

    pub(crate) fn trace_id(&self) -> Option<TraceId> {
        let value = self.headers.get(X_TRACE_ID)?.to_str().ok()?;
        Some(TraceId(value.to_owned()))
    }
}

#[track_caller]
fn valid<T>(checked: Result<T, String>) -> T {
    match checked {
        Ok(part) => part,
        Err(why) => invalid(&why),
    }
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "the mistake is in the code that builds the fault, so it is shown there"
)]
fn invalid(what: &str) -> ! {
    panic!("invalid fault: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_cannot_be_sent_panics_with_the_reason() {
        type Build = fn() -> Fault;
        let builds: [(Build, &str); 8] = [
            (
                || Fault::status(9999),
                "9999 is not the status of a response",
            ),
            (
                || Fault::error(101, 1, ""),
                "101 is not the status of a response",
            ),
            (
                || Fault::none().header("a b", ""),
                "\"a b\" is not a header name",
            ),
            (
                || Fault::none().header("a", "b\n"),
                "\"b\\n\" is not a header value",
            ),
            (
                || Fault::none().header("Content-Length", "7"),
                "the sandbox sets content-length",
            ),
            (
                || Fault::none().on("patch"),
                "the method must be a name in upper case",
            ),
            (
                || Fault::none().on("PAT CH"),
                "the method must be a name in upper case",
            ),
            (
                || Fault::none().drip(0, Duration::ZERO),
                "a chunk must have at least 1 byte",
            ),
        ];
        for (build, reason) in builds {
            let panic = std::panic::catch_unwind(build).unwrap_err();
            let text = panic.downcast_ref::<String>().unwrap();
            assert_eq!(*text, format!("invalid fault: {reason}"));
        }
    }
}
