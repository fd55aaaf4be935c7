//! The sandbox's time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What the sandbox takes for the time.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// How long after `now` a window that was opened at `start` closes; `None` once it has.
///
/// A clock that was set back lengthens the window, for the start is in the future then.
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
    fn the_longest_window_never_closes() {
        let epoch = SystemTime::UNIX_EPOCH;
        let later = epoch + Duration::from_secs(1);
        assert!(remaining(epoch, Duration::MAX, later).is_some());
        assert_eq!(remaining(later, Duration::MAX, epoch), Some(Duration::MAX));
    }
}
