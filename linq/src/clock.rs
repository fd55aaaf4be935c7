//! Time, which tests replace.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// Where a client takes the time from.
///
/// Replace it in tests, so that retries don't wait; see
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock). Its methods must not panic.
///
/// ```
/// use std::{future::{self, Future}, pin::Pin, time::{Duration, SystemTime}};
///
/// /// Retries follow at once.
/// #[derive(Debug)]
/// struct Hasty;
///
/// impl linq::Clock for Hasty {
///     fn now(&self) -> SystemTime {
///         SystemTime::now()
///     }
///     fn sleep(&self, _wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         Box::pin(future::ready(()))
///     }
/// }
///
/// let client = linq::Client::builder().api_key("key").clock(Hasty).build()?;
/// # Ok::<(), linq::Error>(())
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time of day, by which the budgets of writes pass and the age of webhooks is told, and against which a date in `Retry-After` is
    /// read where the answer has no `Date`.
    fn now(&self) -> SystemTime;

    /// Completes when the wait before a retry is over; by default on the clock of the Tokio runtime. Webhooks
    /// don't use it.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(wait))
    }

    /// Completes when an attempt, or the body of a webhook, is out of time; by default on the clock of the
    /// Tokio runtime.
    fn deadline(&self, timeout: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(timeout))
    }
}

/// The clock of the machine and of the Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
