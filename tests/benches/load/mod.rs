//! The same calls by hand-written reqwest and by the client, and the server that they go to.

pub(crate) mod callers;
pub(crate) mod server;

use std::sync::Arc;

use callers::Caller;

/// Makes this many calls, so many at once, and panics if one fails.
pub(crate) async fn run(caller: &Arc<dyn Caller>, calls: usize, at_once: usize, cards: usize) {
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..at_once {
        let caller = Arc::clone(caller);
        let share = calls / at_once + usize::from(task < calls % at_once);
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
