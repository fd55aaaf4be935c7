//! The clock, which tests can replace.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// Where a client gets the time from.
///
/// Replace it in tests, so that retries don't wait; see
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock). Its methods must not panic. If one does,
/// the panic ends the request, and the client stays usable.
///
/// ```
/// use std::{future::{self, Future}, pin::Pin, time::{Duration, SystemTime}};
///
/// /// Retries don't wait.
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
    /// The current time. Budgets and the age of webhooks are measured by it, and so is a date in
    /// `Retry-After` if the response has no `Date`.
    fn now(&self) -> SystemTime;

    /// Completes when the wait before a retry is over. Uses the Tokio runtime's clock by default.
    /// Webhooks don't use it.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(wait))
    }

    /// Completes at the deadline of an attempt, or of the body of a webhook. Uses the Tokio
    /// runtime's clock by default.
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
