//! Time, which tests replace.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// Where a client takes the time from: for the deadline of an attempt and for the wait between two.
///
/// Replace it in tests, so that they don't wait; see [`ClientBuilder::clock`](crate::ClientBuilder::clock).
///
/// ```
/// use std::{future::{self, Future}, pin::Pin, time::{Duration, SystemTime}};
///
/// /// Waits take no time, and no attempt ever meets its deadline of 60 s.
/// #[derive(Debug)]
/// struct Hasty;
///
/// impl linq::Clock for Hasty {
///     fn now(&self) -> SystemTime {
///         SystemTime::UNIX_EPOCH
///     }
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         if duration == Duration::from_secs(60) {
///             Box::pin(future::pending())
///         } else {
///             Box::pin(future::ready(()))
///         }
///     }
/// }
///
/// let client = linq::Client::builder().api_key("key").clock(Hasty).build()?;
/// # Ok::<(), linq::Error>(())
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time of day, against which a date in `Retry-After` is read.
    fn now(&self) -> SystemTime;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The clock of the machine and of the Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
