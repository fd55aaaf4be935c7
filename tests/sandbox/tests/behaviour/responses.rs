//! Reads, errors, and what every response has.

use std::collections::HashSet;
use std::time::Duration;

use linq_sandbox::{Card, Fault, Sandbox};
use serde_json::json;

use crate::client::{CONTACT_CARD, client, get, header, json_of, status_and_code, trace_id};

#[tokio::test]
async fn it_starts_with_the_card_of_the_reference() {
    let sandbox = Sandbox::start().await.unwrap();
    let card = json!({
        "phone_number": "+15551234567",
        "first_name": "John",
        "last_name": "Doe",
        "image_url": "https://cdn.linqapp.com/contact-card/example.jpg",
        "is_active": true
    });
    for path in [CONTACT_CARD, "/v3/contact_card?phone_number=%2B15551234567"] {
        let response = get(&sandbox, path).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        trace_id(&response);
        assert_eq!(json_of(response).await, json!({"contact_cards": [card]}));
    }
}

#[tokio::test]
async fn a_number_without_a_card_has_an_empty_list() {
    let sandbox = Sandbox::start().await.unwrap();
    let response = get(&sandbox, "/v3/contact_card?phone_number=%2B15550000000").await;
    assert_eq!(response.status(), 200);
    assert_eq!(json_of(response).await, json!({"contact_cards": []}));
}

#[tokio::test]
async fn only_one_number_in_e164_format_selects_a_card() {
    let sandbox = Sandbox::start().await.unwrap();
    for (query, code) in [
        ("phone_number", 1002),
        ("phone_number=+15551234567", 1002),
        ("phone_number=15551234567", 1002),
        ("phone_number=%FF", 1002),
        (
            "phone_number=%2B15551234567&phone_number=%2B15551234567",
            1005,
        ),
    ] {
        let response = get(&sandbox, &format!("{CONTACT_CARD}?{query}")).await;
        assert_eq!(status_and_code(response).await, (400, code), "{query}");
    }
    let all = get(&sandbox, &format!("{CONTACT_CARD}?unknown=1")).await;
    assert_eq!(json_of(all).await["contact_cards"][0]["first_name"], "John");
}

#[tokio::test]
async fn the_cards_can_be_replaced() {
    let sandbox = Sandbox::start().await.unwrap();
    let jane = Card {
        first_name: "Jane".into(),
        last_name: None,
        image_url: None,
        is_active: false,
        ..Card::example()
    };
    sandbox.set_cards([jane.clone()]);
    assert_eq!(sandbox.cards(), [jane]);
    assert_eq!(
        json_of(get(&sandbox, CONTACT_CARD).await).await,
        json!({"contact_cards": [
            {"phone_number": "+15551234567", "first_name": "Jane", "is_active": false}
        ]})
    );
}

#[tokio::test]
async fn an_error_has_the_documented_body() {
    let sandbox = Sandbox::start().await.unwrap();
    let response = get(&sandbox, "/v3/contact_card?phone_number=+15551234567").await;
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    let trace_id = trace_id(&response);
    assert_eq!(
        json_of(response).await,
        json!({
            "success": false,
            "error": {
                "status": 400,
                "code": 1002,
                "message": "Phone number must be in E.164 format"
            },
            "trace_id": trace_id
        })
    );
}

#[tokio::test]
async fn only_its_own_key_is_accepted() {
    let sandbox = Sandbox::builder().api_key("the-key").start().await.unwrap();
    let url = format!("{}{CONTACT_CARD}", sandbox.base_url());
    for (authorization, status) in [
        ("Bearer the-key", 200),
        ("bearer the-key", 200),
        ("Bearer the-ke", 401),
        ("Bearer the-key2", 401),
        ("Bearer THE-KEY", 401),
        ("Bearer sandbox-api-key", 401),
        ("the-key", 401),
        ("", 401),
    ] {
        let request = client().get(&url).header("authorization", authorization);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{authorization:?}");
    }

    let response = client().get(&url).send().await.unwrap();
    assert_eq!(status_and_code(response).await, (401, 2004));
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = client()
        .post(format!("{}{CONTACT_CARD}", sandbox.base_url()))
        .bearer_auth(sandbox.api_key())
        .body(vec![b'x'; 3_000_000]);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(response.text().await.unwrap(), "413 Payload Too Large");
    assert_eq!(sandbox.requests()[0].body.len(), 1_048_576);
}

#[tokio::test]
async fn every_response_has_a_trace_id_of_its_own() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(502).body("<h1>Bad Gateway</h1>"));
    sandbox.misbehave(Fault::error(500, 3006, "Internal server error"));
    sandbox.misbehave(Fault::none().drip(7, Duration::ZERO));
    let mut ids = HashSet::new();
    for path in [
        CONTACT_CARD,
        CONTACT_CARD,
        CONTACT_CARD,
        CONTACT_CARD,
        "/v3/nothing",
    ] {
        ids.insert(trace_id(&get(&sandbox, path).await));
    }
    assert_eq!(ids.len(), 5);
}
