//! Reports each attempt, to the caller's observer and to `tracing`.

use std::time::Duration;

use linq_gen::Operation;

use crate::client::Settings;
use crate::error::Error;
use crate::observer::{Attempt, AttemptEnd, Observer};
use crate::panics::contained;
use crate::request::ended::{cancelled, end_of, url_template};
use crate::request::response::Response;
use crate::request::trace;

/// An attempt that is under way. Dropping it reports that the call was cancelled.
pub(super) struct Report<'a> {
    operation: &'static Operation,
    resend_count: u32,
    settings: &'a Settings,
    /// When it started, by the client's clock; `None` if nobody listens, or if it has ended.
    started: Option<Duration>,
}

impl<'a> Report<'a> {
    pub(super) fn start(
        operation: &'static Operation,
        resend_count: u32,
        settings: &'a Settings,
    ) -> Self {
        let is_wanted = settings.observer.is_some() || trace::is_enabled();
        let report = Self {
            operation,
            resend_count,
            settings,
            started: is_wanted.then(|| settings.clock.monotonic()),
        };
        report.observe(|observer| observer.attempt_started(&report.attempt()));
        report
    }

    /// Reports the end; `budget_left` is only called if somebody listens.
    pub(super) fn end<T>(
        mut self,
        outcome: Result<&Response<T>, &Error>,
        retry_wait: Option<Duration>,
        budget_left: impl FnOnce() -> Option<u32>,
    ) {
        if let Some(started) = self.started.take() {
            let end = AttemptEnd {
                retry_wait,
                budget_left: budget_left(),
                ..end_of(outcome)
            };
            self.ended(started, end);
        }
    }

    fn ended(&self, started: Duration, end: AttemptEnd<'_>) {
        // The end is reported even if the clock, which is the caller's, panics: this may run because
        // it did before.
        let now = contained(|| self.settings.clock.monotonic());
        let duration = now.unwrap_or(started).saturating_sub(started);
        let end = AttemptEnd { duration, ..end };
        let attempt = self.attempt();
        trace::attempt_ended(&attempt, &end);
        self.observe(|observer| observer.attempt_ended(&attempt, &end));
    }

    fn attempt(&self) -> Attempt<'a> {
        Attempt {
            operation: self.operation.id,
            method: self.operation.method,
            url_template: url_template(self.operation),
            server_address: &self.settings.server.address,
            server_port: self.settings.server.port,
            resend_count: self.resend_count,
        }
    }

    /// A panic of the caller's code must not end the call, whose outcome would be lost.
    fn observe(&self, tell: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.settings.observer {
            contained(|| tell(&**observer));
        }
    }
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if let Some(started) = self.started.take() {
            self.ended(started, cancelled());
        }
    }
}
