//! Requests are futures wherever one is needed.

use futures_util::future::{join_all, try_join};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use linq::{Client, Result};
use linq_sandbox::{Card, Sandbox};
use tokio::task::JoinSet;

use crate::support::{builder, start};

const NUMBERS: [&str; 2] = ["+15551234567", "+15557654321"];

/// The number of the card, if there is one.
fn number(card: Result<Option<linq::ContactCard>>) -> Option<String> {
    card.unwrap().map(|card| card.phone_number)
}

fn expected() -> [Option<String>; 2] {
    [Some(NUMBERS[0].to_owned()), None]
}

fn gets(client: &Client) -> [linq::Request<linq::contact_card::Get>; 2] {
    NUMBERS.map(|number| client.contact_card().get(number))
}

#[tokio::test]
async fn a_request_is_selected_and_limited_as_it_is() {
    let (_sandbox, client, _) = start().await;
    let retrieve = || client.contact_card().retrieve();
    let cards = tokio::select! {
        cards = retrieve() => cards,
        () = std::future::pending() => unreachable!(),
    };
    assert_eq!(cards.unwrap().contact_cards.len(), 1);
    let patience = std::time::Duration::from_secs(60);
    let cards = tokio::time::timeout(patience, retrieve()).await.unwrap();
    assert_eq!(cards.unwrap().contact_cards.len(), 1);

    // By reference, such as in a loop.
    let mut request = retrieve().into_future();
    tokio::select! {
        biased;
        () = std::future::ready(()) => {}
        _ = &mut request => unreachable!(),
    }
    assert_eq!(request.await.unwrap().contact_cards.len(), 1);
}

#[tokio::test]
async fn many_requests_are_joined() {
    let (_sandbox, client, _) = start().await;
    let cards = join_all(gets(&client).map(IntoFuture::into_future)).await;
    assert_eq!(Vec::from_iter(cards.into_iter().map(number)), expected());

    let [first, second] = gets(&client);
    let (first, second) = tokio::join!(first.into_future(), second.into_future());
    assert_eq!([number(first), number(second)], expected());

    let [first, second] = gets(&client);
    let both = try_join(first.into_future(), second.into_future()).await;
    assert!(both.is_ok());

    let unordered = FuturesUnordered::from_iter(gets(&client).map(IntoFuture::into_future));
    let mut numbers: Vec<_> = unordered.map(number).collect().await;
    numbers.sort();
    assert_eq!(numbers, [None, Some(NUMBERS[0].to_owned())]);
}

#[tokio::test]
async fn requests_run_in_tasks_of_their_own() {
    let (_sandbox, client, _) = start().await;
    let [first, second] = gets(&client);
    let first = tokio::spawn(first.into_future()).await.unwrap();
    let second = tokio::spawn(async { second.await }).await.unwrap();
    assert_eq!([number(first), number(second)], expected());

    let mut tasks = JoinSet::new();
    for get in gets(&client) {
        // The whole response.
        tasks.spawn(get.send());
    }
    for response in tasks.join_all().await {
        assert!(response.unwrap().trace_id().is_some());
    }
    let ensure = client.contact_card().ensure(NUMBERS[1], "Ann");
    let run = client.contact_card().ensure_all([ensure]);
    let reports = tokio::spawn(run.into_future()).await.unwrap();
    assert!(reports[0].result.is_ok());
}

#[test]
fn a_runtime_blocks_on_a_request() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = Sandbox::builder().cards([Card::example()]).start();
    let sandbox = runtime.block_on(sandbox).unwrap();
    let client = builder(&sandbox).build().unwrap();
    let cards = runtime.block_on(client.contact_card().retrieve().into_future());
    assert_eq!(cards.unwrap().contact_cards.len(), 1);
    let response = runtime.block_on(client.contact_card().retrieve().send());
    assert_eq!(response.unwrap().attempts(), 1);
}
