//! What a call allocates beyond hand-written reqwest, which does not depend on the machine.
//!
//! A process of its own, since the allocator is global.

use std::alloc::System;
use std::thread;

use linq_performance::callers::CALLERS;
use linq_performance::server::{listener, serve};
use linq_performance::{run, runtime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 100;

/// The server is in this process: what it allocates is the same for both.
#[test]
fn a_call_makes_at_most_ten_allocations_more_than_hand_written_reqwest() {
    let listener = listener();
    let base_url = format!("http://{}/1", listener.local_addr().unwrap());
    thread::spawn(|| serve(listener));
    let [by_hand, by_client] = CALLERS.map(|(_, make)| {
        let (runtime, caller) = (runtime(), make(&base_url));
        let call = || runtime.block_on(run(&caller, CALLS, 1, 1));
        call();
        let region = Region::new(ALLOCATOR);
        call();
        let change = region.change();
        change.allocations + change.reallocations
    });
    assert!(
        by_client <= by_hand + 10 * CALLS,
        "{CALLS} calls allocate {by_client} times, by hand {by_hand} times"
    );
}
