//! Paginated lists: every item once and in order, whatever fails in between.

use std::future::ready;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use linq::Client;
use linq::chats::Chat;
use linq_gen::operations::ALL;
use linq_sandbox::{Fault, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::operations;
use crate::spec::{resolved, spec};
use crate::support::{TestClock, builder, start};

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A page with these items of a list.
fn page(items: impl IntoIterator<Item = usize>, next_cursor: impl Into<Value>) -> Fault {
    let chats: Vec<_> = items
        .into_iter()
        .map(|item| json!({"id": id(item), "handles": []}))
        .collect();
    Fault::status(200).json(json!({"chats": chats, "next_cursor": next_cursor.into()}))
}

fn ids<'a>(chats: impl IntoIterator<Item = &'a Chat>) -> Vec<String> {
    chats.into_iter().map(|chat| chat.id.to_string()).collect()
}

fn expected(items: impl IntoIterator<Item = usize>) -> Vec<String> {
    items.into_iter().map(id).collect()
}

/// The cursors that were sent, one for each request.
fn cursors(sandbox: &Sandbox) -> Vec<Option<String>> {
    let requests = sandbox.requests();
    let cursor = |query: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, cursor) = pairs.find(|(name, _)| *name == "cursor")?;
        Some(cursor.to_owned())
    };
    requests
        .iter()
        .map(|request| cursor(request.query.as_deref().unwrap_or_default()))
        .collect()
}

fn some(cursors: &[&str]) -> Vec<Option<String>> {
    cursors
        .iter()
        .map(|cursor| (!cursor.is_empty()).then(|| (*cursor).to_owned()))
        .collect()
}

#[tokio::test]
async fn awaiting_a_list_returns_its_first_page() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..2, "c1"));
    let first = client.chats().list().await.unwrap();
    assert_eq!(ids(&first.chats), expected(0..2));
    assert_eq!(first.next_cursor.as_deref(), Some("c1"));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn a_list_ends_without_a_next_cursor() {
    for last in [
        page(2..3, Value::Null),
        page(2..3, ""),
        Fault::status(200).json(json!({"chats": [{"id": id(2), "handles": []}]})),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(page(0..1, "c1"));
        sandbox.misbehave(page(0..0, "c2"));
        sandbox.misbehave(page(1..2, "c3"));
        sandbox.misbehave(last);
        let chats: Vec<_> = client.chats().list().stream().try_collect().await.unwrap();
        assert_eq!(ids(&chats), expected(0..3));
        assert_eq!(cursors(&sandbox), some(&["", "c1", "c2", "c3"]));
    }
}

#[tokio::test]
async fn pages_are_returned_as_the_service_sends_them() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..2, "c1"));
    sandbox.misbehave(page(0..0, "c2"));
    sandbox.misbehave(page(2..3, Value::Null));
    let pages: Vec<_> = client.chats().list().pages().try_collect().await.unwrap();
    let sizes: Vec<_> = pages.iter().map(|page| page.chats.len()).collect();
    assert_eq!(sizes, [2, 0, 1]);
    assert_eq!(pages[1].next_cursor.as_deref(), Some("c2"));
}

#[tokio::test]
async fn every_page_has_the_filters_and_options_of_the_first() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..1, "a b"));
    sandbox.misbehave(page(1..2, "é&limit=1"));
    sandbox.misbehave(page(2..3, Value::Null));
    let list = client
        .chats()
        .list()
        .from("+15551234567")
        .to("ann@example.com");
    let list = list.limit(7).header("x-team", "blue").query("tenant", "1");
    let chats: Vec<_> = list.cursor("start").stream().try_collect().await.unwrap();
    assert_eq!(chats.len(), 3);
    let requests = sandbox.requests();
    let queries: Vec<_> = requests
        .iter()
        .filter_map(|it| it.query.as_deref())
        .collect();
    let rest = "from=%2B15551234567&limit=7&to=ann%40example.com&tenant=1";
    assert_eq!(
        queries,
        [
            format!("cursor=start&{rest}"),
            format!("cursor=a+b&{rest}"),
            format!("cursor=%C3%A9%26limit%3D1&{rest}"),
        ]
    );
    for request in requests {
        assert_eq!(request.headers["x-team"], "blue");
    }
}

#[tokio::test]
async fn each_page_has_its_own_retries() {
    let (sandbox, client, _) = start().await;
    for number in 0..4 {
        sandbox.misbehave(Fault::status(503).times(2));
        let next = (number < 3).then(|| format!("c{number}"));
        sandbox.misbehave(page(number..number + 1, next));
    }
    let chats: Vec<_> = client.chats().list().stream().try_collect().await.unwrap();
    assert_eq!(ids(&chats), expected(0..4));
    assert_eq!(sandbox.requests().len(), 12);

    sandbox.misbehave(page(0..1, "c1"));
    sandbox.misbehave(Fault::status(503));
    let list = client.chats().list().max_retries(0);
    let chats: Vec<_> = list.stream().collect().await;
    assert!(matches!(chats.as_slice(), [Ok(_), Err(error)] if error.attempts() == 1));
}

#[tokio::test]
async fn each_page_has_its_own_deadline() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = TestClock::new();
    let client = builder(&sandbox).clock(clock.clone()).max_retries(0);
    let client = client.timeout(Duration::from_secs(1)).build().unwrap();
    sandbox.misbehave(page(0..1, "c1"));
    sandbox.misbehave(Fault::stall());
    let mut pages = client.chats().list().pages();
    assert!(pages.next().await.unwrap().is_ok());
    let arrived = async {
        sandbox.wait_for_requests(2).await;
        clock.expire_timeouts();
    };
    let (page, ()) = tokio::join!(pages.next(), arrived);
    assert!(page.unwrap().unwrap_err().is_timeout());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn after_an_error_the_stream_ends() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..2, "c1"));
    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    let mut chats = client.chats().list().stream();
    assert!(chats.next().await.unwrap().is_ok());
    assert!(chats.next().await.unwrap().is_ok());
    assert!(chats.next().await.unwrap().unwrap_err().is_permission());
    assert!(chats.next().await.is_none());
    assert!(chats.next().await.is_none());
    assert_eq!(sandbox.requests().len(), 2);
}

/// Only the last cursor is needed.
#[tokio::test]
async fn a_list_can_be_resumed_after_an_error() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..2, "c1"));
    sandbox.misbehave(page(2..3, "c2"));
    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    sandbox.misbehave(page(3..5, Value::Null));
    let (mut cursor, mut chats) = (None, Vec::new());
    let mut pages = client.chats().list().pages();
    while let Some(Ok(page)) = pages.next().await {
        cursor = page.next_cursor;
        chats.extend(page.chats);
    }
    let rest = client.chats().list().cursor(cursor.unwrap());
    let rest: Vec<_> = rest.stream().try_collect().await.unwrap();
    chats.extend(rest);
    assert_eq!(ids(&chats), expected(0..5));
    assert_eq!(cursors(&sandbox), some(&["", "c1", "c2", "c2"]));
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error() {
    // The cursor that each page returns, and how many pages arrive before the error.
    for (next_cursors, pages) in [
        (&["c1", "c1"][..], 2),
        (&["c1", "c2", "c1"], 3),
        (&["c1", "c2", "c3", "c2"], 4),
        (&["start"], 1),
    ] {
        let (sandbox, client, _) = start().await;
        for (number, cursor) in next_cursors.iter().enumerate() {
            sandbox.misbehave(page(number..number + 1, *cursor));
        }
        let list = client.chats().list().cursor("start");
        let chats: Vec<_> = list.stream().collect().await;
        let (error, chats) = chats.split_last().unwrap();
        let error = error.as_ref().unwrap_err();
        assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
        assert!(error.to_string().contains("would never end"), "{error}");
        assert!(error.trace_id().is_some() && error.write_outcome().is_none());
        let chats = chats.iter().map(|chat| chat.as_ref().unwrap());
        assert_eq!(ids(chats), expected(0..pages));
        assert_eq!(sandbox.requests().len(), pages);
    }
}

#[tokio::test]
async fn nothing_is_requested_before_it_is_polled() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..2, "c1"));
    let mut chats = client.chats().list().stream();
    assert_eq!(sandbox.requests().len(), 0);
    chats.try_next().await.unwrap();
    chats.try_next().await.unwrap();
    assert_eq!(sandbox.requests().len(), 1);
    drop(chats);
    tokio::task::yield_now().await;
    assert_eq!(sandbox.requests().len(), 1);
}

/// Dropping the stream cancels the request in flight.
#[tokio::test]
async fn a_dropped_stream_sends_nothing_more() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page(0..1, "c1"));
    sandbox.misbehave(Fault::stall());
    let chats = client.chats().list().stream();
    let mut chats = chats.take_until(Box::pin(async { sandbox.wait_for_requests(2).await }));
    assert!(chats.next().await.unwrap().is_ok());
    assert!(chats.next().await.is_none());
    drop(chats);
    client.phone_numbers().list().await.unwrap();
    let paths: Vec<_> = sandbox.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(
        paths.iter().filter(|path| path.ends_with("/chats")).count(),
        2
    );
}

#[tokio::test]
async fn a_cursor_may_have_8192_bytes() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(page([], Value::Null).always());
    let request = |bytes| client.chats().list().cursor("c".repeat(bytes));
    request(8_192).await.unwrap();
    assert!(request(8_193).await.unwrap_err().is_invalid_input());
    assert_eq!(cursors(&sandbox), [Some("c".repeat(8_192))]);
}

#[tokio::test]
async fn an_invalid_argument_is_the_only_item() {
    let (sandbox, client, _) = start().await;
    let list = || client.chats().list();
    for list in [
        list().limit(0),
        list().limit(101),
        list().limit(u32::MAX),
        list().cursor(""),
        list().cursor("c".repeat(8_193)),
        list().from("555"),
        list().query("cursor", "c1"),
        list().timeout(Duration::ZERO),
    ] {
        let chats: Vec<_> = list.stream().collect().await;
        let [Err(error)] = chats.as_slice() else {
            panic!("{chats:?}")
        };
        assert!(error.is_invalid_input(), "{error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

/// Any task may poll it, and it needs no pinning.
#[test]
fn a_stream_is_send_and_unpin() {
    fn check(_: impl Send + Unpin + 'static) {}
    let client = Client::new("key").unwrap();
    check(client.chats().list().stream());
    check(client.chats().list().pages());
}

/// The tests above use one operation; this covers all paginated ones of the contract.
#[tokio::test]
async fn every_paginated_operation_is_a_stream() {
    let spec = spec();
    for call in operations::all() {
        let (sandbox, client, _) = start().await;
        let operation = ALL.iter().find(|it| it.id == call.id).unwrap();
        let count = call.count(&client);
        assert_eq!(
            count.is_some(),
            operation.pagination.is_some(),
            "{}",
            call.id
        );
        let (Some(count), Some(pagination)) = (count, operation.pagination) else {
            continue;
        };
        let node = &spec["paths"][operation.path][operation.method.to_lowercase()];
        let success = resolved(&spec, &node["responses"]["200"]);
        let mut page = success["content"]["application/json"]["example"].clone();
        let items = page[pagination.items].as_array().unwrap().len();
        page[pagination.next] = "c1".into();
        sandbox.misbehave(Fault::status(200).json(page.clone()));
        page[pagination.next] = Value::Null;
        sandbox.misbehave(Fault::status(200).json(page));
        assert_eq!(count.await.unwrap(), 2 * items);
        let query = sandbox.requests().pop().unwrap().query.unwrap();
        let cursor = format!("{}=c1", pagination.parameter);
        assert!(query.split('&').any(|pair| pair == cursor), "{query}");
    }
}

/// A page, and the faults before it.
#[derive(Clone, Debug)]
struct Step {
    size: usize,
    faults: Vec<usize>,
}

fn fault(kind: usize) -> Fault {
    match kind {
        0 => Fault::cut(),
        1 => page(0..1, Value::Null).cut_after(20),
        2 => Fault::status(502).body("<h1>Bad Gateway</h1>"),
        3 => Fault::error(500, 3006, "Internal server error"),
        4 => Fault::error(429, 1007, "Rate limit exceeded").retry_after(30),
        _ => Fault::status(408),
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let faults = prop::collection::vec(0..6_usize, 0..=2);
    let step = (0..6_usize, faults).prop_map(|(size, faults)| Step { size, faults });
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_item_is_returned_once_and_in_order(steps in steps(), fails_at in prop::option::of(0..12_usize)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (chats, requests) = runtime.block_on(streamed(&steps, fails_at));
        let fails_at = fails_at.filter(|at| *at < steps.len());
        let arrived = &steps[..fails_at.unwrap_or(steps.len())];
        let items: usize = arrived.iter().map(|step| step.size).sum();
        let attempts: usize = arrived.iter().map(|step| step.faults.len() + 1).sum();
        prop_assert_eq!(ids(chats.iter().flatten()), expected(0..items));
        prop_assert_eq!(chats.len(), items + usize::from(fails_at.is_some()));
        prop_assert_eq!(chats.last().is_some_and(Result::is_err), fails_at.is_some());
        prop_assert_eq!(requests, attempts + 3 * usize::from(fails_at.is_some()));
    }
}

/// Streams a list of such pages; if it is to fail at one of them, for good.
async fn streamed(steps: &[Step], fails_at: Option<usize>) -> (Vec<linq::Result<Chat>>, usize) {
    let (sandbox, client, _) = start().await;
    let mut item = 0;
    for (number, step) in steps.iter().enumerate() {
        if fails_at == Some(number) {
            sandbox.misbehave(Fault::status(500).always());
        }
        for kind in &step.faults {
            sandbox.misbehave(fault(*kind));
        }
        let next = (number + 1 < steps.len()).then(|| format!("c{number}"));
        sandbox.misbehave(page(item..item + step.size, next));
        item += step.size;
    }
    let chats = client.chats().list().stream();
    // One by one, like a consumer that awaits between them.
    let chats = chats.then(ready).collect().await;
    (chats, sandbox.requests().len())
}
