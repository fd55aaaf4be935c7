//! The deadline of a call, over all its attempts and waits.

use std::fmt;
use std::time::Duration;

use crate::clock::Clock;
use crate::error::{Error, Kind};

/// The deadline of a call, if it has one.
pub(crate) struct Deadline(Option<Running>);

struct Running {
    deadline: Duration,
    /// By [`Clock::monotonic`].
    started: Duration,
}

/// How long an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) time: Duration,
    /// The deadline of the call, if it comes before the end of the timeout.
    deadline: Option<Duration>,
}

impl Deadline {
    /// No deadline.
    pub(crate) const NONE: Self = Self(None);

    /// Starts the time that a call has; `None` for as long as it takes.
    pub(crate) fn start(deadline: Option<Duration>, clock: &dyn Clock) -> Self {
        Self(deadline.map(|deadline| Running {
            deadline,
            started: clock.monotonic(),
        }))
    }

    /// How long an attempt with this timeout may take, or the error of a call whose time is over.
    pub(crate) fn limit(&self, timeout: Duration, clock: &dyn Clock) -> Result<Limit, Error> {
        let Some(running) = &self.0 else {
            return Ok(Limit::timeout(timeout));
        };
        match running.left(clock) {
            Duration::ZERO => Err(over(running.deadline)),
            left if left < timeout => Ok(Limit {
                time: left,
                deadline: Some(running.deadline),
            }),
            _ => Ok(Limit::timeout(timeout)),
        }
    }

    /// The deadline, if it leaves no time for another attempt after this wait.
    pub(crate) fn passes_within(&self, wait: Duration, clock: &dyn Clock) -> Option<Duration> {
        let running = self.0.as_ref()?;
        (running.left(clock) <= wait).then_some(running.deadline)
    }
}

/// The error of a call whose time is over.
pub(crate) fn over(deadline: Duration) -> Error {
    let text = format!("nothing was sent: the deadline of {deadline:?} has passed");
    Error::new(Kind::OutOfTime, text).past_deadline(deadline)
}

impl Running {
    fn left(&self, clock: &dyn Clock) -> Duration {
        let passed = clock.monotonic().saturating_sub(self.started);
        self.deadline.saturating_sub(passed)
    }
}

impl Limit {
    fn timeout(time: Duration) -> Self {
        Self {
            time,
            deadline: None,
        }
    }

    /// The error of an attempt that took longer.
    pub(crate) fn passed(self, error: Error) -> Error {
        match self.deadline {
            Some(deadline) => error.past_deadline(deadline),
            None => error,
        }
    }
}

/// Follows "within".
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.deadline {
            Some(deadline) => write!(f, "the deadline of {deadline:?}"),
            None => write!(f, "{:?}", self.time),
        }
    }
}
