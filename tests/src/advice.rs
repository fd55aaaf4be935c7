//! What errors tell people to do, by operation, status and code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;
use linq::{Client, Result};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault};

use crate::support::start;

const OPERATIONS: [&str; 5] = ["retrieve", "create", "update", "ensure", "share"];
const NUMBER: &str = "+15551234567";

async fn run(client: &Client, operation: &str) -> Result<()> {
    let cards = client.contact_card();
    match operation {
        "retrieve" => cards.retrieve().await.map(drop),
        "create" => cards.create(NUMBER, "Ann").await.map(drop),
        "update" => cards.update(NUMBER).first_name("Ann").await.map(drop),
        "ensure" => cards.ensure(NUMBER, "Ann").await.map(drop),
        _ => client.chats().share_contact_card(EXAMPLE_CHAT_ID).await,
    }
}

/// What follows the message in an error's text, for each operation; `ensure` fails in its writes.
async fn advice(fault: Fault) -> BTreeMap<String, Vec<&'static str>> {
    let mut operations = BTreeMap::<_, Vec<_>>::new();
    for operation in OPERATIONS {
        let (sandbox, client, _) = start().await;
        let fault = fault.clone().header("x-trace-id", "1f").always();
        if operation == "ensure" {
            sandbox.misbehave(fault.clone().on("POST"));
            sandbox.misbehave(fault.on("PATCH"));
        } else {
            sandbox.misbehave(fault);
        }
        let error = run(&client, operation).await.unwrap_err();
        let text = error.to_string();
        let (_, advice) = text
            .split_once("message")
            .unwrap_or_else(|| panic!("{text}"));
        let advice = advice.split(" [").next().unwrap().trim_start_matches("; ");
        operations
            .entry(advice.to_owned())
            .or_default()
            .push(operation);
    }
    operations
}

async fn table(faults: impl IntoIterator<Item = (&'static str, Fault)>) -> String {
    let mut table = String::new();
    for (name, fault) in faults {
        for (advice, operations) in advice(fault).await {
            let advice = if advice.is_empty() { "-" } else { &advice };
            writeln!(table, "{name}, {}: {advice}", operations.join(" ")).unwrap();
        }
    }
    table
}

#[tokio::test]
async fn by_documented_code() {
    let error = |status, code| Fault::error(status, code, "message");
    let table = table([
        ("400 1001", error(400, 1001)),
        ("400 1002", error(400, 1002)),
        ("400 1003", error(400, 1003)),
        ("400 1005", error(400, 1005)),
        ("401 2004", error(401, 2004)),
        ("403 2005", error(403, 2005)),
        ("404 2001", error(404, 2001)),
        ("404 2012", error(404, 2012)),
        ("409 2014", error(409, 2014)),
        ("429 1007", error(429, 1007)),
        ("429 1007 wait 90s", error(429, 1007).retry_after(90)),
        ("500 2022", error(500, 2022)),
        ("500 3006", error(500, 3006)),
        ("503 4004", error(503, 4004)),
        ("503 4004 wait 90s", error(503, 4004).retry_after(90)),
        ("404 2999", error(404, 2999)),
        ("302 2999", error(302, 2999)),
    ])
    .await;
    // The API itself has answered, so that is where it is.
    assert!(!table.contains("base URL"), "{table}");
    assert_snapshot!(table);
}

#[tokio::test]
async fn an_answer_without_a_code_may_be_from_somewhere_else() {
    for status in [301, 302, 307, 401, 403, 404] {
        let fault = Fault::status(status).header("location", "https://example.com/");
        for operation in OPERATIONS {
            let (sandbox, client, _) = start().await;
            sandbox.misbehave(fault.clone().body("<html>").always());
            let error = run(&client, operation).await.unwrap_err();
            assert!(error.to_string().contains("the base URL"), "{error}");
        }
    }
}

/// An answer of the API is never said to be none.
#[tokio::test]
async fn a_code_without_a_message_stands_alone() {
    let (sandbox, client, _) = start().await;
    for (body, text) in [
        (
            r#"{"error": {"code": 1003}}"#,
            "400 Bad Request (code 1003)",
        ),
        (r#"{"error": {"message": "no"}}"#, "400 Bad Request: no"),
    ] {
        let fault = Fault::status(400).body(body);
        sandbox.misbehave(fault.header("content-type", "application/json"));
        let error = client.contact_card().retrieve().await.unwrap_err();
        let error = error.to_string();
        assert_eq!(error.split(" [").next().unwrap(), text);
    }
}
