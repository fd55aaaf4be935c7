//! Which events have been seen: deliveries come at least once.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::clock::{Clock, SystemClock};

/// Remembers events by their [`event_id`](super::Event::event_id), so that each is acted on once.
///
/// [`SeenEvents`] remembers them in memory. Where several servers receive, or a restart must not forget,
/// put a database behind this trait: a unique key, and an insertion that tells whether it took place.
///
/// ```
/// use linq::webhook::{Event, SeenStore};
///
/// /// Whether to answer 204; answer 503 otherwise, and the event comes again.
/// async fn handle<S: SeenStore>(event: &Event, seen: &S) -> Result<bool, S::Error> {
///     if !seen.insert(&event.event_id).await? {
///         return Ok(true); // It came before.
///     }
///     if act_on(event).is_err() {
///         seen.remove(&event.event_id).await?;
///         return Ok(false);
///     }
///     Ok(true)
/// }
/// # fn act_on(_: &Event) -> Result<(), ()> { Ok(()) }
/// ```
///
/// An event that is remembered before it is acted on is lost where the server dies in between. Where that
/// must not be, let a database insert it in the transaction of the work.
pub trait SeenStore: Send + Sync {
    /// Why the store can't be asked.
    type Error;

    /// Remembers an event, and tells whether it is new. Of any number of calls at once with one id, one
    /// is told so.
    fn insert(&self, event_id: &str) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Forgets an event, so that its next delivery is new.
    fn remove(&self, event_id: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Remembers events in memory: as many as it may, and each for as long as it should.
///
/// Clones share what they remember. When there are more events than it may remember, it forgets the oldest.
///
/// ```
/// use linq::webhook::SeenEvents;
///
/// let seen = SeenEvents::default();
/// assert!(seen.insert("7f0c2b1e"));
/// assert!(!seen.insert("7f0c2b1e")); // it came before
/// ```
#[derive(Clone)]
pub struct SeenEvents {
    memory: Arc<Mutex<Memory>>,
    capacity: usize,
    time_to_live: Duration,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Memory {
    /// The number under which an event is in `by_age`.
    numbers: HashMap<Arc<str>, u64>,
    by_age: BTreeMap<u64, (SystemTime, Arc<str>)>,
    next: u64,
}

/// As many as 100,000 events, each for an hour: longer than Linq delivers one again.
impl Default for SeenEvents {
    fn default() -> Self {
        Self::new(100_000, Duration::from_secs(60 * 60))
    }
}

impl SeenEvents {
    /// Remembers as many as `capacity` events, 1 at the least, each for `time_to_live`.
    ///
    /// Linq delivers an event again for about 25 minutes: a time below that lets events come twice, and so
    /// does a capacity below the number of events in that time.
    pub fn new(capacity: usize, time_to_live: Duration) -> Self {
        Self {
            memory: Arc::default(),
            capacity,
            time_to_live,
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes the time from this clock; tests replace it.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Remembers an event, and tells whether it is new. Of any number of calls at once with one id, one
    /// is told so.
    pub fn insert(&self, event_id: &str) -> bool {
        let now = self.clock.now();
        let mut memory = self.memory();
        while memory
            .oldest_age(now)
            .is_some_and(|age| age >= self.time_to_live)
        {
            memory.forget_oldest();
        }
        if memory.numbers.contains_key(event_id) {
            return false;
        }
        if memory.numbers.len() >= self.capacity {
            memory.forget_oldest();
        }
        memory.remember(event_id.into(), now);
        true
    }

    /// Forgets an event, so that its next delivery is new: for one that could not be acted on.
    pub fn remove(&self, event_id: &str) {
        let mut memory = self.memory();
        if let Some(number) = memory.numbers.remove(event_id) {
            memory.by_age.remove(&number);
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// How long ago the oldest event came; no time, if the clock was set back since.
    fn oldest_age(&self, now: SystemTime) -> Option<Duration> {
        let (_, (since, _)) = self.by_age.first_key_value()?;
        Some(now.duration_since(*since).unwrap_or_default())
    }

    fn forget_oldest(&mut self) {
        if let Some((_, (_, event_id))) = self.by_age.pop_first() {
            self.numbers.remove(&event_id);
        }
    }

    fn remember(&mut self, event_id: Arc<str>, now: SystemTime) {
        self.by_age.insert(self.next, (now, event_id.clone()));
        self.numbers.insert(event_id, self.next);
        self.next += 1;
    }
}

impl SeenStore for SeenEvents {
    type Error = Infallible;

    async fn insert(&self, event_id: &str) -> Result<bool, Infallible> {
        Ok(self.insert(event_id))
    }

    async fn remove(&self, event_id: &str) -> Result<(), Infallible> {
        self.remove(event_id);
        Ok(())
    }
}

/// Leaves out the events, but tells their number.
impl fmt::Debug for SeenEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenEvents")
            .field("events", &self.memory().numbers.len())
            .field("capacity", &self.capacity)
            .field("time_to_live", &self.time_to_live)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;
    use crate::test_clock::TestClock;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn seen(capacity: usize) -> (SeenEvents, TestClock) {
        let clock = TestClock::at(1_767_323_045);
        let seen = SeenEvents::new(capacity, HOUR).with_clock(clock.clone());
        (seen, clock)
    }

    fn kept(seen: &SeenEvents) -> (usize, usize) {
        let memory = seen.memory();
        (memory.numbers.len(), memory.by_age.len())
    }

    #[test]
    fn an_event_is_new_once_also_to_a_clone() {
        let (seen, _) = seen(10);
        assert!(seen.insert("a"));
        assert!(!seen.insert("a"));
        assert!(!seen.clone().insert("a"));
        assert!(seen.insert("b"));
    }

    #[test]
    fn an_event_is_forgotten_when_its_time_is_over_and_not_before() {
        let (seen, clock) = seen(10);
        assert!(seen.insert("a"));
        clock.advance(HOUR / 2);
        assert!(seen.insert("b"));
        clock.advance(HOUR / 2 - Duration::from_nanos(1));
        assert!(!seen.insert("a"));
        clock.advance(Duration::from_nanos(1));
        assert!(seen.insert("a"));
        assert!(!seen.insert("b"));
        assert_eq!(kept(&seen), (2, 2));
    }

    #[test]
    fn the_oldest_makes_room() {
        let (seen, _) = seen(2);
        for event in ["a", "b", "c"] {
            assert!(seen.insert(event));
        }
        assert_eq!(kept(&seen), (2, 2));
        assert!(!seen.insert("b"));
        assert!(!seen.insert("c"));
        assert!(seen.insert("a"));
        assert!(seen.insert("b"));
    }

    #[test]
    fn no_capacity_is_room_for_one() {
        let (seen, _) = seen(0);
        assert!(seen.insert("a"));
        assert!(!seen.insert("a"));
        assert_eq!(kept(&seen), (1, 1));
    }

    #[test]
    fn what_was_removed_is_new_and_leaves_nothing_behind() {
        let (seen, _) = seen(10);
        for _ in 0..100 {
            assert!(seen.insert("a"));
            seen.remove("a");
            seen.remove("never there");
        }
        assert_eq!(kept(&seen), (0, 0));
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_nothing() {
        let (seen, clock) = seen(10);
        assert!(seen.insert("a"));
        clock.set_back(2 * HOUR);
        assert!(!seen.insert("a"));
    }

    #[test]
    fn of_many_at_once_one_is_told_that_it_is_new() {
        let (seen, _) = seen(1000);
        let new = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for event in 0..500 {
                        if seen.insert(&event.to_string()) {
                            new.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(new.into_inner(), 500);
    }

    #[tokio::test]
    async fn it_is_a_store() {
        async fn insert<S: SeenStore>(store: &S) -> Result<bool, S::Error> {
            store.insert("a").await
        }
        let (seen, _) = seen(10);
        assert_eq!(insert(&seen).await, Ok(true));
        assert_eq!(insert(&seen).await, Ok(false));
        SeenStore::remove(&seen, "a").await.unwrap();
        assert_eq!(insert(&seen).await, Ok(true));
    }

    #[test]
    fn no_event_is_shown() {
        let (seen, _) = seen(10);
        seen.insert("evt_1");
        let shown = format!("{seen:?}");
        assert!(
            shown.contains("events: 1") && !shown.contains("evt_1"),
            "{shown}"
        );
    }
}
