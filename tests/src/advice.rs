//! The advice in error texts, by operation, status and code.

use std::fmt::Write as _;

use insta::assert_snapshot;
use linq_sandbox::Fault;

use crate::operations::{self, Call, call};
use crate::spec::spec;
use crate::support::start;

/// Every operation, and `ensure`, which consists of several.
fn calls() -> Vec<Call> {
    let mut calls = operations::all();
    calls.push(call("ensure", |client| {
        client.contact_card().ensure("+15551234567", "Ann")
    }));
    calls
}

/// What follows the message in an error's text; `ensure` fails in its writes.
async fn advice(call: &Call, fault: Fault) -> String {
    let (sandbox, client, _) = start().await;
    let fault = fault.header("x-trace-id", "1f").always();
    if call.id == "ensure" {
        sandbox.misbehave(fault.clone().on("POST"));
        sandbox.misbehave(fault.on("PATCH"));
    } else {
        sandbox.misbehave(fault);
    }
    let text = call.send(&client).await.unwrap_err().to_string();
    let (_, advice) = text
        .split_once("message")
        .unwrap_or_else(|| panic!("{text}"));
    let advice = advice.split(" [").next().unwrap();
    advice.trim_start_matches("; ").to_owned()
}

/// Every code of the contract, and some errors that it does not have.
fn faults() -> Vec<(String, Fault)> {
    let error = |status, code| Fault::error(status, code, "message");
    let spec = spec();
    let codes = spec["x-linq-error-codes"].as_array().unwrap().iter();
    let mut faults: Vec<_> = codes
        .map(|entry| {
            let status = entry["status"].as_u64().unwrap() as u16;
            let code = entry["code"].as_i64().unwrap() as i32;
            (format!("{status} {code}"), error(status, code))
        })
        .collect();
    let more = [
        ("404 2999", error(404, 2999)),
        ("302 2999", error(302, 2999)),
        ("429 1007 wait 90s", error(429, 1007).retry_after(90)),
        ("503 4004 wait 90s", error(503, 4004).retry_after(90)),
    ];
    faults.extend(more.map(|(name, fault)| (name.to_owned(), fault)));
    faults
}

#[tokio::test]
async fn advice_for_each_documented_code() {
    for call in calls() {
        let mut table = String::new();
        for (name, fault) in faults() {
            let advice = advice(&call, fault).await;
            let advice = if advice.is_empty() { "-" } else { &advice };
            writeln!(table, "{name}: {advice}").unwrap();
        }
        // The API itself responded, so the base URL is right.
        assert!(!table.contains("base URL"), "{table}");
        assert_snapshot!(format!("advice_{}", call.id), table);
    }
}

#[tokio::test]
async fn a_response_without_a_code_points_to_the_base_url() {
    for status in [301, 302, 307, 401, 403, 404] {
        let fault = Fault::status(status).header("location", "https://example.com/");
        for call in calls() {
            let (sandbox, client, _) = start().await;
            sandbox.misbehave(fault.clone().body("<html>").always());
            let error = call.send(&client).await.unwrap_err();
            assert!(error.to_string().contains("the base URL"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_code_or_a_message_alone_is_shown() {
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
