//! Failures of the system behind the API.

use std::time::Duration;

use linq_sandbox::{Card, Sandbox};
use serde_json::{Value, json};

use crate::client::{
    CONTACT_CARD, EXAMPLE_CARD, SHARE, code, header, json_of, send, status_and_code,
};
use crate::time::Time;

const NUMBER: &str = "+15551234567";

fn inactive(card: Card) -> Card {
    Card {
        is_active: false,
        ..card
    }
}

#[tokio::test]
async fn a_change_during_an_upstream_limit_deactivates_the_card() {
    let time = Time::default();
    let builder = Sandbox::builder().clock(time.clock());
    let sandbox = builder.start().await.unwrap();
    sandbox.limit_upstream(NUMBER, Duration::from_secs(240));
    let name = json!({"first_name": "Jane"});
    let response = send(&sandbox, "PATCH", EXAMPLE_CARD, &name).await;
    assert_eq!(response.status(), 503);
    assert_eq!(header(&response, "retry-after"), None);
    let error = json_of(response).await["error"].take();
    assert_eq!(error["code"], 4004);
    assert_eq!(error.get("retry_after"), None);
    assert_eq!(sandbox.cards(), [inactive(Card::example())]);

    let share = send(&sandbox, "POST", SHARE, &Value::Null).await;
    assert_eq!(status_and_code(share).await, (404, 2012));
    time.advance(Duration::from_secs(240));
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 2012);
    let card = json!({"phone_number": NUMBER, "first_name": "John"});
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 0);
    assert!(sandbox.cards()[0].is_active);
}

#[tokio::test]
async fn each_attempt_restarts_an_upstream_limit() {
    let time = Time::default();
    let builder = Sandbox::builder().cards([]).clock(time.clock());
    let sandbox = builder.start().await.unwrap();
    sandbox.limit_upstream(NUMBER, Duration::from_secs(240));
    let card = json!({"phone_number": NUMBER, "first_name": "Jane"});
    for _ in 0..2 {
        time.advance(Duration::from_secs(239));
        assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 4004);
    }
    assert_eq!(sandbox.cards(), []);
    time.advance(Duration::from_secs(240));
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 0);
}

#[tokio::test]
async fn repeating_an_incomplete_write_completes_it() {
    let sandbox = Sandbox::builder().cards([]).start().await.unwrap();
    let card = json!({"phone_number": NUMBER, "first_name": "Joan"});
    sandbox.leave_incomplete(NUMBER, 1);
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 2022);
    assert!(!sandbox.cards()[0].is_active);
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 0);
    assert!(sandbox.cards()[0].is_active);

    let sandbox = Sandbox::start().await.unwrap();
    let name = json!({"first_name": "Jane"});
    sandbox.leave_incomplete(NUMBER, 1);
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 2022);
    assert_eq!(sandbox.cards(), [Card::example()]);
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    assert_eq!(sandbox.cards()[0].first_name, "Jane");
}

#[tokio::test]
async fn repeating_a_set_up_that_was_not_applied_applies_it() {
    let sandbox = Sandbox::builder().cards([]).start().await.unwrap();
    sandbox.leave_inactive(NUMBER, 1);
    let card = json!({"phone_number": NUMBER, "first_name": "Joan"});
    let response = send(&sandbox, "POST", CONTACT_CARD, &card).await;
    assert_eq!(response.status(), 200);
    let stored = json!({"phone_number": NUMBER, "first_name": "Joan", "is_active": false});
    assert_eq!(json_of(response).await, stored);
    let share = send(&sandbox, "POST", SHARE, &Value::Null).await;
    assert_eq!(status_and_code(share).await, (404, 2012));

    let response = send(&sandbox, "POST", CONTACT_CARD, &card).await;
    assert_eq!(json_of(response).await["is_active"], true);
    let share = send(&sandbox, "POST", SHARE, &Value::Null).await;
    assert_eq!(share.status(), 204);
}

#[tokio::test]
async fn a_change_that_is_not_applied_is_stored_inactive() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.leave_inactive(NUMBER, 1);
    let name = json!({"first_name": "Jane"});
    let response = send(&sandbox, "PATCH", EXAMPLE_CARD, &name).await;
    assert_eq!(response.status(), 200);
    let answer = json_of(response).await;
    assert_eq!(
        (&answer["first_name"], &answer["is_active"]),
        (&json!("Jane"), &json!(false))
    );
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 2012);
}
