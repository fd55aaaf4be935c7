//! Budgets: counts the calls that the service accepts, so that none is sent in vain.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use indexmap::IndexMap;

use crate::clock::Clock;
use crate::panics::contained;

/// How many phone numbers or chats each call sweeps: more than the one that it can add, so that
/// only a small part of the memory is used for entries that no longer count.
const SWEPT_PER_CALL: usize = 4;
/// The longest wait that is taken over from the service.
pub(crate) const LONGEST_LEARNT: Duration = Duration::from_secs(24 * 60 * 60);

/// How many calls may be sent within which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) calls: u32,
    pub(crate) window: Duration,
}

/// Counts the calls for each phone number, or for each chat.
///
/// The service counts a call when it arrives, which is some time between its start and its end. So
/// a call is held against the budget from its start until a whole window after its end.
pub(crate) struct BudgetGuard {
    budget: Budget,
    clock: Arc<dyn Clock>,
    all: Mutex<All>,
}

/// What has been used by each phone number or chat.
#[derive(Default)]
struct All {
    used: IndexMap<Box<str>, Used>,
    /// The position that is swept next.
    next: usize,
}

#[derive(Default)]
struct Used {
    in_flight: u32,
    /// When the calls ended, oldest first; no more than the budget has.
    ended: VecDeque<SystemTime>,
    /// When the service asked for a wait, and for how long.
    asked: Option<(SystemTime, Duration)>,
}

/// Why a call must not be sent yet, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The budget is used up.
    UsedUp(Duration),
    /// The service asked for a wait.
    Asked(Duration),
}

/// A call that is counted. Dropping it ends the call, whatever its outcome.
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
            all: Mutex::default(),
        }
    }

    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    /// Counts a call, or returns why it must not be sent. A caller that has been waiting since
    /// `waited_since` has completed the waits that the service had asked for by then.
    pub(crate) fn count<'a>(
        &'a self,
        key: &'a str,
        waited_since: Option<SystemTime>,
    ) -> Result<Counted<'a>, Refusal> {
        let now = self.clock.now();
        let mut all = self.lock();
        all.sweep(now, self.budget.window);
        let used = all.used.entry(key.into()).or_default();
        used.forget_before(now, self.budget.window);
        match used.refusal(now, self.budget) {
            Some(Refusal::Asked(_)) if used.asked_until(waited_since) => {}
            Some(refusal) => return Err(refusal),
            None => {}
        }
        used.in_flight = used.in_flight.saturating_add(1);
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
        let used = all.used.get_mut(key)?;
        used.forget_before(now, self.budget.window);
        used.used_up(now, self.budget)
    }

    /// How many calls the budget has left.
    pub(crate) fn left(&self, key: &str) -> u32 {
        let now = self.clock.now();
        let mut all = self.lock();
        let counted = all.used.get_mut(key).map_or(0, |used| {
            used.forget_before(now, self.budget.window);
            used.counted()
        });
        let counted = u32::try_from(counted).unwrap_or(u32::MAX);
        self.budget.calls.saturating_sub(counted)
    }

    fn change(&self, key: &str, change: impl FnOnce(&mut Used)) {
        if let Some(used) = self.lock().used.get_mut(key) {
            change(used);
        }
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// Forgets what no longer counts, a few entries at a time, in turn.
    fn sweep(&mut self, now: SystemTime, window: Duration) {
        for _ in 0..SWEPT_PER_CALL {
            if self.next >= self.used.len() {
                self.next = 0;
            }
            let Some((_, used)) = self.used.get_index_mut(self.next) else {
                return;
            };
            used.forget_before(now, window);
            if used.is_in_use() {
                self.next = self.next.saturating_add(1);
            } else {
                self.used.swap_remove_index(self.next);
            }
        }
        if self.used.len() < self.used.capacity() / 4 {
            self.used.shrink_to(self.used.len().saturating_mul(2));
        }
    }
}

impl Used {
    /// Forgets what no longer counts. A clock that has been set back must not make a wait longer
    /// than it was.
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

    fn counted(&self) -> usize {
        self.ended.len().saturating_add(self.in_flight as usize)
    }

    fn used_up(&self, now: SystemTime, budget: Budget) -> Option<Duration> {
        if self.counted() < budget.calls as usize {
            return None;
        }
        match self.ended.front() {
            Some(oldest) => left(*oldest, budget.window, now),
            None => Some(budget.window),
        }
    }

    fn asked_until(&self, waited_since: Option<SystemTime>) -> bool {
        self.asked
            .is_some_and(|(since, _)| Some(since) <= waited_since)
    }

    fn is_in_use(&self) -> bool {
        self.in_flight > 0 || !self.ended.is_empty() || self.asked.is_some()
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

    /// The service asks for a wait before the next call.
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
        // The call has ended even if the clock, which is the caller's, panics.
        let now = contained(|| self.guard.clock.now());
        let now = now.unwrap_or(self.started);
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
    use crate::testing::FakeClock;

    const WINDOW: Duration = Duration::from_secs(600);

    fn guard(calls: u32) -> (BudgetGuard, FakeClock) {
        let clock = FakeClock::new();
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
    fn calls_that_count_are_not_forgotten() {
        let (guard, clock) = guard(1);
        let keys: Vec<_> = (0..50_000).map(|n| n.to_string()).collect();
        let asked = count(&guard, "asked").unwrap();
        asked.wait(WINDOW * 3);
        let in_flight = count(&guard, "in flight").unwrap();
        drop(asked);
        for key in &keys {
            drop(count(&guard, key).unwrap());
            clock.advance(WINDOW / keys.len() as u32);
        }
        for key in &keys[1..] {
            assert!(count(&guard, key).is_err(), "{key}");
        }
        clock.advance(WINDOW);
        for key in &keys {
            drop(count(&guard, key).unwrap());
        }
        let refusal = |key| count(&guard, key).err();
        assert_eq!(refusal("asked"), Some(Refusal::Asked(WINDOW)));
        assert_eq!(refusal("in flight"), Some(Refusal::UsedUp(WINDOW)));
        drop(in_flight);
    }

    /// If the cost of each call grew with their number, this would take many minutes.
    #[test]
    fn many_calls_in_flight_are_counted() {
        let (guard, _) = guard(1);
        let keys: Vec<_> = (0..200_000).map(|n| n.to_string()).collect();
        let calls: Vec<_> = keys.iter().map(|key| count(&guard, key).unwrap()).collect();
        for key in &keys {
            assert_eq!(count(&guard, key).err(), Some(Refusal::UsedUp(WINDOW)));
        }
        drop(calls);
        assert_eq!(guard.lock().used.len(), keys.len());
    }

    #[test]
    fn expired_calls_are_forgotten() {
        let (guard, clock) = guard(1);
        let mut most = 0;
        for key in 0..100_000 {
            drop(count(&guard, &key.to_string()).unwrap());
            clock.advance(WINDOW / 1_000);
            most = most.max(guard.lock().used.len());
        }
        assert!((1_000..1_500).contains(&most), "{most}");
    }

    #[test]
    fn an_uncounted_call_frees_the_budget() {
        let (guard, _) = guard(1);
        for key in 0..1_000 {
            count(&guard, &key.to_string()).unwrap().uncount();
            assert!(guard.lock().used.len() <= SWEPT_PER_CALL);
        }
    }

    #[test]
    fn unused_memory_is_freed() {
        let (guard, clock) = guard(1);
        for key in 0..100_000 {
            drop(count(&guard, &key.to_string()).unwrap());
        }
        clock.advance(WINDOW);
        for key in 0..50_000 {
            drop(count(&guard, &format!("later {}", key % 10)));
        }
        let all = guard.lock();
        assert_eq!(all.used.len(), 10);
        assert!(all.used.capacity() < 1_000, "{}", all.used.capacity());
    }

    #[test]
    fn setting_the_clock_back_does_not_lengthen_a_wait() {
        let (guard, clock) = guard(1);
        drop(count(&guard, "key").unwrap());
        clock.set(clock.now() - Duration::from_secs(86_400));
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
    fn the_longer_of_the_budget_and_the_requested_wait_is_reported() {
        let second = Duration::from_secs(1);
        for (asked, refusal) in [
            (WINDOW - second, Refusal::UsedUp(WINDOW)),
            (WINDOW, Refusal::UsedUp(WINDOW)),
            (WINDOW + second, Refusal::Asked(WINDOW + second)),
        ] {
            let (guard, _) = guard(1);
            let call = count(&guard, "key").unwrap();
            call.wait(asked);
            drop(call);
            assert_eq!(count(&guard, "key").err(), Some(refusal));
        }
    }

    /// A caller that has waited since the first response need not wait again.
    #[test]
    fn a_wait_that_ends_at_the_same_time_is_the_same_wait() {
        let (guard, clock) = guard(9);
        let [one, two] = ["key"; 2].map(|key| count(&guard, key).unwrap());
        one.wait(Duration::from_secs(60));
        let waiting_since = Some(clock.now());
        clock.advance(Duration::from_secs(20));
        two.wait(Duration::from_secs(40));
        assert!(guard.count("key", waiting_since).is_ok());
        two.wait(Duration::from_secs(41));
        assert!(guard.count("key", waiting_since).is_err());
    }

    #[test]
    fn a_completed_wait_is_over_and_a_later_one_is_not() {
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
