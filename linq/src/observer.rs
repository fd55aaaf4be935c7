//! The caller's view of each attempt, for metrics.

use std::time::Duration;

use linq_gen::ApiCode;
use reqwest::StatusCode;

use crate::error::write_outcome::WriteOutcome;

/// Sees each attempt of a client, for metrics; see [`ClientBuilder::observer`].
///
/// Its methods run within the call, so they should be quick. If one panics, the call goes on.
/// Nothing that they get is secret or personal.
///
/// With OpenTelemetry's names for metrics, which the fields follow:
///
/// | metric | how |
/// |---|---|
/// | `http.client.request.duration` | a histogram of [`duration`](AttemptEnd::duration), in seconds; its count is the number of attempts |
/// | `http.client.active_requests` | attempts that have started and not ended |
/// | retries | attempts with a [`resend_count`](Attempt::resend_count) above 0 |
/// | budget left | the last [`budget_left`](AttemptEnd::budget_left) |
///
/// A call that fails before its first attempt, such as one for which the budget is used up, is not
/// observed. The feature `tracing` has a span for it.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Retries(AtomicU64);
///
/// impl linq::Observer for Retries {
///     fn attempt_ended(&self, attempt: &linq::Attempt<'_>, end: &linq::AttemptEnd<'_>) {
///         if attempt.resend_count > 0 {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///         println!("{} {:?} {:?}", attempt.operation, end.status, end.duration);
///     }
/// }
///
/// let client = linq::Client::builder().api_key("key").observer(Retries::default()).build()?;
/// # Ok::<(), linq::Error>(())
/// ```
///
/// [`ClientBuilder::observer`]: crate::ClientBuilder::observer
pub trait Observer: Send + Sync + 'static {
    /// An attempt starts. [`attempt_ended`](Self::attempt_ended) follows, whatever happens.
    fn attempt_started(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// An attempt has ended: with a response, with an error, or because its future was dropped.
    fn attempt_ended(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>);
}

/// An attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The `operationId` in the contract, such as `retrieveContactCard`; `request` for a
    /// [`Client::request`](crate::Client::request).
    pub operation: &'static str,
    /// The HTTP method (`http.request.method`).
    pub method: &'static str,
    /// The path below the base URL, with the names of parameters in place of their values
    /// (`url.template`), such as `/v3/chats/{chatId}`. `None` for a
    /// [`Client::request`](crate::Client::request), whose path could be personal.
    pub url_template: Option<&'static str>,
    /// The host of the base URL (`server.address`).
    pub server_address: &'a str,
    /// The port of the base URL (`server.port`).
    pub server_port: u16,
    /// How many attempts of this call came before (`http.request.resend_count`).
    pub resend_count: u32,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// How long it took, by the client's [`Clock`](crate::Clock).
    pub duration: Duration,
    /// The status of the response, if there was one (`http.response.status_code`).
    pub status: Option<StatusCode>,
    /// What failed, if it did (`error.type`): the status, or a word such as `timeout`; `cancelled`
    /// if the future was dropped.
    pub error_type: Option<&'a str>,
    /// The API's code for the error.
    pub api_code: Option<ApiCode>,
    /// The trace id of the response.
    pub trace_id: Option<&'a str>,
    /// What is known about a failed write.
    pub write_outcome: Option<WriteOutcome>,
    /// How long the client waits before it tries again; `None` if this was the last attempt.
    pub retry_wait: Option<Duration>,
    /// How many calls the budget of the phone number or chat has left, if it has one.
    pub budget_left: Option<u32>,
}
