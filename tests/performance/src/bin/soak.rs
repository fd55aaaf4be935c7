//! Makes many calls, of which the server fails 5%, accounts for each, and shows that memory stays flat.
//!
//! `cargo run --release --package linq-performance --bin soak -- 1000000`

use std::alloc::System;
use std::env;
use std::sync::Arc;

use linq::Error;
use linq_performance::callers::ByClient;
use linq_performance::faults::{
    BROKEN, EVERY, NOT_FOUND, RATE_LIMITED, SERVER_ERROR, SUCCESS, Tally, UNDECODABLE,
};
use linq_performance::server::Server;
use linq_performance::{runtime, shares};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::task::JoinSet;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const AT_ONCE: usize = 64;
/// How often memory is looked at.
const PARTS: usize = 20;

fn main() {
    let server = Server::start();
    let calls = env::args().nth(1).and_then(|calls| calls.parse().ok());
    let calls = calls.expect("the number of calls as the only argument");
    runtime().block_on(soak(&server, calls));
}

/// Panics unless each call has the result that the server gave it, and unless memory stays flat.
async fn soak(server: &Server, calls: usize) {
    let client = Arc::new(ByClient::new(&server.base_url("faults")));
    let mut results = Tally::new();
    let mut used = Vec::new();
    println!("calls\tbytes in use");
    for share in shares(calls, PARTS) {
        for (result, count) in make(&client, share).await {
            *results.entry(result).or_default() += count;
        }
        used.push(in_use());
        println!("{}\t{}", results.values().sum::<usize>(), in_use());
    }
    println!("result\tcalls");
    for (result, count) in &results {
        println!("{result}\t{count}");
    }
    let response = reqwest::get(server.base_url("tally")).await.unwrap();
    let served: Tally = response.json().await.unwrap();
    assert_eq!(
        results, served,
        "what the calls returned, and what the server did"
    );
    assert_eq!(results.values().sum::<usize>(), calls);
    assert_eq!(results[SUCCESS], calls - calls / EVERY);
    // How much is in use for calls that have just ended varies; what leaks is never freed.
    let (first, second) = used.split_at(PARTS / 2);
    let [first, second] = [first, second].map(|half| half.iter().min().copied().unwrap());
    assert!(
        second < first + first / 10,
        "the least memory in use grew from {first} to {second} bytes"
    );
    println!("every call is accounted for, and memory is flat");
}

async fn make(client: &Arc<ByClient>, calls: usize) -> Tally {
    let mut tasks = JoinSet::new();
    for share in shares(calls, AT_ONCE) {
        let client = Arc::clone(client);
        tasks.spawn(async move {
            let mut results = Tally::new();
            for _ in 0..share {
                let outcome = client.retrieve().max_retries(0).await;
                let name = name(outcome.as_ref().err());
                *results.entry(name.to_owned()).or_default() += 1;
            }
            results
        });
    }
    let mut results = Tally::new();
    while let Some(task) = tasks.join_next().await {
        for (result, count) in task.unwrap() {
            *results.entry(result).or_default() += count;
        }
    }
    results
}

fn name(error: Option<&Error>) -> &'static str {
    match error {
        None => SUCCESS,
        Some(error) if error.is_server() => SERVER_ERROR,
        Some(error) if error.is_rate_limited() => RATE_LIMITED,
        Some(error) if error.is_not_found() => NOT_FOUND,
        Some(error) if error.is_decode() => UNDECODABLE,
        Some(error) if error.is_connect() => BROKEN,
        Some(error) => panic!("{error}"),
    }
}

/// How many bytes are in use.
fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}
