//! The sandbox's time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// How far the clock can be advanced at most: a century.
const FURTHEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Returns the time that the sandbox uses; its clones are advanced together.
#[derive(Clone)]
pub(crate) struct Clock {
    source: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// How far it has been advanced, in seconds.
    moved: Arc<AtomicU64>,
}

impl Clock {
    pub(crate) fn new(source: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(source),
            moved: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let moved = Duration::from_secs(self.moved.load(Ordering::Relaxed));
        let now = self.unmoved();
        now.checked_add(moved).unwrap_or(now)
    }

    /// The time that others see too, however far this clock has been moved on.
    pub(crate) fn unmoved(&self) -> SystemTime {
        (self.source)()
    }

    /// Moves on by whole seconds; [`FURTHEST`] is as far as it gets.
    pub(crate) fn advance(&self, by: Duration) {
        let further = |moved: u64| {
            let sum = moved.saturating_add(by.as_secs());
            Some(sum.min(FURTHEST.as_secs()))
        };
        // Never fails: the closure always returns a value.
        let _ = self
            .moved
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, further);
    }

    pub(crate) fn reset(&self) {
        self.moved.store(0, Ordering::Relaxed);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A time by the seconds since 1970.
pub(crate) fn unix_time(seconds: u64) -> SystemTime {
    let epoch = SystemTime::UNIX_EPOCH;
    let time = epoch.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(epoch)
}

/// How long after `now` a window that opened at `start` closes; `None` if it has closed.
///
/// If the clock was set back, the start is in the future, which lengthens the window.
pub(crate) fn remaining(start: SystemTime, window: Duration, now: SystemTime) -> Option<Duration> {
    let left = match now.duration_since(start) {
        Ok(elapsed) => window.saturating_sub(elapsed),
        Err(ahead) => window.saturating_add(ahead.duration()),
    };
    (!left.is_zero()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_closes_at_its_end_exactly() {
        let minute = Duration::from_secs(60);
        let start = SystemTime::UNIX_EPOCH + minute;
        let left = |now: Duration| remaining(start, minute, SystemTime::UNIX_EPOCH + now);
        assert_eq!(left(minute), Some(minute));
        assert_eq!(
            left(2 * minute - Duration::from_nanos(1)),
            Some(Duration::from_nanos(1))
        );
        assert_eq!(left(2 * minute), None);
        assert_eq!(left(3 * minute), None);
        assert_eq!(left(Duration::ZERO), Some(2 * minute));
    }

    #[test]
    fn a_clock_moves_on_with_its_clones_and_never_beyond_a_century() {
        let clock = Clock::new(|| SystemTime::UNIX_EPOCH);
        let clone = clock.clone();
        clock.advance(Duration::from_secs(60));
        clock.advance(Duration::from_secs(1));
        let passed = |clock: &Clock| clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(passed(&clone), Duration::from_secs(61));
        assert_eq!(clone.unmoved(), SystemTime::UNIX_EPOCH);
        clock.advance(Duration::MAX);
        assert_eq!(passed(&clone), Duration::from_secs(3_153_600_000));
        clone.reset();
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH);
    }
}
