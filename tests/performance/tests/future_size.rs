//! The size of the future of a call, which is the memory that a call takes beyond its connection.

use std::mem::size_of_val;

use linq_performance::callers::{ByClient, ByHand};

/// How many bytes it may have more than that of hand-written reqwest with all features of the client, for
/// retries, deadlines, budgets and what else a call knows.
const MORE: usize = 1_100;

#[test]
fn the_future_of_a_call_is_small() {
    let base_url = "http://127.0.0.1";
    let (by_hand, by_client) = (ByHand::new(base_url), ByClient::new(base_url));
    let by_hand = size_of_val(&by_hand.retrieve());
    let by_client = size_of_val(&by_client.retrieve().send());
    assert!(
        by_client <= by_hand + MORE,
        "{by_client} bytes, by hand {by_hand}"
    );
}
