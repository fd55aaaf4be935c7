//! A clock that moves only when a test moves it, or when the client waits.

use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::clock::Clock;

/// Friday, 2026-01-02 03:04:05 UTC.
const START: Duration = Duration::from_secs(1_767_323_045);

/// A clock that moves only when a test moves it, or when the client waits on it.
///
/// One clock drives all that a test needs: [`ClientBuilder::clock`](crate::ClientBuilder::clock),
/// the `clock(..)` of a webhook `VerifierBuilder`, and that of a sandbox, which takes a function:
/// `Sandbox::builder().clock({ let clock = clock.clone(); move || clock.now() })`. Clones share
/// one time.
///
/// | what | on this clock |
/// |---|---|
/// | waits before a retry | end at once and move the time on by as long; [`waits`](Self::waits) returns them |
/// | budgets, the age of webhooks, the deadline of a call | follow the time, however it was moved |
/// | the timeout of an attempt, or of the body of a webhook | passes when [`advance`](Self::advance) moves the time that far while it runs, or after [`expire_timeouts`](Self::expire_timeouts); waits for retries don't count, so that one call can't cut off another |
///
/// ```
/// use std::time::Duration;
///
/// use linq::testing::FakeClock;
///
/// let clock = FakeClock::new();
/// let client = linq::Client::builder().api_key("key").clock(clock.clone()).build()?;
/// let before = clock.now();
/// clock.advance(Duration::from_secs(600)); // the write budget is full again
/// assert_eq!(clock.now().duration_since(before).unwrap(), Duration::from_secs(600));
/// # drop(client);
/// # Ok::<(), linq::Error>(())
/// ```
#[derive(Clone)]
pub struct FakeClock(Arc<Shared>);

struct Shared {
    time: Mutex<Time>,
    timeouts: watch::Sender<Timeouts>,
}

struct Time {
    now: SystemTime,
    /// Does not follow [`FakeClock::set`].
    monotonic: Duration,
    waits: Vec<Duration>,
}

/// What timeouts are measured by.
#[derive(Clone, Copy, Default)]
struct Timeouts {
    passed: Duration,
    are_over: bool,
}

impl FakeClock {
    /// A clock at 2026-01-02 03:04:05 UTC.
    pub fn new() -> Self {
        let epoch = SystemTime::UNIX_EPOCH;
        Self::at(epoch.checked_add(START).unwrap_or(epoch))
    }

    /// A clock at this time.
    pub fn at(now: SystemTime) -> Self {
        Self(Arc::new(Shared {
            time: Mutex::new(Time {
                now,
                monotonic: Duration::ZERO,
                waits: Vec::new(),
            }),
            timeouts: watch::Sender::default(),
        }))
    }

    /// The time.
    pub fn now(&self) -> SystemTime {
        self.time().now
    }

    /// Lets time pass. What has waited for it wakes up.
    ///
    /// If the platform has no time that late, [`now`](Self::now) stays, and only deadlines and
    /// timeouts follow.
    pub fn advance(&self, by: Duration) {
        self.time().pass(by);
        self.0.timeouts.send_modify(|timeouts| {
            timeouts.passed = timeouts.passed.saturating_add(by);
        });
    }

    /// Sets the time, as somebody sets the clock of a machine: no time passes.
    pub fn set(&self, now: SystemTime) {
        self.time().now = now;
    }

    /// The waits before retries so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.time().waits.clone()
    }

    /// Ends every timeout from now on: what does not respond at once is cut off.
    pub fn expire_timeouts(&self) {
        self.0
            .timeouts
            .send_modify(|timeouts| timeouts.are_over = true);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time {
    /// Where there is no time that late, `now` stays.
    fn pass(&mut self, by: Duration) {
        self.now = self.now.checked_add(by).unwrap_or(self.now);
        self.monotonic = self.monotonic.saturating_add(by);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        self.time().now
    }

    fn monotonic(&self) -> Duration {
        self.time().monotonic
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut time = self.time();
        time.waits.push(wait);
        time.pass(wait);
        Box::pin(future::ready(()))
    }

    fn deadline(&self, timeout: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut timeouts = self.0.timeouts.subscribe();
        // No time passes any more that would reach one that is later than all.
        let end = timeouts.borrow().passed.checked_add(timeout);
        // The future keeps the clock, without which the time would never come.
        let clock = self.clone();
        Box::pin(async move {
            let is_over = |timeouts: &Timeouts| {
                timeouts.are_over || end.is_some_and(|end| timeouts.passed >= end)
            };
            let _ = timeouts.wait_for(is_over).await;
            drop(clock);
        })
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FakeClock").field(&self.now()).finish()
    }
}
