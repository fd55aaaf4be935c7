//! Measures two tasks in turns.

use std::fmt;
use std::time::Duration;

use cpu_time::ProcessTime;

/// An odd number, so that the median is one of them.
const ROUNDS: usize = 31;

/// The CPU time of one call each.
pub(crate) struct Pair {
    by_hand: Duration,
    by_client: Duration,
}

/// Measures two tasks of this many calls each, and returns their medians.
pub(crate) fn in_turns(calls: usize, by_hand: impl Fn(), by_client: impl Fn()) -> Pair {
    let tasks: [&dyn Fn(); 2] = [&by_hand, &by_client];
    for warm_up in tasks {
        warm_up();
    }
    let mut times = [const { Vec::new() }; 2];
    for round in 0..ROUNDS {
        // Neither is always first.
        for turn in [round % 2, 1 - round % 2] {
            let started = ProcessTime::now();
            tasks[turn]();
            times[turn].push(started.elapsed() / u32::try_from(calls).unwrap());
        }
    }
    let [by_hand, by_client] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2]
    });
    Pair { by_hand, by_client }
}

/// Both in microseconds.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [by_hand, by_client] =
            [self.by_hand, self.by_client].map(|time| time.as_secs_f64() * 1e6);
        write!(f, "{by_hand:.2}\t{by_client:.2}")
    }
}
