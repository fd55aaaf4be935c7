//! Benchmarks the time and memory of counting calls, by the number of phone numbers.
//!
//! `cargo bench --package linq-tests --bench budget`. The result divided by the
//! number of calls should stay constant.

// The guard is private to its crate, so its files are included here.
#![allow(dead_code, unreachable_pub, unused_imports)]

use std::sync::Arc;
use std::time::Duration;

use divan::{AllocProfiler, Bencher};

#[path = "../../linq/src/budget.rs"]
mod budget;
#[path = "../../linq/src/clock.rs"]
mod clock;
#[path = "../../linq/src/testing/fake_clock.rs"]
mod fake_clock;
#[path = "../../linq/src/panics.rs"]
mod panics;

mod testing {
    pub(crate) use crate::fake_clock::FakeClock;
}

use budget::{Budget, BudgetGuard};
use fake_clock::FakeClock;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const NUMBERS: [usize; 3] = [20_000, 40_000, 1_000_000];
const WINDOW: Duration = Duration::from_secs(600);

fn main() {
    divan::main();
}

fn guard() -> (BudgetGuard, FakeClock) {
    let clock = FakeClock::new();
    let budget = Budget {
        calls: 3,
        window: WINDOW,
    };
    (BudgetGuard::new(budget, Arc::new(clock.clone())), clock)
}

fn phone_numbers(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("+1555{n:08}")).collect()
}

/// One call for each number, all within one window.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn one_after_another(bencher: Bencher, count: usize) {
    let numbers = phone_numbers(count);
    bencher.bench(|| {
        let (guard, _) = guard();
        for number in &numbers {
            drop(guard.count(number, None));
        }
        guard
    });
}

/// One call for each number, all at the same time.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn in_flight(bencher: Bencher, count: usize) {
    let numbers = phone_numbers(count);
    bencher.bench(|| {
        let (guard, _) = guard();
        let calls: Vec<_> = numbers
            .iter()
            .map(|number| guard.count(number, None).ok())
            .collect();
        drop(calls);
        guard
    });
}

/// Four calls for each number, over two windows, so that expired calls make room.
#[divan::bench(args = NUMBERS, sample_count = 5, sample_size = 1)]
fn in_passing(bencher: Bencher, count: usize) {
    let numbers = phone_numbers(4 * count);
    let step = WINDOW / count as u32;
    bencher.bench(|| {
        let (guard, clock) = guard();
        for number in &numbers {
            drop(guard.count(number, None));
            clock.advance(step);
        }
        guard
    });
}
