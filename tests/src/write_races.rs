//! Concurrent writes to one number.

use linq::Ensured;
use linq_sandbox::{Card, Fault};
use tokio::task::JoinSet;

use crate::support::{builder, start_with, writes};

const NUMBER: &str = "+15551234567";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_create_one_card() {
    let (sandbox, client, _) = start_with([]).await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        tasks.spawn(async move { client.contact_card().ensure(NUMBER, "Ann").await });
    }
    let mut created = 0;
    for done in tasks.join_all().await {
        match done {
            Ok(Ensured::Created { .. }) => created += 1,
            Ok(Ensured::Unchanged { card, .. }) => assert_eq!(card.first_name, "Ann"),
            Ok(other) => panic!("{other:?}"),
            Err(error) => assert!(error.is_rate_limited(), "{error}"),
        }
    }
    assert_eq!(created, 1);
    assert!((1..=3).contains(&writes(&sandbox)), "{}", writes(&sandbox));
    assert_eq!(sandbox.cards().len(), 1);
}

/// Two processes, of which neither knows what the other sends.
#[tokio::test]
async fn two_processes_that_want_the_same_both_succeed() {
    let (sandbox, client, clock) = start_with([]).await;
    let other = builder(&sandbox).clock(clock).build().unwrap();
    // Both have read before either writes.
    sandbox.misbehave(
        Fault::status(200)
            .json(serde_json::json!({"contact_cards": []}))
            .on("GET")
            .times(2),
    );
    let (one, two) = tokio::join!(
        client.contact_card().ensure(NUMBER, "Ann").into_future(),
        other.contact_card().ensure(NUMBER, "Ann").into_future(),
    );
    let created = [one.unwrap(), two.unwrap()]
        .iter()
        .filter(|ensured| matches!(ensured, Ensured::Created { .. }))
        .count();
    assert_eq!(created, 1);
    assert_eq!(writes(&sandbox), 2);
}

#[tokio::test]
async fn the_next_run_completes_a_dropped_ensure() {
    for requests in 1..=2 {
        let (sandbox, client, _) = start_with([]).await;
        let ensure = || client.contact_card().ensure(NUMBER, "Ann").into_future();
        let stalled = if requests == 1 { "GET" } else { "POST" };
        sandbox.misbehave(Fault::stall().after_applying().on(stalled));
        tokio::select! {
            done = ensure() => panic!("{done:?}"),
            () = sandbox.wait_for_requests(requests) => {}
        }
        ensure().await.unwrap();
        let again = ensure().await.unwrap();
        assert!(matches!(again, Ensured::Unchanged { .. }));
        let card = Card {
            first_name: "Ann".into(),
            last_name: None,
            image_url: None,
            ..Card::example()
        };
        assert_eq!(sandbox.cards(), [card]);
    }
}
