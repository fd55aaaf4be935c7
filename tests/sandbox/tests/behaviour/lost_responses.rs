//! Writes that are applied although their response is lost.

use std::time::Duration;

use linq_sandbox::{Card, Fault, Sandbox};
use serde_json::json;
use tokio::time::timeout;

use crate::client::{CONTACT_CARD, EXAMPLE_CARD, client, code, get};

fn rename(sandbox: &Sandbox) -> reqwest::RequestBuilder {
    client()
        .patch(format!("{}{EXAMPLE_CARD}", sandbox.base_url()))
        .bearer_auth(sandbox.api_key())
        .body(r#"{"first_name":"Jane"}"#)
}

#[tokio::test]
async fn a_cut_write_is_applied_only_if_asked() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::cut());
    assert!(rename(&sandbox).send().await.is_err());
    assert_eq!(sandbox.cards(), [Card::example()]);

    sandbox.misbehave(Fault::cut().after_applying());
    assert!(rename(&sandbox).send().await.is_err());
    assert_eq!(sandbox.cards()[0].first_name, "Jane");
}

#[tokio::test]
async fn a_stalled_write_can_be_applied() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::stall().after_applying());
    let request = tokio::spawn(rename(&sandbox).send());
    sandbox.wait_for_requests(1).await;
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
    assert_eq!(sandbox.cards()[0].first_name, "Jane");
    assert!(!request.is_finished());
    drop(sandbox);
    assert!(request.await.unwrap().is_err());
}

#[tokio::test]
async fn an_applied_write_can_get_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let error = Fault::error(500, 3006, "Internal server error");
    sandbox.misbehave(error.after_applying());
    let name = json!({"first_name": "Jane"});
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 3006);
    assert_eq!(sandbox.cards()[0].first_name, "Jane");
}

#[tokio::test(start_paused = true)]
async fn an_applied_write_can_get_a_late_response() {
    let sandbox = Sandbox::start().await.unwrap();
    let late = Fault::none().delay(Duration::from_secs(3_600));
    sandbox.misbehave(late.after_applying());
    let early = timeout(Duration::from_secs(60), rename(&sandbox).send()).await;
    assert!(early.is_err());
    assert_eq!(sandbox.cards()[0].first_name, "Jane");
}
