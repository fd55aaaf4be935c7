//! Lines, and the cards that they can have.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use linq_sandbox::{Card, EXAMPLE_LINE_ID, Line, Sandbox};
use serde_json::{Value, json};

use crate::client::{CONTACT_CARD, code, get, json_of, send, status_and_code};

const LINES: &str = "/v3/phone_numbers";
const OTHER: &str = "+15557654321";

async fn numbers(sandbox: &Sandbox) -> Vec<String> {
    let lines = json_of(get(sandbox, LINES).await).await;
    let lines = lines["phone_numbers"].as_array().unwrap().iter();
    lines
        .map(|line| line["phone_number"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_forwarding_number_is_set_and_cleared() {
    let sandbox = Sandbox::start().await.unwrap();
    let path = format!("{LINES}/{EXAMPLE_LINE_ID}");
    for (given, stored) in [
        (json!(OTHER), json!(OTHER)),
        (json!(""), Value::Null),
        (json!(OTHER), json!(OTHER)),
        (Value::Null, Value::Null),
    ] {
        let body = json!({"forwarding_number": given});
        let updated = json_of(send(&sandbox, "PUT", &path, &body).await).await;
        assert_eq!(updated["forwarding_number"], stored);
        let lines = json_of(get(&sandbox, LINES).await).await;
        assert_eq!(lines["phone_numbers"][0]["forwarding_number"], stored);
        assert_eq!(lines["phone_numbers"][0]["reputation"]["status"], "HEALTHY");
    }
}

#[tokio::test]
async fn an_invalid_update_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for (id, body, refusal) in [
        (EXAMPLE_LINE_ID, json!({}), (400, 1001)),
        (
            EXAMPLE_LINE_ID,
            json!({"forwarding_number": "555"}),
            (400, 1002),
        ),
        (
            EXAMPLE_LINE_ID,
            json!({"forwarding_number": 5}),
            (400, 1003),
        ),
        (EXAMPLE_LINE_ID, json!([]), (400, 1003)),
        ("line-1", json!({"forwarding_number": null}), (400, 1005)),
        (
            "00000000-0000-0000-0000-000000000000",
            json!({"forwarding_number": null}),
            (404, 2019),
        ),
    ] {
        let response = send(&sandbox, "PUT", &format!("{LINES}/{id}"), &body).await;
        assert_eq!(status_and_code(response).await, refusal, "{id} {body}");
    }
}

#[tokio::test]
async fn a_number_becomes_a_line_with_its_first_card() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(numbers(&sandbox).await, ["+15551234567"]);
    let card = json!({"phone_number": OTHER, "first_name": "Jane"});
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 0);
    assert_eq!(numbers(&sandbox).await, ["+15551234567", OTHER]);
}

#[tokio::test]
async fn with_given_lines_other_numbers_are_refused() {
    let builder = Sandbox::builder().cards([Card::example()]);
    let sandbox = builder.lines([Line::new(OTHER)]).start().await.unwrap();
    assert_eq!(numbers(&sandbox).await, [OTHER, "+15551234567"]);
    let card = |number| json!({"phone_number": number, "first_name": "Jane"});
    for (number, expected) in [(OTHER, 0), ("+15550000000", 2005)] {
        let code = code(&sandbox, "POST", CONTACT_CARD, &card(number)).await;
        assert_eq!(code, expected, "{number}");
    }
}
