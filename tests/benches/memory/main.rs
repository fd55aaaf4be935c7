//! Measures what calls allocate with the client, and with hand-written reqwest.
//!
//! `cargo bench --package linq-tests --bench memory`. With `-- soak 1000000`, it makes a million calls
//! instead, of which the server fails 5%, accounts for each, and shows that memory stays flat.

#[path = "../load/mod.rs"]
mod load;
mod soak;

use std::alloc::System;
use std::sync::Arc;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use load::callers::{CALLERS, Make};
use load::server::Server;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1_000;
const IN_FLIGHT: usize = 10_000;

fn main() {
    let server = Server::start();
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => report(&server),
        ["soak", calls] => runtime().block_on(soak::run(&server, calls.parse().unwrap())),
        _ => panic!("expected nothing, or `soak CALLS`"),
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// How many bytes are in use.
fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

fn report(server: &Server) {
    println!("# what\tcards\tat once\treqwest\tlinq");
    for cards in [1, 100] {
        for at_once in [1, 64] {
            let base_url = server.base_url(&cards.to_string());
            let [by_hand, by_client] =
                CALLERS.map(|(_, make)| allocations(make, &base_url, at_once, cards));
            println!("allocations per call\t{cards}\t{at_once}\t{by_hand:.1}\t{by_client:.1}");
        }
    }
    let base_url = server.base_url(&format!("hold{IN_FLIGHT}"));
    let [by_hand, by_client] = CALLERS.map(|(_, make)| in_flight(make, &base_url));
    println!("bytes per call in flight\t1\t{IN_FLIGHT}\t{by_hand}\t{by_client}");
}

/// How often a call allocates, or grows what it has allocated.
fn allocations(make: Make, base_url: &str, at_once: usize, cards: usize) -> f64 {
    let runtime = runtime();
    let caller = make(base_url);
    let run = || runtime.block_on(load::run(&caller, CALLS, at_once, cards));
    run();
    let region = Region::new(ALLOCATOR);
    run();
    let change = region.change();
    (change.allocations + change.reallocations) as f64 / CALLS as f64
}

/// The memory of a call that waits for its response, with its connection.
fn in_flight(make: Make, base_url: &str) -> usize {
    let runtime = runtime();
    let caller = make(base_url);
    let before = in_use();
    let peak = runtime.block_on(async {
        let mut calls = JoinSet::new();
        for _ in 0..IN_FLIGHT {
            let caller = Arc::clone(&caller);
            calls.spawn(async move { caller.cards().await });
        }
        let mut peak = 0;
        // The server responds to the first once it has all of them.
        while let Some(cards) = calls.join_next().await {
            peak = peak.max(in_use());
            assert_eq!(cards.unwrap(), 1);
        }
        peak
    });
    (peak - before) / IN_FLIGHT
}
