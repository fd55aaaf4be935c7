//! Chats, and the pages in which they are listed.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use linq_sandbox::{Chat, EXAMPLE_CHAT_ID, Sandbox};
use serde_json::Value;

use crate::client::{get, json_of, status_and_code};

const CHATS: &str = "/v3/chats";
const FIRST: &str = "+15551234567";
const SECOND: &str = "+15552345678";

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A sandbox with so many chats, on two lines by turns, every third with Ann.
async fn with_chats(count: usize) -> Sandbox {
    let chats = (0..count).map(|number| {
        let line = [FIRST, SECOND][number % 2];
        let with = ["ann@example.com", "+15557654321", "+15557654322"][number % 3];
        Chat::new(id(number), line).handles([with])
    });
    let sandbox = Sandbox::builder().chats(chats).start().await.unwrap();
    sandbox.enforce_budgets(false);
    sandbox
}

/// The ids on a page, and its cursor as it continues a query.
async fn page(sandbox: &Sandbox, query: &str) -> (Vec<String>, Option<String>) {
    let page = json_of(get(sandbox, &format!("{CHATS}?{query}")).await).await;
    let chats = page["chats"].as_array().unwrap().iter();
    let ids = chats.map(|chat| chat["id"].as_str().unwrap().to_owned());
    let next = page["next_cursor"].as_str();
    (ids.collect(), next.map(|next| format!("cursor={next}")))
}

#[tokio::test]
async fn pages_of_any_size_list_each_chat_once_in_order() {
    for count in [0, 1, 2, 5, 12] {
        let sandbox = with_chats(count).await;
        let all: Vec<_> = (0..count).map(id).collect();
        for limit in 1..=count + 1 {
            let mut seen = Vec::new();
            let mut cursor = Some(String::new());
            while let Some(from) = cursor.take() {
                let query = format!("limit={limit}&{from}");
                let (ids, next) = page(&sandbox, &query).await;
                assert!(ids.len() <= limit && (count == 0 || !ids.is_empty()));
                seen.extend(ids);
                cursor = next;
            }
            assert_eq!(seen, all, "{count} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_has_twenty_chats_by_default() {
    let sandbox = with_chats(21).await;
    let (first, next) = page(&sandbox, "").await;
    assert_eq!(first.len(), 20);
    assert_eq!(page(&sandbox, &next.unwrap()).await, (vec![id(20)], None));
}

#[tokio::test]
async fn chats_can_be_filtered_by_line_and_person() {
    let sandbox = with_chats(12).await;
    for (query, expected) in [
        ("from=%2B15552345678", vec![1, 3, 5, 7, 9, 11]),
        ("to=ann@example.com", vec![0, 3, 6, 9]),
        ("to=Ann@Example.com&from=%2B15552345678", vec![3, 9]),
        ("to=%2B15550000000", vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(id).collect();
        assert_eq!(page(&sandbox, query).await.0, expected, "{query}");
        let (mut seen, mut next) = page(&sandbox, &format!("limit=1&{query}")).await;
        while let Some(cursor) = next {
            let (more, following) = page(&sandbox, &format!("limit=1&{query}&{cursor}")).await;
            seen.extend(more);
            next = following;
        }
        assert_eq!(seen, expected, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_filters_and_cannot_be_forged() {
    let sandbox = with_chats(12).await;
    let (_, next) = page(&sandbox, "limit=2&from=%2B15551234567").await;
    let next = next.unwrap();
    let other = if next.ends_with('A') { "B" } else { "A" };
    let forged = format!("{}{other}", &next[..next.len() - 1]);
    for query in [
        next.as_str(),
        &format!("{next}&from=%2B15552345678"),
        &format!("{forged}&from=%2B15551234567"),
        "cursor=",
        "cursor=MDAwMDAwMDA",
        "cursor=%FF",
        "limit=0",
        "limit=101",
        "limit=ten",
        "limit=1&limit=2",
    ] {
        let response = get(&sandbox, &format!("{CHATS}?{query}")).await;
        assert_eq!(status_and_code(response).await, (400, 1005), "{query}");
    }
    let response = get(&sandbox, &format!("{CHATS}?from=555")).await;
    assert_eq!(status_and_code(response).await, (400, 1002));
}

#[tokio::test]
async fn a_chat_is_found_by_its_id() {
    let sandbox = Sandbox::start().await.unwrap();
    let chat = json_of(get(&sandbox, &format!("{CHATS}/{EXAMPLE_CHAT_ID}")).await).await;
    assert_eq!(chat["id"], EXAMPLE_CHAT_ID);
    let handles = chat["handles"].as_array().unwrap().iter();
    let handles: Vec<&Value> = handles.map(|handle| &handle["handle"]).collect();
    assert_eq!(handles, [FIRST, "+15557654321"]);
    for (id, refusal) in [("chat-1", (400, 1005)), (id(1).as_str(), (404, 2001))] {
        let response = get(&sandbox, &format!("{CHATS}/{id}")).await;
        assert_eq!(status_and_code(response).await, refusal, "{id}");
    }
}
