//! Sharing cards.

use std::time::Duration;

use linq_sandbox::{Card, EXAMPLE_CHAT_ID, Sandbox};
use reqwest::Response;
use serde_json::Value;

use crate::client::{header, send, status_and_code};
use crate::time::Time;

async fn share(sandbox: &Sandbox, chat: &str) -> Response {
    let path = format!("/v3/chats/{chat}/share_contact_card");
    send(sandbox, "POST", &path, &Value::Null).await
}

#[tokio::test]
async fn a_chat_gets_one_share_in_five_minutes() {
    let time = Time::default();
    let other = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let sandbox = Sandbox::builder()
        .chats([(EXAMPLE_CHAT_ID, "+15551234567"), (other, "+15551234567")])
        .clock(time.clock())
        .start()
        .await
        .unwrap();
    assert_eq!(share(&sandbox, EXAMPLE_CHAT_ID).await.status(), 204);
    time.advance(Duration::from_millis(299_500));
    let response = share(&sandbox, &EXAMPLE_CHAT_ID.to_uppercase()).await;
    assert_eq!(header(&response, "retry-after"), Some("1"));
    assert_eq!(status_and_code(response).await, (429, 1007));
    assert_eq!(share(&sandbox, other).await.status(), 204);
    time.advance(Duration::from_secs(1));
    assert_eq!(share(&sandbox, EXAMPLE_CHAT_ID).await.status(), 204);
}

#[tokio::test]
async fn what_cannot_be_shared_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for (chat, refusal) in [
        ("chat-1", (400, 1005)),
        ("%FF", (400, 1005)),
        ("550e8400e29b41d4a716446655440000", (400, 1005)),
        ("00000000-0000-0000-0000-000000000000", (404, 2001)),
    ] {
        let response = share(&sandbox, chat).await;
        assert_eq!(status_and_code(response).await, refusal, "{chat}");
    }
    let inactive = Card {
        is_active: false,
        ..Card::example()
    };
    for cards in [vec![inactive], vec![]] {
        sandbox.set_cards(cards);
        let response = share(&sandbox, EXAMPLE_CHAT_ID).await;
        assert_eq!(status_and_code(response).await, (404, 2012));
    }
    sandbox.set_chats([("00000000-0000-0000-0000-000000000000", "+15551234567")]);
    let response = share(&sandbox, EXAMPLE_CHAT_ID).await;
    assert_eq!(status_and_code(response).await, (404, 2001));
}
