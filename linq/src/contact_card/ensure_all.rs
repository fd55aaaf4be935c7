//! Ensures many cards.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;

use futures_util::stream::{self, Stream, StreamExt as _};

use super::ensure::Ensure;
use super::ensured::Ensured;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::Request;

/// Many [`ensure`](super::ContactCardResource::ensure) requests;
/// see [`ContactCardResource::ensure_all`](super::ContactCardResource::ensure_all).
///
/// Awaiting it returns all reports, in the order of the requests. [`EnsureAll::reports`] returns
/// each report as soon as it is ready.
#[must_use = "requests do nothing until they are awaited"]
pub struct EnsureAll {
    requests: Vec<Request<Ensure>>,
    concurrency: usize,
}

/// The outcome of one request of many.
#[derive(Debug)]
#[non_exhaustive]
pub struct EnsureReport {
    /// The request's position among all, from 0.
    pub index: usize,
    /// The request's phone number, if it is valid.
    pub phone_number: Option<PhoneNumber>,
    /// What was done for the card, or why it failed.
    pub result: Result<Ensured, Error>,
}

/// The reports of many requests, as they become ready; see [`EnsureAll::reports`].
///
/// Dropping it cancels the requests that are in flight.
pub struct EnsureReports(Pin<Box<dyn Stream<Item = EnsureReport> + Send>>);

impl EnsureAll {
    pub(super) fn new(requests: Vec<Request<Ensure>>) -> Self {
        Self {
            requests,
            concurrency: 8,
        }
    }

    /// How many cards to work on at the same time, at least 1; 8 by default.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// Returns each report as soon as it is ready, in no particular order.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) {
    /// let cards = client.contact_card();
    /// let requests = vec![cards.ensure("+15551234567", "John")];
    /// let mut reports = cards.ensure_all(requests).reports();
    /// while let Some(report) = reports.next().await {
    ///     println!("card {}: {:?}", report.index, report.result);
    /// }
    /// # }
    /// ```
    pub fn reports(self) -> EnsureReports {
        let mut times_given = HashMap::new();
        for number in self
            .requests
            .iter()
            .filter_map(|request| request.phone_number.clone())
        {
            *times_given.entry(number).or_insert(0_u32) += 1;
        }
        let requests = self.requests.into_iter().enumerate();
        let reports = requests.map(move |(index, request)| {
            let phone_number = request.phone_number.clone();
            let is_given_once = match &phone_number {
                Some(number) if times_given.get(number) != Some(&1) => Err(Error::invalid_input(
                    "the phone number appears more than once; pass each number once",
                )),
                _ => Ok(()),
            };
            async move {
                EnsureReport {
                    index,
                    phone_number,
                    result: request.with(is_given_once, |_, ()| ()).await,
                }
            }
        });
        let reports = stream::iter(reports).buffer_unordered(self.concurrency);
        EnsureReports(Box::pin(reports))
    }
}

#[cfg(feature = "blocking")]
impl EnsureAll {
    /// Sends the requests from code that is not async, and returns all reports, in the order of the
    /// requests. Needs the feature `blocking`.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] in an async task; see [`Request::call`]. What fails for one
    /// request is in its report.
    pub fn call(self) -> Result<Vec<EnsureReport>, Error> {
        crate::request::block_on::block_on(self.into_future())
    }
}

impl EnsureReports {
    /// The next report; `None` when all requests have been reported.
    pub async fn next(&mut self) -> Option<EnsureReport> {
        self.0.next().await
    }
}

impl IntoFuture for EnsureAll {
    type Output = Vec<EnsureReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut reports: Vec<_> = self.reports().0.collect().await;
            reports.sort_unstable_by_key(|report| report.index);
            reports
        })
    }
}

impl fmt::Debug for EnsureAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureAll")
            .field("requests", &self.requests.len())
            .field("concurrency", &self.concurrency)
            .finish()
    }
}

impl fmt::Debug for EnsureReports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnsureReports").finish_non_exhaustive()
    }
}
