//! Measures what calls allocate with the client, and with hand-written reqwest.
//!
//! `cargo bench --package linq-performance --bench memory`. `-- hold linq` only prints the memory of
//! the calls in flight of one caller, in this process.

use std::alloc::System;
use std::env;
use std::process::{Command, Stdio};
use std::sync::Arc;

use linq_performance::callers::{CALLERS, Make};
use linq_performance::server::Server;
use linq_performance::{arguments, named, run, runtime};
use memory_stats::memory_stats;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::task::JoinSet;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1_000;
const IN_FLIGHT: usize = 10_000;

/// Memory in MB.
struct Memory {
    heap: f64,
    resident: f64,
}

fn main() {
    let server = Server::start();
    let words = arguments();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            allocating(&server);
            holding();
        }
        ["hold", name] => {
            let (_, make) = CALLERS.iter().find(|(known, _)| *known == name).unwrap();
            let Memory { heap, resident } =
                hold(*make, &server.base_url(&format!("hold{IN_FLIGHT}")));
            println!("{heap:.1}\t{resident:.1}");
        }
        _ => panic!("expected nothing, or `hold CALLER`"),
    }
}

/// How often a call allocates, or grows what it has allocated.
fn allocating(server: &Server) {
    for cards in [1, 100] {
        for at_once in [1, 64] {
            let base_url = server.base_url(&cards.to_string());
            let [by_hand, by_client] = CALLERS.map(|(_, make)| {
                let (runtime, caller) = (runtime(), make(&base_url));
                let call = || runtime.block_on(run(&caller, CALLS, at_once, cards));
                call();
                let region = Region::new(ALLOCATOR);
                call();
                let change = region.change();
                (change.allocations + change.reallocations) as f64 / CALLS as f64
            });
            let which = format!("{}, {at_once} at once", named(cards));
            println!("allocations of a call\t{which}\t{by_hand:.1}\t{by_client:.1}");
        }
    }
}

/// The memory of calls that wait for their response, each in a process of its own: an allocator does not
/// return to the system all that it has freed.
fn holding() {
    let [by_hand, by_client] = CALLERS.map(|(name, _)| {
        let program = env::current_exe().unwrap();
        let mut holder = Command::new(program);
        let output = holder
            .args(["hold", name])
            .stderr(Stdio::inherit())
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{name} failed");
        let text = String::from_utf8(output.stdout).unwrap();
        let (heap, resident) = text.trim().split_once('\t').unwrap();
        [heap.to_owned(), resident.to_owned()]
    });
    let which = format!("{}, 10,000 at once", named(1));
    for (number, what) in ["heap", "resident memory"].iter().enumerate() {
        let (by_hand, by_client) = (&by_hand[number], &by_client[number]);
        println!("{what} of calls in flight, MB\t{which}\t{by_hand}\t{by_client}");
    }
}

fn hold(make: Make, base_url: &str) -> Memory {
    let (runtime, caller) = (runtime(), make(base_url));
    runtime.block_on(async {
        let before = memory();
        let mut calls = JoinSet::new();
        for _ in 0..IN_FLIGHT {
            let caller = Arc::clone(&caller);
            calls.spawn(async move { caller.cards().await });
        }
        // The server responds to the first once it has all of them.
        let first = calls.join_next().await.unwrap();
        let after = memory();
        assert_eq!(first.unwrap(), 1);
        for cards in calls.join_all().await {
            assert_eq!(cards, 1);
        }
        Memory {
            heap: after.heap - before.heap,
            resident: after.resident - before.resident,
        }
    })
}

fn memory() -> Memory {
    let stats = ALLOCATOR.stats();
    let heap = stats.bytes_allocated - stats.bytes_deallocated;
    let resident = memory_stats().unwrap().physical_mem;
    let [heap, resident] = [heap, resident].map(|bytes| bytes as f64 / 1e6);
    Memory { heap, resident }
}
