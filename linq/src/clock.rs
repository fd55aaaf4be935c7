//! The clock, which tests can replace.

use std::fmt;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

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

    /// The time since some fixed moment. The [deadline](crate::ClientBuilder::deadline) of a call
    /// and the duration of its attempts are measured by it. By default it follows
    /// [`now`](Self::now). That of [`SystemClock`] is the Tokio runtime's, which does not jump when
    /// the machine's clock is set.
    fn monotonic(&self) -> Duration {
        let since = self.now().duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or_default()
    }

    /// Completes when the wait before a retry is over. Uses the Tokio runtime's clock by default.
    /// Webhooks don't use it.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(wait))
    }

    /// Completes when the time for an attempt is over, or that for the body of a webhook. Uses the
    /// Tokio runtime's clock by default.
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

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        let start = *START.get_or_init(Instant::now);
        since_before(start, tokio::time::Instant::now().into_std())
    }
}

/// The time since a moment long before `start`: a runtime whose time is paused can be behind it.
fn since_before(start: Instant, now: Instant) -> Duration {
    const BEFORE: Duration = Duration::from_secs(1 << 40);
    BEFORE
        .saturating_add(now.saturating_duration_since(start))
        .saturating_sub(start.saturating_duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_monotonic_time_is_that_of_the_runtime() {
        let before = SystemClock.monotonic();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        let passed = SystemClock.monotonic() - before;
        assert!(passed >= Duration::from_secs(3600), "{passed:?}");
    }

    #[test]
    fn time_passes_in_a_runtime_that_is_behind_another() {
        let second = Duration::from_secs(1);
        let now = Instant::now();
        let start = now + 2 * second;
        let times = [now, now + second, start, start + second].map(|now| since_before(start, now));
        for pair in times.windows(2) {
            assert_eq!(pair[1] - pair[0], second, "{times:?}");
        }
    }
}
