//! The span of a call and the events of its attempts, for `tracing`: no personal data, no secrets.
//!
//! The names are those of OpenTelemetry's conventions for HTTP clients. `url.full` is left out,
//! since phone numbers and ids are in it.
#![cfg_attr(not(feature = "tracing"), allow(unused_variables))]

use linq_gen::Operation;
#[cfg(feature = "tracing")]
use tracing::{Instrument as _, Level, field::Empty};

use crate::client::Settings;
use crate::error::Error;
use crate::observer::{Attempt, AttemptEnd};
#[cfg(feature = "tracing")]
use crate::request::ended::{CANCELLED, cancelled, end_of, url_template};
use crate::request::response::Response;

#[cfg(feature = "tracing")]
const TARGET: &str = "linq";

/// The span of a call, with all its attempts.
pub(super) struct CallSpan {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// Records how a call ended. Dropping it records that the call was cancelled.
pub(super) struct CallEnd {
    /// `None` if nobody listens, or if the end is recorded.
    #[cfg(feature = "tracing")]
    span: Option<tracing::Span>,
}

impl CallSpan {
    pub(super) fn new(operation: &'static Operation, settings: &Settings) -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: tracing::info_span!(
                target: TARGET,
                "call",
                otel.kind = "client",
                otel.name = %format_args!(
                    "{}{}{}",
                    operation.method,
                    if operation.path.is_empty() { "" } else { " " },
                    operation.path
                ),
                otel.status_code = Empty,
                linq.operation = operation.id,
                http.request.method = operation.method,
                url.template = url_template(operation),
                server.address = settings.server.address,
                server.port = settings.server.port,
                http.response.status_code = Empty,
                http.request.resend_count = Empty,
                "error.type" = Empty,
                linq.api_code = Empty,
                linq.trace_id = Empty,
            ),
        }
    }

    pub(super) fn end(&self) -> CallEnd {
        CallEnd {
            #[cfg(feature = "tracing")]
            span: (!self.span.is_disabled()).then(|| self.span.clone()),
        }
    }

    /// Runs the call in the span.
    pub(super) fn around<F: Future>(self, call: F) -> impl Future<Output = F::Output> {
        #[cfg(feature = "tracing")]
        let call = call.instrument(self.span);
        call
    }
}

impl CallEnd {
    #[cfg_attr(not(feature = "tracing"), allow(unused_mut))]
    pub(super) fn record<T>(mut self, outcome: Result<&Response<T>, &Error>) {
        #[cfg(feature = "tracing")]
        if let Some(span) = self.span.take() {
            let attempts = match outcome {
                Ok(response) => response.attempts(),
                Err(error) => error.attempts(),
            };
            record(&span, attempts, &end_of(outcome));
        }
    }
}

#[cfg(feature = "tracing")]
impl Drop for CallEnd {
    fn drop(&mut self) {
        if let Some(span) = self.span.take() {
            record(&span, 0, &cancelled());
        }
    }
}

#[cfg(feature = "tracing")]
fn record(span: &tracing::Span, attempts: u32, end: &AttemptEnd<'_>) {
    if attempts > 1 {
        span.record("http.request.resend_count", attempts.saturating_sub(1));
    }
    if let Some(status) = end.status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(error_type) = end.error_type {
        span.record("error.type", error_type);
        span.record("otel.status_code", "ERROR");
    }
    if let Some(code) = end.api_code {
        span.record("linq.api_code", code.get());
    }
    if let Some(trace_id) = end.trace_id {
        span.record("linq.trace_id", trace_id);
    }
}

/// Whether anybody listens to the events of attempts.
pub(super) fn is_enabled() -> bool {
    #[cfg(feature = "tracing")]
    return tracing::enabled!(target: TARGET, Level::INFO);
    #[cfg(not(feature = "tracing"))]
    false
}

/// One event for each attempt. Nobody else sees a failure after which the client tries again, so
/// that one has a higher level.
pub(super) fn attempt_ended(attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
    #[cfg(feature = "tracing")]
    {
        // The level is part of what `tracing` makes static.
        macro_rules! event {
            ($level:expr, $message:literal) => {
                tracing::event!(
                    target: TARGET,
                    $level,
                    linq.operation = attempt.operation,
                    http.request.method = attempt.method,
                    url.template = attempt.url_template,
                    server.address = attempt.server_address,
                    server.port = attempt.server_port,
                    http.request.resend_count =
                        (attempt.resend_count > 0).then_some(attempt.resend_count),
                    http.response.status_code = end.status.map(|status| status.as_u16()),
                    "error.type" = end.error_type,
                    linq.api_code = end.api_code.map(|code| code.get()),
                    linq.trace_id = end.trace_id,
                    linq.duration_ms = milliseconds(end.duration),
                    linq.retry_wait_ms = end.retry_wait.map(milliseconds),
                    linq.budget_left = end.budget_left,
                    $message
                )
            };
        }
        match (end.error_type, end.retry_wait) {
            (_, Some(_)) => event!(Level::INFO, "attempt failed; trying again"),
            (None, None) => event!(Level::DEBUG, "attempt succeeded"),
            (Some(CANCELLED), None) => event!(Level::DEBUG, "attempt cancelled"),
            (Some(_), None) => event!(Level::DEBUG, "attempt failed"),
        }
    }
}

/// A success was rejected, since it is not what was asked for.
pub(super) fn rejected(operation: &'static Operation, error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::event!(
        target: TARGET,
        Level::DEBUG,
        linq.operation = operation.id,
        "error.type" = error.error_type(),
        linq.trace_id = error.trace_id(),
        "response rejected"
    );
}

#[cfg(feature = "tracing")]
fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
