//! The same calls by hand-written reqwest and by the client, and the server that they go to.

pub mod callers;
pub mod faults;
mod responses;
pub mod server;

use std::env;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use callers::Caller;
pub use responses::body;

/// The arguments of a benchmark, without the one that cargo adds.
pub fn arguments() -> Vec<String> {
    let words = env::args().skip(1);
    words.filter(|word| word != "--bench").collect()
}

/// One thread, so that the time of the process is that of the calls.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Makes this many calls, so many at once, and panics if one fails.
pub async fn run(caller: &Arc<dyn Caller>, calls: usize, at_once: usize, cards: usize) {
    let mut tasks = JoinSet::new();
    for share in shares(calls, at_once) {
        let caller = Arc::clone(caller);
        tasks.spawn(async move {
            for _ in 0..share {
                assert_eq!(caller.cards().await, cards);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// How many of the calls each task makes.
pub fn shares(calls: usize, tasks: usize) -> impl Iterator<Item = usize> {
    (0..tasks).map(move |task| calls / tasks + usize::from(task < calls % tasks))
}

/// `1 card`, `10,000 cards`.
pub fn named(cards: usize) -> String {
    match cards {
        1 => "1 card".to_owned(),
        1000.. => format!("{},{:03} cards", cards / 1000, cards % 1000),
        _ => format!("{cards} cards"),
    }
}
