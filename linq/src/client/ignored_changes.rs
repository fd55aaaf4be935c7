//! Remembers changes that the service ignored, so that a repeated run does not send them in vain.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// How many changes are remembered at most. Forgetting one costs at most one write.
const MOST_CHANGES: usize = 100_000;

/// Remembers changes by their hashes, so that no names are kept.
pub(crate) struct IgnoredChanges {
    clock: Arc<dyn Clock>,
    lifetime: Duration,
    hasher: RandomState,
    changes: Mutex<HashMap<u64, Ignored>>,
}

struct Ignored {
    since: SystemTime,
    fields: Vec<&'static str>,
}

impl IgnoredChanges {
    pub(crate) fn new(lifetime: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            lifetime,
            hasher: RandomState::new(),
            changes: Mutex::default(),
        }
    }

    /// Remembers that the service ignored these fields of a change.
    pub(crate) fn remember(&self, change: &impl Hash, fields: &[&'static str]) {
        let since = self.clock.now();
        let mut changes = self.lock();
        if changes.len() >= MOST_CHANGES {
            changes.retain(|_, ignored| self.is_recent(ignored, since));
            // Frees enough that sweeping is rare.
            if changes.len() > MOST_CHANGES / 2 {
                changes.clear();
            }
        }
        let fields = fields.to_vec();
        changes.insert(self.hasher.hash_one(change), Ignored { since, fields });
    }

    /// The fields of a change that the service ignored recently.
    pub(crate) fn fields(&self, change: &impl Hash) -> Option<Vec<&'static str>> {
        let now = self.clock.now();
        let changes = self.lock();
        let ignored = changes.get(&self.hasher.hash_one(change))?;
        (self.is_recent(ignored, now)).then(|| ignored.fields.clone())
    }

    /// Whether a change is recent. One from the future is not: the clock was set back.
    fn is_recent(&self, ignored: &Ignored, now: SystemTime) -> bool {
        now.duration_since(ignored.since)
            .is_ok_and(|age| age < self.lifetime)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Ignored>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeClock;

    const LIFETIME: Duration = Duration::from_secs(600);

    fn ignored() -> (IgnoredChanges, FakeClock) {
        let clock = FakeClock::new();
        (
            IgnoredChanges::new(LIFETIME, Arc::new(clock.clone())),
            clock,
        )
    }

    #[test]
    fn a_change_is_forgotten_after_its_lifetime() {
        let (ignored, clock) = ignored();
        ignored.remember(&("a", 1), &["last_name"]);
        assert_eq!(ignored.fields(&("a", 2)), None);
        clock.advance(LIFETIME - Duration::from_nanos(1));
        assert_eq!(ignored.fields(&("a", 1)), Some(vec!["last_name"]));
        clock.advance(Duration::from_nanos(1));
        assert_eq!(ignored.fields(&("a", 1)), None);
    }

    #[test]
    fn setting_the_clock_back_forgets_changes() {
        let (ignored, clock) = ignored();
        ignored.remember(&"a", &["last_name"]);
        clock.set(clock.now() - Duration::from_secs(1));
        assert_eq!(ignored.fields(&"a"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let (ignored, clock) = ignored();
        for n in 0..3 * MOST_CHANGES {
            ignored.remember(&n, &["last_name"]);
            clock.advance(Duration::from_millis(1));
            assert!(ignored.lock().len() <= MOST_CHANGES);
            assert!(ignored.fields(&n).is_some());
        }
    }
}
