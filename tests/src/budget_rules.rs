//! Contract, client and sandbox agree on what counts against a budget.

use std::time::Duration;

use linq::{Client, Error};
use linq_gen::Budget;
use linq_gen::operations::BUDGETS;
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};

use crate::support::{TestClock, builder, sandbox_on};

const NUMBER: &str = "+15551234567";

/// Sends a call that counts against a budget.
async fn call(client: &Client, budget: &Budget) -> Result<(), Error> {
    match budget.name {
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
async fn calls_left(client: &Client, budget: &Budget) -> u32 {
    let mut calls = 0;
    while calls <= budget.calls && call(client, budget).await.is_ok() {
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
    for budget in BUDGETS {
        let (sandbox, clock) = start().await;
        let client = builder(&sandbox).clock(clock.clone()).without_budgets();
        let client = client.build().unwrap();
        assert_eq!(calls_left(&client, budget).await, budget.calls);
        clock.advance(Duration::from_secs(budget.seconds - 1));
        let error = call(&client, budget).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 429, "{}", budget.name);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        // Of all calls, only the one that was refused a second ago is still in the window.
        let refused = u32::from(budget.counts_refusals);
        assert_eq!(calls_left(&client, budget).await, budget.calls - refused);
    }
}

#[tokio::test]
async fn the_client_counts_what_the_contract_says() {
    for budget in BUDGETS {
        let (sandbox, clock) = start().await;
        let client = builder(&sandbox).clock(clock).build().unwrap();
        sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded"));
        call(&client, budget).await.unwrap_err();
        let refused = u32::from(budget.counts_refusals);
        assert_eq!(calls_left(&client, budget).await, budget.calls - refused);
    }
}
