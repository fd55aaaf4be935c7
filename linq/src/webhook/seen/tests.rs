//! Tests of claims: who gets one, and how it ends.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::testing::FakeClock;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn seen(capacity: usize) -> (SeenEvents, FakeClock) {
    let clock = FakeClock::new();
    let seen = SeenEvents::new(capacity, HOUR).with_clock(clock.clone());
    (seen, clock)
}

fn claim(seen: &SeenEvents, event: &str) -> Claim {
    match seen.claim(event) {
        Seen::New(claim) => claim,
        other => panic!("{event}: {other:?}"),
    }
}

fn is_done(seen: &SeenEvents, event: &str) -> bool {
    matches!(seen.claim(event), Seen::Done)
}

fn is_in_progress(seen: &SeenEvents, event: &str) -> bool {
    matches!(seen.claim(event), Seen::InProgress)
}

fn kept(seen: &SeenEvents) -> (usize, usize) {
    let memory = seen.memory();
    (memory.events.len(), memory.done.len())
}

#[test]
fn an_event_is_new_then_in_progress_then_done() {
    let (seen, _) = seen(10);
    let held = claim(&seen, "a");
    assert!(is_in_progress(&seen, "a") && is_in_progress(&seen.clone(), "a"));
    drop(claim(&seen, "b"));
    held.confirm();
    assert!(is_done(&seen, "a") && is_done(&seen.clone(), "a"));
}

#[test]
fn a_dropped_claim_makes_the_event_new() {
    let (seen, _) = seen(10);
    for _ in 0..100 {
        drop(claim(&seen, "a"));
    }
    assert_eq!(kept(&seen), (0, 0));
}

#[test]
fn a_panic_in_the_work_releases_the_event() {
    let (seen, _) = seen(10);
    let held = claim(&seen, "a");
    let work = panic::catch_unwind(AssertUnwindSafe(|| {
        let _held = held;
        panic!("the work fails");
    }));
    assert!(work.is_err());
    claim(&seen, "a").confirm();
    assert!(is_done(&seen, "a"));
}

#[test]
fn a_clock_that_panics_releases_the_event() {
    #[derive(Debug)]
    struct Broken(AtomicUsize);

    impl Clock for Broken {
        fn now(&self) -> SystemTime {
            assert_ne!(self.0.fetch_add(1, Ordering::Relaxed), 1, "broken");
            SystemTime::UNIX_EPOCH
        }
    }

    let seen = SeenEvents::default().with_clock(Broken(AtomicUsize::new(0)));
    let held = claim(&seen, "a");
    assert!(panic::catch_unwind(AssertUnwindSafe(|| held.confirm())).is_err());
    claim(&seen, "a").confirm();
    assert!(is_done(&seen, "a"));
}

#[test]
fn a_held_claim_is_kept_regardless_of_time_and_capacity() {
    let (seen, clock) = seen(1);
    let held = claim(&seen, "a");
    clock.advance(100 * HOUR);
    for event in ["b", "c", "d"] {
        claim(&seen, event).confirm();
    }
    assert!(is_in_progress(&seen, "a"));
    held.confirm();
    assert!(is_done(&seen, "a"));
    assert_eq!(kept(&seen), (1, 1));
}

#[test]
fn an_event_is_forgotten_after_its_time_to_live() {
    let (seen, clock) = seen(10);
    let held = claim(&seen, "a");
    clock.advance(HOUR);
    held.confirm();
    clock.advance(HOUR / 2);
    claim(&seen, "b").confirm();
    clock.advance(HOUR / 2 - Duration::from_nanos(1));
    assert!(is_done(&seen, "a"));
    clock.advance(Duration::from_nanos(1));
    drop(claim(&seen, "a"));
    assert!(is_done(&seen, "b"));
    assert_eq!(kept(&seen), (1, 1));
}

#[test]
fn the_oldest_done_event_is_forgotten_first() {
    let (seen, _) = seen(2);
    for event in ["a", "b", "c"] {
        claim(&seen, event).confirm();
    }
    assert_eq!(kept(&seen), (2, 2));
    assert!(is_done(&seen, "b") && is_done(&seen, "c"));
    drop(claim(&seen, "a"));
}

#[test]
fn a_capacity_of_zero_means_one() {
    let (seen, _) = seen(0);
    claim(&seen, "a").confirm();
    assert!(is_done(&seen, "a"));
    assert_eq!(kept(&seen), (1, 1));
}

/// A confirmed claim does not affect a later one.
#[test]
fn a_forgotten_event_can_be_claimed_again() {
    let (seen, clock) = seen(10);
    for _ in 0..3 {
        let held = claim(&seen, "a");
        assert!(is_in_progress(&seen, "a"));
        held.confirm();
        assert!(is_done(&seen, "a"));
        clock.advance(HOUR);
    }
}

#[test]
fn setting_the_clock_back_forgets_nothing() {
    let (seen, clock) = seen(10);
    claim(&seen, "a").confirm();
    let held = claim(&seen, "b");
    clock.set(clock.now() - 2 * HOUR);
    assert!(is_done(&seen, "a") && is_in_progress(&seen, "b"));
    held.confirm();
    assert!(is_done(&seen, "a") && is_done(&seen, "b"));
}

#[test]
fn an_id_of_any_length_takes_the_same_memory() {
    let (seen, _) = seen(10);
    let long = "x".repeat(1 << 20);
    claim(&seen, &long).confirm();
    assert!(is_done(&seen, &long));
    claim(&seen, &long[1..]).confirm();
    assert_eq!(kept(&seen), (2, 2));
}

#[test]
fn only_one_of_many_concurrent_calls_gets_the_claim() {
    let (seen, _) = seen(1000);
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for event in 0..500 {
                    if let Seen::New(claim) = seen.claim(&event.to_string()) {
                        done.fetch_add(1, Ordering::Relaxed);
                        claim.confirm();
                    }
                }
            });
        }
    });
    assert_eq!(done.into_inner(), 500);
    assert_eq!(kept(&seen), (500, 500));
}

#[test]
fn debug_does_not_show_events() {
    let (seen, _) = seen(10);
    let held = seen.claim("evt_1");
    let shown = format!("{seen:?} {held:?}");
    assert!(
        shown.contains("events: 1") && !shown.contains("evt_1"),
        "{shown}"
    );
    assert!(shown.ends_with("New(Claim { .. })"), "{shown}");
}
