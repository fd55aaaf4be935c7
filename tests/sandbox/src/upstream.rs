//! The system behind the API that puts cards on devices, and how it fails on demand.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::clock::remaining;
use crate::refusal::Refusal;

/// The failures that were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upstream {
    limits: HashMap<String, Limit>,
    /// How many of the next writes stay incomplete, by phone number.
    incomplete: HashMap<String, usize>,
    /// How many of the next writes are stored but not applied, by phone number.
    unapplied: HashMap<String, usize>,
}

/// The outcome of a write that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Applied,
    /// The card is stored, but not on the device.
    Unapplied,
    Incomplete,
}

#[derive(Clone, Debug)]
struct Limit {
    since: SystemTime,
    wait: Duration,
}

impl Upstream {
    pub(crate) fn limit(&mut self, phone_number: String, wait: Duration, now: SystemTime) {
        self.limits.insert(phone_number, Limit { since: now, wait });
    }

    pub(crate) fn leave_incomplete(&mut self, phone_number: String, times: usize) {
        self.incomplete.insert(phone_number, times);
    }

    pub(crate) fn leave_inactive(&mut self, phone_number: String, times: usize) {
        self.unapplied.insert(phone_number, times);
    }

    /// How many numbers it fails for, some more than once.
    pub(crate) fn len(&self) -> usize {
        self.limits.len() + self.incomplete.len() + self.unapplied.len()
    }

    /// Writes the card of `phone_number`.
    ///
    /// A write during a limit is refused and restarts the limit.
    pub(crate) fn write(&mut self, phone_number: &str, now: SystemTime) -> Result<Write, Refusal> {
        if let Some(limit) = self.limits.get_mut(phone_number) {
            if remaining(limit.since, limit.wait, now).is_some() {
                limit.since = now;
                return Err(Refusal::UPSTREAM_RATE_LIMITED);
            }
            self.limits.remove(phone_number);
        }
        if take_one(&mut self.incomplete, phone_number) {
            Ok(Write::Incomplete)
        } else if take_one(&mut self.unapplied, phone_number) {
            Ok(Write::Unapplied)
        } else {
            Ok(Write::Applied)
        }
    }
}

/// Counts down what is left for a number; returns whether anything was.
fn take_one(left: &mut HashMap<String, usize>, phone_number: &str) -> bool {
    let Some(left) = left.get_mut(phone_number).filter(|left| **left > 0) else {
        return false;
    };
    *left -= 1;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "+15551234567";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn write(upstream: &mut Upstream, number: &str, seconds: u64) -> Result<Write, u32> {
        let outcome = upstream.write(number, at(seconds));
        outcome.map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_longest_limit_can_be_set() {
        let mut upstream = Upstream::default();
        upstream.limit(NUMBER.into(), Duration::MAX, at(0));
        assert_eq!(write(&mut upstream, NUMBER, u32::MAX.into()), Err(4004));
    }

    #[test]
    fn incomplete_writes_come_before_unapplied_ones() {
        let mut upstream = Upstream::default();
        upstream.leave_inactive(NUMBER.into(), 1);
        upstream.leave_incomplete(NUMBER.into(), 2);
        let other = write(&mut upstream, "+15557654321", 0);
        assert_eq!(other, Ok(Write::Applied));
        let writes = [(); 4].map(|()| write(&mut upstream, NUMBER, 0).unwrap());
        assert_eq!(
            writes,
            [
                Write::Incomplete,
                Write::Incomplete,
                Write::Unapplied,
                Write::Applied
            ]
        );
    }

    #[test]
    fn a_refused_write_does_not_use_up_a_failure() {
        let mut upstream = Upstream::default();
        upstream.limit(NUMBER.into(), Duration::from_secs(60), at(0));
        upstream.leave_inactive(NUMBER.into(), 1);
        assert_eq!(write(&mut upstream, NUMBER, 0), Err(4004));
        assert_eq!(write(&mut upstream, NUMBER, 60), Ok(Write::Unapplied));
    }
}
