//! Enforces rate limits: so many calls within a sliding window.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, SystemTime};

use crate::clock::remaining;
use crate::refusal::Refusal;

/// How many calls are accepted within a sliding window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    pub(crate) calls: usize,
    pub(crate) window: Duration,
    pub(crate) counts: Counts,
}

/// What is left of a rate limit for each key.
#[derive(Clone, Debug)]
pub(crate) struct Budget<K> {
    limit: RateLimit,
    /// The times of the last calls that count, at most `calls` for each key, oldest first.
    spent: HashMap<K, Vec<SystemTime>>,
    swept: SystemTime,
}

/// Which calls count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Refused calls too.
    All,
    Accepted,
}

impl<K: Eq + Hash> Budget<K> {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            spent: HashMap::new(),
            swept: SystemTime::UNIX_EPOCH,
        }
    }

    /// Counts one call for `key`, or refuses it.
    pub(crate) fn spend<Q>(&mut self, key: &Q, now: SystemTime) -> Result<(), Refusal>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        self.sweep(now);
        let RateLimit {
            calls,
            window,
            counts,
        } = self.limit;
        let spent = self.spent.entry(key.to_owned()).or_default();
        spent.retain(|&call| remaining(call, window, now).is_some());
        if spent.len() < calls {
            spent.push(now);
            return Ok(());
        }
        if counts == Counts::All {
            spent.remove(0);
            spent.push(now);
        }
        let wait = spent
            .iter()
            .filter_map(|&call| remaining(call, window, now))
            .min();
        Err(Refusal::RATE_LIMITED.retry_after(wait.unwrap_or(window)))
    }

    /// Forgets the keys whose calls are all out of the window.
    ///
    /// Doing so once per window bounds the memory, and costs next to nothing per call.
    fn sweep(&mut self, now: SystemTime) {
        if remaining(self.swept, self.limit.window, now).is_none() {
            self.swept = now;
            self.spent.retain(|_, calls| {
                calls
                    .iter()
                    .any(|&call| remaining(call, self.limit.window, now).is_some())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(600);

    fn at(seconds: f64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) + Duration::from_secs_f64(seconds)
    }

    fn budget(calls: usize, counts: Counts) -> Budget<String> {
        Budget::new(RateLimit {
            calls,
            window: WINDOW,
            counts,
        })
    }

    /// The seconds to wait, if the call is refused.
    fn spend(budget: &mut Budget<String>, key: &str, seconds: f64) -> Option<u64> {
        let refusal = budget.spend(key, at(seconds)).err()?;
        assert_eq!(refusal.code, 1007);
        refusal.retry_after
    }

    #[test]
    fn the_window_slides() {
        let mut budget = budget(3, Counts::Accepted);
        for seconds in [0.0, 100.0, 200.0] {
            assert_eq!(spend(&mut budget, "a", seconds), None, "{seconds}");
        }
        for (seconds, wait) in [(200.0, 400), (300.0, 300), (599.0, 1)] {
            assert_eq!(spend(&mut budget, "a", seconds), Some(wait), "{seconds}");
        }
        assert_eq!(spend(&mut budget, "a", 600.0), None);
        assert_eq!(spend(&mut budget, "a", 600.0), Some(100));
        assert_eq!(spend(&mut budget, "a", 700.0), None);
    }

    #[test]
    fn the_wait_is_rounded_up_to_whole_seconds() {
        let mut budget = budget(1, Counts::Accepted);
        assert_eq!(spend(&mut budget, "a", 0.5), None);
        assert_eq!(spend(&mut budget, "a", 598.25), Some(3));
        assert_eq!(spend(&mut budget, "a", 600.25), Some(1));
        assert_eq!(spend(&mut budget, "a", 601.25), None);
    }

    #[test]
    fn keys_out_of_the_window_are_forgotten() {
        let mut budget = budget(3, Counts::All);
        for number in 0..1_000 {
            spend(&mut budget, &number.to_string(), 0.0);
        }
        spend(&mut budget, "late", 300.0);
        spend(&mut budget, "later", 600.0);
        let mut kept: Vec<_> = budget.spent.into_keys().collect();
        kept.sort();
        assert_eq!(kept, ["late", "later"]);
    }

    #[test]
    fn setting_the_clock_back_does_not_free_calls() {
        let mut budget = budget(3, Counts::All);
        for _ in 0..3 {
            spend(&mut budget, "a", 1_000.0);
        }
        assert_eq!(spend(&mut budget, "a", 0.0), Some(600));
        assert_eq!(spend(&mut budget, "a", 600.0), None);
        assert_eq!(spend(&mut budget, "a", 600.0), Some(600));
    }
}
