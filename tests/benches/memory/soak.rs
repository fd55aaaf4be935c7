//! Many calls, of which some fail, and what becomes of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use linq::Error;
use tokio::task::JoinSet;

use super::in_use;
use crate::load::callers::ByClient;
use crate::load::server::{FAULTS, FAULTY, Server};

const AT_ONCE: usize = 64;
/// How often memory is looked at.
const PARTS: usize = 20;

type Results = BTreeMap<&'static str, usize>;

/// Makes this many calls. Panics unless each has the result that the server gave it, and unless
/// memory stays flat.
pub(crate) async fn run(server: &Server, calls: usize) {
    let round = PARTS * FAULTY * FAULTS.len();
    assert!(
        calls >= round && calls.is_multiple_of(round),
        "give a multiple of {round}"
    );
    let client = Arc::new(ByClient::new(&server.base_url("faults")));
    let mut results = Results::new();
    let mut used = Vec::new();
    println!("calls\tbytes in use");
    for part in 1..=PARTS {
        for (result, count) in make(&client, calls / PARTS).await {
            *results.entry(result).or_default() += count;
        }
        used.push(in_use());
        println!("{}\t{}", calls / PARTS * part, used[part - 1]);
    }
    println!("result\tcalls");
    for (result, count) in &results {
        println!("{result}\t{count}");
    }
    let faults = calls / FAULTY;
    let mut expected: Results = FAULTS.map(|(name, _)| (name, faults / FAULTS.len())).into();
    expected.insert("success", calls - faults);
    assert_eq!(results, expected);
    // The first part opens the connections.
    let (first, last) = (used[0], used[PARTS - 1]);
    assert!(
        last < first + first / 10,
        "memory grew from {first} to {last} bytes"
    );
}

async fn make(client: &Arc<ByClient>, calls: usize) -> Results {
    let mut tasks = JoinSet::new();
    for task in 0..AT_ONCE {
        let client = Arc::clone(client);
        let share = calls / AT_ONCE + usize::from(task < calls % AT_ONCE);
        tasks.spawn(async move {
            let mut results = Results::new();
            for _ in 0..share {
                let outcome = client.retrieve().max_retries(0).await;
                *results.entry(name(outcome.as_ref().err())).or_default() += 1;
            }
            results
        });
    }
    let mut results = Results::new();
    while let Some(task) = tasks.join_next().await {
        for (result, count) in task.unwrap() {
            *results.entry(result).or_default() += count;
        }
    }
    results
}

fn name(error: Option<&Error>) -> &'static str {
    match error {
        None => "success",
        Some(error) if error.is_server() => "server error",
        Some(error) if error.is_rate_limited() => "rate limited",
        Some(error) if error.is_not_found() => "not found",
        Some(error) if error.is_decode() => "undecodable",
        Some(error) if error.is_connect() => "broken connection",
        Some(error) => panic!("{error}"),
    }
}
