//! Contract, client and sandbox agree on what counts against a budget.

use std::time::Duration;

use linq::{Client, Error};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};

use crate::spec::spec;
use crate::support::{TestClock, builder, sandbox_on};

const NUMBER: &str = "+15551234567";

/// A budget of the contract.
struct Budget {
    name: String,
    calls: u64,
    window: Duration,
    counts_refusals: bool,
}

fn budgets() -> Vec<Budget> {
    let spec = spec();
    let budgets = spec["x-linq-budgets"].as_object().unwrap().iter();
    let read = budgets.map(|(name, budget)| Budget {
        name: name.clone(),
        calls: budget["calls"].as_u64().unwrap(),
        window: Duration::from_secs(budget["seconds"].as_u64().unwrap()),
        counts_refusals: budget["counts"] == "all",
    });
    read.collect()
}

/// Sends a call that counts against a budget.
async fn call(client: &Client, budget: &Budget) -> Result<(), Error> {
    match budget.name.as_str() {
        "contact_card_writes" => {
            let update = client.contact_card().update(NUMBER).first_name("Jane");
            update.max_retries(0).await.map(drop)
        }
        "contact_card_shares" => {
            let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
            share.max_retries(0).await
        }
        name => panic!("no call for the budget {name}"),
    }
}

/// How many calls succeed before one is refused.
async fn calls_left(client: &Client, budget: &Budget) -> u64 {
    let mut calls = 0;
    while call(client, budget).await.is_ok() {
        calls += 1;
    }
    calls
}

async fn start() -> (Sandbox, TestClock) {
    let clock = TestClock::new();
    (sandbox_on(&clock).start().await.unwrap(), clock)
}

#[tokio::test]
async fn the_sandbox_counts_what_the_contract_says() {
    for budget in budgets() {
        let (sandbox, clock) = start().await;
        let client = builder(&sandbox).clock(clock.clone()).without_budgets();
        let client = client.build().unwrap();
        assert_eq!(calls_left(&client, &budget).await, budget.calls);
        clock.advance(budget.window - Duration::from_secs(1));
        let error = call(&client, &budget).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 429, "{}", budget.name);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        // Of all calls, only the one that was refused a second ago is still in the window.
        let refused = u64::from(budget.counts_refusals);
        assert_eq!(calls_left(&client, &budget).await, budget.calls - refused);
    }
}

#[tokio::test]
async fn the_client_counts_what_the_contract_says() {
    for budget in budgets() {
        let (sandbox, clock) = start().await;
        let client = builder(&sandbox).clock(clock).build().unwrap();
        sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded"));
        call(&client, &budget).await.unwrap_err();
        let refused = u64::from(budget.counts_refusals);
        assert_eq!(calls_left(&client, &budget).await, budget.calls - refused);
    }
}
