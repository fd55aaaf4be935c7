//! Sends every request: counts it against its budget, limits its time, and retries.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::future::{Either, select};
use linq_gen::{Exchange, Operation, Received, ResponseValue};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use crate::budget::BudgetGuard;
use crate::client::api_key::Credentials;
use crate::client::ignored_changes::IgnoredChanges;
use crate::client::{Client, RetryLimits};
use crate::error::write_outcome::WriteOutcome;
use crate::error::{Error, Kind};
use crate::panics::discard;
use crate::request::classify::{outcome, refused_success, settled};
use crate::request::counting::{self, Counted};
use crate::request::deadline::{self, Deadline, Limit};
#[cfg(feature = "testing")]
use crate::request::mocked::Mocked;
use crate::request::options::Options;
use crate::request::report::Report;
use crate::request::response::Response;
use crate::request::retry;
use crate::request::runtime;
use crate::request::trace::{self, CallSpan};

/// A call of an operation: the client, and the options that override the client's settings.
#[allow(missing_debug_implementations, unreachable_pub)]
pub struct Call {
    client: Client,
    options: Options,
    deadline: Deadline,
    /// How many writes have reached the service, or may have.
    writes: AtomicU32,
}

impl Call {
    /// A call whose time has not started.
    pub(crate) fn new(client: Client, options: Options) -> Self {
        Self {
            deadline: Deadline::NONE,
            client,
            options,
            writes: AtomicU32::new(0),
        }
    }

    /// Starts the time of the call.
    pub(crate) fn start(&mut self) {
        let settings = self.client.settings();
        let deadline = self.options.deadline.or(settings.deadline);
        self.deadline = Deadline::start(deadline, &*settings.clock);
    }

    /// Whether no write may be sent at all.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.options.max_writes == 0
    }

    pub(crate) fn may_write(&self) -> bool {
        self.writes() < self.options.max_writes
    }

    fn writes(&self) -> u32 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Lets `send` send a request by the generated client, and retries it while that is allowed and
    /// makes sense.
    ///
    /// `key` is the phone number or the chat whose budget the request is counted against.
    pub(crate) fn send<T, S, F>(
        &self,
        operation: &'static Operation,
        key: &str,
        send: S,
    ) -> impl Future<Output = Result<Response<T>, Error>>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<()>>>,
    {
        let span = CallSpan::new(operation, self.client.settings());
        let end = span.end();
        span.around(async move {
            let outcome = self.attempts(operation, key, send).await;
            end.record(outcome.as_ref());
            outcome
        })
    }

    async fn attempts<T, S, F>(
        &self,
        operation: &'static Operation,
        key: &str,
        send: S,
    ) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<()>>>,
    {
        runtime::check()?;
        let clock = &self.client.settings().clock;
        let mut attempts: u32 = 0;
        let mut failed: Option<Error> = None;
        let mut waited_since = None;
        loop {
            let begun = self.begin(operation, key, waited_since).await;
            let begun = begun.map_err(|refused| match failed.take() {
                Some(failed) => failed.followed_by(&refused),
                None => refused,
            })?;
            let earlier = failed.take();
            let Tried {
                outcome,
                wait,
                ended,
            } = self
                .try_once(operation, key, begun, attempts, earlier, &send)
                .await;
            self.until_known(operation, ended).await;
            let Some(wait) = wait else {
                return outcome;
            };
            failed = outcome.err();
            attempts = attempts.saturating_add(1);
            waited_since = Some(clock.now());
            clock.sleep(wait).await;
        }
    }

    /// Makes one attempt after so many others, the last of which failed.
    ///
    /// It waits only for the attempt, so that the future has no room for the outcome.
    async fn try_once<T, S, F>(
        &self,
        operation: &'static Operation,
        key: &str,
        (limit, counted): (Limit, Option<Counted<'_>>),
        attempts: u32,
        earlier: Option<Error>,
        send: &S,
    ) -> Tried<T>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<()>>>,
    {
        let settings = self.client.settings();
        let report = Report::start(operation, attempts, settings);
        let attempts = attempts.saturating_add(1);
        let credentials = settings.credentials.get();
        let attempt = Attempt {
            exchange: Arc::new(self.exchange(&credentials)),
            counted,
        };
        let outcome = self
            .attempt(operation, limit, &attempt.exchange, &credentials, send)
            .await
            .map(|(value, received)| Response::new(value, received, attempts, credentials))
            .map_err(|error| settled(error, operation, attempts));
        let outcome = match (outcome, &earlier) {
            (Err(error), Some(earlier)) => done_before(error, earlier, operation),
            (outcome, _) => outcome,
        };
        let ended = self.note(operation, attempt, outcome.as_ref().err());
        let (outcome, wait) = match outcome {
            Ok(response) => (Ok(response), None),
            Err(error) => {
                let error = match &earlier {
                    Some(earlier) => error.after(earlier),
                    None => error,
                };
                let (error, wait) = self.wait(operation, key, error);
                (Err(error), wait)
            }
        };
        report.end(outcome.as_ref(), wait, || {
            Some(self.own_guard(operation)?.left(key))
        });
        Tried {
            outcome,
            wait,
            ended,
        }
    }

    /// How often the call may be retried, and the longest wait.
    fn retry_limits(&self) -> RetryLimits {
        let (options, limits) = (&self.options, self.client.settings().retry);
        RetryLimits {
            max_retries: options.max_retries.unwrap_or(limits.max_retries),
            max_wait: options.max_retry_wait.unwrap_or(limits.max_wait),
        }
    }

    /// How long to wait before the next attempt, if there may be one, and the error to return if
    /// not.
    fn wait(&self, operation: &Operation, key: &str, error: Error) -> (Error, Option<Duration>) {
        let limits = self.retry_limits();
        let used_up = self.used_up(operation, key);
        let wait = retry::wait(&error, operation, limits, self.writes(), fastrand::f64())
            .filter(|_| operation.is_read() || self.may_write())
            .filter(|wait| used_up.is_none_or(|used_up| used_up <= *wait));
        let Some(wait) = wait else {
            let is_worth_a_wait = error.is_retryable() || error.retry_after().is_some();
            let error = error.with_retry_after(used_up.filter(|_| is_worth_a_wait));
            return (error, None);
        };
        let clock = &*self.client.settings().clock;
        match self.deadline.passes_within(wait, clock) {
            Some(deadline) => {
                let error = error.with_retry_after(used_up);
                (error.without_time_to_retry(deadline), None)
            }
            None => (error, Some(wait)),
        }
    }

    /// Gives the service a moment to apply what it stored, or returns that there is no time for it.
    pub(crate) async fn pause(&self) -> Result<(), Error> {
        let wait = retry::pause(fastrand::f64());
        let clock = &self.client.settings().clock;
        if let Some(deadline) = self.deadline.passes_within(wait, &**clock) {
            return Err(deadline::over(deadline));
        }
        clock.sleep(wait).await;
        Ok(())
    }

    /// The error for a success whose value is not as requested.
    pub(crate) fn reject<T>(
        &self,
        operation: &'static Operation,
        response: &Response<T>,
        kind: Kind,
        problem: impl AsRef<str>,
    ) -> Error {
        let error = Error::new(kind, problem);
        let error = refused_success(error, response, self.client.settings());
        let error = settled(error, operation, response.attempts());
        trace::rejected(operation, &error);
        error
    }

    pub(crate) fn ignored(&self) -> &IgnoredChanges {
        &self.client.settings().ignored
    }

    /// Counts an attempt against its budget, if it has one, and says how long it may take.
    async fn begin<'a>(
        &'a self,
        operation: &'static Operation,
        key: &'a str,
        waited_since: Option<SystemTime>,
    ) -> Result<(Limit, Option<Counted<'a>>), Error> {
        let limit = self.limit(operation)?;
        let mut counted = self.count(operation, key, limit, waited_since).await?;
        // A store that counts takes some of the time.
        let limit = self.limit(operation);
        if let (Err(_), Some(counted)) = (&limit, &mut counted) {
            counted.uncount();
        }
        Ok((limit?, counted))
    }

    /// How long an attempt may take, or the error of a call whose time is over.
    fn limit(&self, operation: &Operation) -> Result<Limit, Error> {
        let settings = self.client.settings();
        let timeout = self.options.timeout.unwrap_or(settings.timeout);
        let limit = self.deadline.limit(timeout, &*settings.clock);
        limit.map_err(|over| settled(over, operation, 0))
    }

    fn guard(&self, operation: &Operation) -> Option<(linq_gen::Budget, &BudgetGuard)> {
        let budget = operation.budget?;
        let guard = self.client.settings().budgets.get(budget.name)?;
        Some((budget, guard))
    }

    /// The guard of an operation's budget, unless a store counts, which is asked before each
    /// attempt.
    fn own_guard(&self, operation: &Operation) -> Option<&BudgetGuard> {
        match self.client.settings().budget_store {
            Some(_) => None,
            None => Some(self.guard(operation)?.1),
        }
    }

    /// How long until the budget has a call left, if it has none.
    fn used_up(&self, operation: &Operation, key: &str) -> Option<Duration> {
        self.own_guard(operation)?.used_up(key)
    }

    /// Counts an attempt against its budget, if it has one.
    async fn count<'a>(
        &'a self,
        operation: &'static Operation,
        key: &'a str,
        limit: Limit,
        waited_since: Option<SystemTime>,
    ) -> Result<Option<Counted<'a>>, Error> {
        let Some((budget, guard)) = self.guard(operation) else {
            return Ok(None);
        };
        let settings = self.client.settings();
        let counted = match &settings.budget_store {
            None => counting::here(guard, key, budget.per, waited_since),
            Some(store) => {
                let call = counting::call(guard.budget(), budget.name, key);
                // Boxed, so that calls without a store don't have room for it.
                Box::pin(counting::in_store(
                    store,
                    call,
                    budget.per,
                    limit,
                    &*settings.clock,
                ))
                .await
            }
        };
        counted
            .map(Some)
            .map_err(|error| settled(error, operation, 0))
    }

    /// Records the effect of an attempt on the budget. What is returned completes when a store
    /// knows.
    fn note(
        &self,
        operation: &Operation,
        mut attempt: Attempt<'_>,
        error: Option<&Error>,
    ) -> Option<JoinHandle<()>> {
        if operation.is_read() {
            return None;
        }
        let failed = error.and_then(Error::write_outcome);
        if failed != Some(WriteOutcome::NotSent) {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        let (mut counted, budget) = (attempt.counted.take()?, operation.budget?);
        if let Some(wait) = error.and_then(Error::retry_after) {
            counted.wait(wait);
        }
        match failed {
            Some(WriteOutcome::NotSent) => counted.uncount(),
            Some(WriteOutcome::Rejected) if !budget.counts_refusals => counted.uncount(),
            _ => {}
        }
        counted.end()
    }

    /// Completes when the store knows that an attempt has ended, or when the time is over.
    async fn until_known(&self, operation: &Operation, ended: Option<JoinHandle<()>>) {
        if let (Some(ended), Ok(limit)) = (ended, self.limit(operation)) {
            let deadline = self.client.settings().clock.deadline(limit.time);
            if let Either::Left((Err(failed), _)) = select(ended, deadline).await
                && let Ok(payload) = failed.try_into_panic()
            {
                discard(payload);
            }
        }
    }

    fn exchange(&self, credentials: &Credentials) -> Exchange {
        let settings = self.client.settings();
        Exchange::new(
            Arc::clone(&settings.base_url),
            Arc::clone(&credentials.headers),
            self.options.headers.clone(),
            self.options.query.clone(),
            settings.max_response_bytes,
        )
    }

    /// Sends one attempt, which counts toward no budget and is not retried.
    #[cfg(feature = "testing")]
    pub(crate) async fn only_attempt<T, S, F>(
        &self,
        operation: &'static Operation,
        send: S,
    ) -> Result<T, Error>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<()>>>,
    {
        let credentials = self.client.settings().credentials.get();
        let exchange = Arc::new(self.exchange(&credentials));
        let limit = self.limit(operation)?;
        let outcome = self
            .attempt(operation, limit, &exchange, &credentials, &send)
            .await;
        outcome.map(|(value, _)| value).map_err(|error| {
            let was_attempted = !matches!(
                error.kind(),
                Kind::InvalidInput | Kind::RateLimited | Kind::BudgetStore
            );
            settled(error, operation, was_attempted.into())
        })
    }

    async fn attempt<T, S, F>(
        &self,
        operation: &'static Operation,
        limit: Limit,
        exchange: &Arc<Exchange>,
        credentials: &Credentials,
        send: &S,
    ) -> Result<(T, Received), Error>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<()>>>,
    {
        let settings = self.client.settings();
        #[cfg(feature = "testing")]
        let mocked = Mocked::new(operation, exchange, settings);
        let connections = settings.http.connections(operation);
        let lease = connections.lease();
        let api = linq_gen::Client::for_exchange(lease.http.clone(), Arc::clone(exchange));
        let result = match select(pin!(send(api)), settings.clock.deadline(limit.time)).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(((), _)) => {
                connections.replace(&lease);
                None
            }
        };
        #[cfg(feature = "testing")]
        let result = mocked.result(result, exchange, limit)?;
        outcome(
            operation,
            result,
            exchange,
            limit,
            settings,
            &credentials.api_key,
        )
    }
}

/// Turns a refusal into a success, if it shows that an earlier attempt was applied.
fn done_before<T: DeserializeOwned>(
    error: Error,
    earlier: &Error,
    operation: &Operation,
) -> Result<Response<T>, Error> {
    let is_done = earlier.write_outcome() == Some(WriteOutcome::Unknown)
        && retry::shows_done(&error, operation);
    // Only a value without content can be made without a body.
    match serde_json::from_str("null") {
        Ok(nothing) if is_done => Response::from_error(error, nothing),
        _ => Err(error),
    }
}

/// What came of an attempt.
struct Tried<T> {
    outcome: Result<Response<T>, Error>,
    /// How long to wait before the next attempt, if there may be one.
    wait: Option<Duration>,
    /// Completes when a store knows that the attempt has ended.
    ended: Option<JoinHandle<()>>,
}

/// An attempt. If it ends or is dropped before a connection has begun to send it, it does not
/// count.
struct Attempt<'a> {
    exchange: Arc<Exchange>,
    counted: Option<Counted<'a>>,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(counted) = &mut self.counted
            && self.exchange.abandon()
        {
            counted.uncount();
        }
    }
}
