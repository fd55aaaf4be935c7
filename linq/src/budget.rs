//! Budgets: how often the service takes a call, counted here, so that none is spent in vain.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// How many phone numbers or chats are remembered at the most; beyond it, those used longest ago are
/// forgotten first.
const MOST_KEYS: usize = 16_384;
/// The longest wait that is learnt from the service.
const LONGEST_LEARNT: Duration = Duration::from_secs(24 * 60 * 60);

/// How many calls may be sent within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) calls: u32,
    pub(crate) window: Duration,
}

/// Counts the calls for each phone number, or for each chat.
///
/// The service counts a call when it arrives, which is some time between its start and its end. So a call
/// is held against the budget from its start until a whole window after its end.
pub(crate) struct BudgetGuard {
    budget: Budget,
    clock: Arc<dyn Clock>,
    used: Mutex<HashMap<String, Used>>,
}

#[derive(Default)]
struct Used {
    in_flight: u32,
    /// When the calls ended, oldest first; no more than the budget has.
    ended: VecDeque<SystemTime>,
    /// When the service asked to wait, and for how long.
    asked: Option<(SystemTime, Duration)>,
}

/// Why a call is not to be sent, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The budget is used up.
    UsedUp(Duration),
    /// The service has asked to wait.
    Asked(Duration),
}

/// A call that is counted. Dropping it ends the call, whatever became of it.
pub(crate) struct Counted<'a> {
    guard: &'a BudgetGuard,
    key: &'a str,
    started: SystemTime,
    counts: bool,
}

impl BudgetGuard {
    pub(crate) fn new(budget: Budget, clock: Arc<dyn Clock>) -> Self {
        Self {
            budget,
            clock,
            used: Mutex::default(),
        }
    }

    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    /// Counts a call, or says why it is not to be sent. A caller that has begun to wait at `waited_since` has
    /// done what the service had asked for until then.
    pub(crate) fn count<'a>(
        &'a self,
        key: &'a str,
        waited_since: Option<SystemTime>,
    ) -> Result<Counted<'a>, Refusal> {
        let now = self.clock.now();
        let mut all = self.lock();
        if !all.contains_key(key) {
            self.make_room(&mut all, now);
        }
        let used = all.entry(key.to_owned()).or_default();
        used.forget_before(now, self.budget.window);
        match used.refusal(now, self.budget) {
            Some(Refusal::Asked(_)) if used.asked_until(waited_since) => {}
            Some(refusal) => return Err(refusal),
            None => {}
        }
        used.in_flight += 1;
        Ok(Counted {
            guard: self,
            key,
            started: now,
            counts: true,
        })
    }

    /// How long until the budget has a call left, if it has none.
    pub(crate) fn used_up(&self, key: &str) -> Option<Duration> {
        let now = self.clock.now();
        let mut all = self.lock();
        let used = all.get_mut(key)?;
        used.forget_before(now, self.budget.window);
        used.used_up(now, self.budget)
    }

    fn make_room(&self, all: &mut HashMap<String, Used>, now: SystemTime) {
        if all.len() < MOST_KEYS {
            return;
        }
        all.retain(|_, used| {
            used.forget_before(now, self.budget.window);
            used.is_in_use()
        });
        let mut last_ends: Vec<_> = all.values().filter_map(Used::last_end).collect();
        let excess = all
            .len()
            .saturating_sub(MOST_KEYS * 3 / 4)
            .min(last_ends.len());
        if excess > 0 {
            let (_, newest_to_go, _) = last_ends.select_nth_unstable(excess - 1);
            let mut left_to_go = excess;
            all.retain(|_, used| {
                let goes =
                    left_to_go > 0 && used.last_end().is_some_and(|end| end <= *newest_to_go);
                left_to_go -= usize::from(goes);
                !goes
            });
        }
    }

    fn change(&self, key: &str, change: impl FnOnce(&mut Used)) {
        if let Some(used) = self.lock().get_mut(key) {
            change(used);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Used>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Used {
    /// Forgets what no longer counts. A clock that has been set back must not make a wait longer than it
    /// was.
    fn forget_before(&mut self, now: SystemTime, window: Duration) {
        for end in &mut self.ended {
            *end = now.min(*end);
        }
        self.ended.retain(|end| left(*end, window, now).is_some());
        self.asked = self.asked.and_then(|(since, wait)| {
            let since = now.min(since);
            left(since, wait, now).map(|_| (since, wait))
        });
    }

    fn refusal(&self, now: SystemTime, budget: Budget) -> Option<Refusal> {
        let asked = self.asked.and_then(|(since, wait)| left(since, wait, now));
        match (asked, self.used_up(now, budget)) {
            (Some(asked), used_up) if Some(asked) > used_up => Some(Refusal::Asked(asked)),
            (_, used_up) => used_up.map(Refusal::UsedUp),
        }
    }

    fn used_up(&self, now: SystemTime, budget: Budget) -> Option<Duration> {
        let calls = usize::try_from(budget.calls).unwrap_or(usize::MAX);
        let counted = self.ended.len() + self.in_flight as usize;
        (counted >= calls).then(|| match self.ended.front() {
            Some(end) => left(*end, budget.window, now).unwrap_or_default(),
            None => budget.window,
        })
    }

    fn asked_until(&self, waited_since: Option<SystemTime>) -> bool {
        self.asked
            .is_some_and(|(since, _)| Some(since) <= waited_since)
    }

    fn is_in_use(&self) -> bool {
        self.in_flight > 0 || !self.ended.is_empty() || self.asked.is_some()
    }

    /// None while a call is in flight.
    fn last_end(&self) -> Option<SystemTime> {
        let asked = self.asked.map(|(since, _)| since);
        (self.in_flight == 0).then(|| self.ended.back().copied().max(asked))?
    }
}

/// What is left of a time span, if anything is.
fn left(since: SystemTime, span: Duration, now: SystemTime) -> Option<Duration> {
    let passed = now.duration_since(since).unwrap_or_default();
    span.checked_sub(passed).filter(|left| !left.is_zero())
}

impl Counted<'_> {
    /// The service does not count the call.
    pub(crate) fn uncount(&mut self) {
        self.counts = false;
    }

    /// The service asks to wait before the next call.
    pub(crate) fn wait(&self, wait: Duration) {
        let now = self.guard.clock.now();
        let wait = wait.min(LONGEST_LEARNT);
        self.guard.change(self.key, |used| {
            let longer = used.asked.and_then(|(since, wait)| left(since, wait, now));
            if longer.is_none_or(|longer| longer < wait) {
                used.asked = Some((now, wait));
            }
        });
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let now = match thread::panicking() {
            // It may be the clock that panics.
            true => self.started,
            false => self.guard.clock.now(),
        };
        self.guard.change(self.key, |used| {
            used.in_flight = used.in_flight.saturating_sub(1);
            if self.counts {
                used.ended.push_back(now);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clock::TestClock;

    const WINDOW: Duration = Duration::from_secs(600);

    fn guard(calls: u32) -> (BudgetGuard, TestClock) {
        let clock = TestClock::at(1_767_323_045);
        let budget = Budget {
            calls,
            window: WINDOW,
        };
        (BudgetGuard::new(budget, Arc::new(clock.clone())), clock)
    }

    fn count<'a>(guard: &'a BudgetGuard, key: &'a str) -> Result<Counted<'a>, Refusal> {
        guard.count(key, None)
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_remembered() {
        let (guard, clock) = guard(1);
        let keys: Vec<_> = (0..3 * MOST_KEYS).map(|n| n.to_string()).collect();
        for key in &keys {
            drop(count(&guard, key).unwrap());
            clock.advance(Duration::from_nanos(1));
            assert!(guard.lock().len() <= MOST_KEYS);
        }
        for key in &keys[keys.len() - MOST_KEYS / 2..] {
            assert!(count(&guard, key).is_err(), "{key}");
        }
        assert!(count(&guard, &keys[0]).is_ok());
    }

    #[test]
    fn no_more_than_needed_is_forgotten_of_one_instant() {
        let (guard, _) = guard(1);
        for key in 0..=MOST_KEYS {
            drop(count(&guard, &key.to_string()).unwrap());
        }
        assert_eq!(guard.lock().len(), MOST_KEYS * 3 / 4 + 1);
    }

    #[test]
    fn calls_in_flight_are_never_forgotten() {
        let (guard, _) = guard(1);
        let mut long = count(&guard, "long").unwrap();
        for key in 0..2 * MOST_KEYS {
            drop(count(&guard, &key.to_string()));
        }
        assert_eq!(count(&guard, "long").err(), Some(Refusal::UsedUp(WINDOW)));
        long.uncount();
        drop(long);
        assert!(count(&guard, "long").is_ok());
    }

    #[test]
    fn what_has_passed_makes_room() {
        let (guard, clock) = guard(1);
        for key in 0..2 * MOST_KEYS {
            drop(count(&guard, &key.to_string()).unwrap());
            clock.advance(WINDOW);
        }
        assert!(guard.lock().len() <= MOST_KEYS);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_wait_longer() {
        let (guard, clock) = guard(1);
        drop(count(&guard, "key").unwrap());
        clock.set_back(Duration::from_secs(86_400));
        assert_eq!(count(&guard, "key").err(), Some(Refusal::UsedUp(WINDOW)));
        clock.advance(WINDOW);
        assert!(count(&guard, "key").is_ok());
    }

    #[test]
    fn the_longest_wait_counts() {
        let (guard, clock) = guard(3);
        let [mut one, two, three] = ["key"; 3].map(|key| count(&guard, key).unwrap());
        let asked = |seconds| Some(Refusal::Asked(Duration::from_secs(seconds)));
        one.wait(Duration::from_secs(30));
        clock.advance(Duration::from_secs(1));
        two.wait(Duration::from_secs(1));
        one.uncount();
        drop(one);
        assert_eq!(count(&guard, "key").err(), asked(29));
        three.wait(Duration::from_secs(40));
        assert_eq!(count(&guard, "key").err(), asked(40));
    }

    #[test]
    fn a_wait_that_was_waited_for_is_over_and_a_later_one_is_not() {
        let (guard, clock) = guard(9);
        count(&guard, "key").unwrap().wait(Duration::from_secs(60));
        let other = count(&guard, "other").unwrap();
        let begun = Some(clock.now());
        assert_eq!(
            count(&guard, "key").err(),
            Some(Refusal::Asked(Duration::from_secs(60)))
        );
        assert!(guard.count("key", begun).is_ok());

        clock.advance(Duration::from_secs(59));
        other.wait(Duration::from_secs(30));
        let in_flight = guard.count("key", begun).unwrap();
        in_flight.wait(Duration::from_secs(30));
        clock.advance(Duration::from_secs(1));
        drop(in_flight);
        assert_eq!(
            guard.count("key", begun).err(),
            Some(Refusal::Asked(Duration::from_secs(29)))
        );
    }
}
