//! Remembers which events have been processed, since deliveries come at least once.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use crate::clock::{Clock, SystemClock};

/// Remembers in memory which events have been processed, so that each is processed once.
///
/// [`claim`](Self::claim) an event by its [`event_id`](super::Event::event_id), do the work, and
/// [`confirm`](Claim::confirm) the claim. If the work fails or panics, the claim is dropped, and
/// the next delivery of the event is new. Until then, other deliveries get [`Seen::InProgress`].
/// Clones share their memory.
///
/// Do the work in its own task: if the sender hangs up, the server drops the handler and whatever
/// it is awaiting. Respond when the work is done; after anything but a success Linq sends the event
/// again.
///
/// ```
/// use linq::webhook::{Event, Seen, SeenEvents};
///
/// /// The status to respond with.
/// async fn receive(event: Event, seen: &SeenEvents) -> u16 {
///     let claim = match seen.claim(&event.event_id) {
///         Seen::New(claim) => claim,
///         Seen::InProgress => return 503, // Linq sends it again, in case the work fails
///         Seen::Done => return 204,
///     };
///     let work = tokio::spawn(async move {
///         process(event).await?;
///         claim.confirm();
///         Ok::<(), std::io::Error>(())
///     });
///     match work.await {
///         Ok(Ok(())) => 204,
///         _ => 500, // Linq sends it again
///     }
/// }
/// # async fn process(_: Event) -> std::io::Result<()> { Ok(()) }
/// ```
///
/// # With a database
///
/// Memory does not survive a restart, and several servers do not share it. If that matters, use a
/// database instead of this type. Store the id under a unique key in the transaction that does the
/// work:
///
/// ```sql
/// BEGIN;
/// INSERT INTO seen_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING;
/// -- No row inserted: the event is done. Roll back and respond with 204.
/// -- Otherwise do the work.
/// COMMIT;
/// ```
///
/// A second delivery waits for the first transaction, and a transaction that fails forgets the id.
#[derive(Clone)]
pub struct SeenEvents {
    memory: Arc<Mutex<Memory>>,
    capacity: usize,
    time_to_live: Duration,
    clock: Arc<dyn Clock>,
}

/// What is known about an event; [`SeenEvents::claim`] returns it.
#[derive(Debug)]
#[must_use = "only new events must be processed"]
pub enum Seen {
    /// The event is new: process it, then [`confirm`](Claim::confirm) the claim.
    New(Claim),
    /// Another delivery of the event is still being processed. Respond with 503, so that Linq sends
    /// the event again in case that fails.
    InProgress,
    /// The event has been processed. Respond with 204.
    Done,
}

/// The exclusive right to process an event.
///
/// Dropping it without [`confirm`](Self::confirm) makes the event new again. It lasts as long as it
/// is held, so put a timeout around work that may hang.
#[must_use = "dropping a claim makes the event new again"]
pub struct Claim {
    seen: SeenEvents,
    event: EventKey,
    confirmed: bool,
}

/// A digest of an event's id, of fixed size.
type EventKey = [u8; 32];

#[derive(Default)]
struct Memory {
    events: HashMap<EventKey, State>,
    /// When each event that is done was confirmed, oldest first.
    done: VecDeque<(SystemTime, EventKey)>,
}

enum State {
    InProgress,
    Done,
}

/// 100,000 events, each for an hour, which is longer than Linq repeats one.
impl Default for SeenEvents {
    fn default() -> Self {
        Self::new(100_000, Duration::from_secs(60 * 60))
    }
}

impl SeenEvents {
    /// Remembers `capacity` events that are done, at least 1, for `time_to_live` each; beyond
    /// `capacity` it forgets the oldest first. Claims are never forgotten while they are held.
    ///
    /// Linq sends an event again for up to 30 minutes. With a shorter time, or a capacity below the
    /// number of events in that time, an event can be processed twice.
    pub fn new(capacity: usize, time_to_live: Duration) -> Self {
        Self {
            memory: Arc::default(),
            capacity: capacity.max(1),
            time_to_live,
            clock: Arc::new(SystemClock),
        }
    }

    /// Uses this clock; tests can replace it.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Claims an event, if it is new. Only one of several concurrent calls with one id gets the
    /// claim.
    ///
    /// ```
    /// use linq::webhook::{Seen, SeenEvents};
    ///
    /// let seen = SeenEvents::default();
    /// let Seen::New(claim) = seen.claim("7f0c2b1e") else { unreachable!() };
    /// assert!(matches!(seen.claim("7f0c2b1e"), Seen::InProgress));
    /// drop(claim); // the work failed
    ///
    /// let Seen::New(claim) = seen.claim("7f0c2b1e") else { unreachable!() };
    /// claim.confirm();
    /// assert!(matches!(seen.claim("7f0c2b1e"), Seen::Done));
    /// ```
    pub fn claim(&self, event_id: &str) -> Seen {
        let event = EventKey::from(Sha256::digest(event_id));
        let now = self.clock.now();
        let mut memory = self.memory();
        memory.forget_older_than(self.time_to_live, now);
        match memory.events.get(&event) {
            Some(State::InProgress) => Seen::InProgress,
            Some(State::Done) => Seen::Done,
            None => {
                memory.events.insert(event, State::InProgress);
                Seen::New(Claim {
                    seen: self.clone(),
                    event,
                    confirmed: false,
                })
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    /// The event has been processed: deliveries from now on are [`Seen::Done`].
    pub fn confirm(mut self) {
        let now = self.seen.clock.now();
        let mut memory = self.seen.memory();
        memory.forget_older_than(self.seen.time_to_live, now);
        while memory.done.len() >= self.seen.capacity {
            memory.forget_oldest();
        }
        memory.events.insert(self.event, State::Done);
        memory.done.push_back((now, self.event));
        drop(memory);
        self.confirmed = true;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.confirmed {
            self.seen.memory().events.remove(&self.event);
        }
    }
}

impl Memory {
    /// If the clock was set back, nothing gets older.
    fn forget_older_than(&mut self, time_to_live: Duration, now: SystemTime) {
        while let Some((since, _)) = self.done.front()
            && now.duration_since(*since).unwrap_or_default() >= time_to_live
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, event)) = self.done.pop_front() {
            self.events.remove(&event);
        }
    }
}

/// Shows only the number of events.
impl fmt::Debug for SeenEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenEvents")
            .field("events", &self.memory().events.len())
            .field("capacity", &self.capacity)
            .field("time_to_live", &self.time_to_live)
            .finish_non_exhaustive()
    }
}

/// Omits the event.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
