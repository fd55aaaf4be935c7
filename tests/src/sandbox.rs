//! The responses of the sandbox fit the contract, for each operation with behaviour of its own.

use std::collections::BTreeSet;

use linq_sandbox::{Card, EXAMPLE_CHAT_ID, Fault, Sandbox, validator};
use serde_json::{Value, json};

use crate::spec::{resolved, spec};

const CARD: &str = "/v3/contact_card";
const EXAMPLE_CARD: &str = "/v3/contact_card?phone_number=%2B15551234567";
const SHARE: &str = "/v3/chats/{chatId}/share_contact_card";

/// The message of a fault; the sandbox itself sends only messages of the spec.
const FAULT_MESSAGE: &str = "a fault";

/// A request, and the status and code that it should get.
struct Case {
    method: &'static str,
    path: String,
    body: Value,
    status: u16,
    code: u32,
}

fn case(method: &'static str, path: &str, body: Value, status: u16, code: u32) -> Case {
    let path = path.replace("{chatId}", EXAMPLE_CHAT_ID);
    Case {
        method,
        path,
        body,
        status,
        code,
    }
}

fn cases() -> Vec<Case> {
    let new = || json!({"phone_number": "+15557654321", "first_name": "Ann"});
    let old = json!({"phone_number": "+15551234567", "first_name": "Ann"});
    let name = || json!({"first_name": "Ann"});
    let no_number = json!({"first_name": "Ann"});
    let wrong_number = json!({"phone_number": "555", "first_name": "Ann"});
    let blank = json!({"phone_number": "+15557654321", "first_name": " "});
    let null = json!({"phone_number": "+15557654321", "first_name": null});
    let mut cases = vec![
        case("GET", CARD, Value::Null, 200, 0),
        case(
            "GET",
            "/v3/contact_card?phone_number=555",
            Value::Null,
            400,
            1002,
        ),
        case("POST", CARD, new(), 200, 0),
        case("POST", CARD, no_number, 400, 1001),
        case("POST", CARD, wrong_number, 400, 1002),
        case("POST", CARD, json!([]), 400, 1003),
        case("POST", CARD, blank, 400, 1005),
        case("POST", CARD, old, 409, 2014),
        case("PATCH", EXAMPLE_CARD, name(), 200, 0),
        case("PATCH", CARD, name(), 400, 1001),
        case(
            "PATCH",
            "/v3/contact_card?phone_number=555",
            name(),
            400,
            1002,
        ),
        case("PATCH", EXAMPLE_CARD, json!({}), 400, 1003),
        case("PATCH", EXAMPLE_CARD, json!({"image_url": "x"}), 400, 1005),
        case("PATCH", EXAMPLE_CARD, null.clone(), 500, 3006),
        case("POST", CARD, null, 500, 3006),
        case(
            "PATCH",
            "/v3/contact_card?phone_number=%2B15550000001",
            name(),
            404,
            2012,
        ),
        case("POST", SHARE, Value::Null, 204, 0),
        case(
            "POST",
            "/v3/chats/1/share_contact_card",
            Value::Null,
            400,
            1005,
        ),
        case(
            "POST",
            "/v3/chats/550e8400-e29b-41d4-a716-446655440001/share_contact_card",
            Value::Null,
            404,
            2001,
        ),
        case("POST", SHARE, Value::Null, 404, 2012),
    ];
    for (method, path, body) in [
        ("GET", CARD, Value::Null),
        ("POST", CARD, new()),
        ("PATCH", EXAMPLE_CARD, name()),
        ("POST", SHARE, Value::Null),
    ] {
        if method != "GET" {
            cases.push(case(method, path, body.clone(), 202, 0));
        }
        for (status, code) in [
            (401, 2004),
            (403, 2005),
            (429, 1007),
            (500, 3006),
            (418, 9),
            (599, 9),
        ] {
            cases.push(case(method, path, body.clone(), status, code));
        }
        if path != SHARE && method != "GET" {
            cases.push(case(method, path, body.clone(), 500, 2022));
            cases.push(case(method, path, body, 503, 4004));
        }
    }
    cases
}

/// A sandbox that will respond with the status and code of the case.
async fn prepared(case: &Case) -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    match (case.status, case.code) {
        (404, 2012) if case.path.contains("chats") => sandbox.set_cards([Card {
            is_active: false,
            ..Card::example()
        }]),
        (500, 2022) => {
            sandbox.leave_incomplete("+15551234567", 1);
            sandbox.leave_incomplete("+15557654321", 1);
        }
        (503, 4004) => {
            let minute = std::time::Duration::from_secs(60);
            sandbox.limit_upstream("+15551234567", minute);
            sandbox.limit_upstream("+15557654321", minute);
        }
        (429, _) if case.method != "GET" => {
            // Reaches its own limits.
            for _ in 0..3 {
                ask(&sandbox, case, sandbox.api_key()).await;
            }
        }
        (202, _) => {
            let fault = Fault::status(202);
            sandbox.misbehave(match case.path.contains("chats") {
                true => fault,
                false => fault.json(json!(Card::example())),
            });
        }
        (500, 3006) if case.body["first_name"].is_null() && case.body.is_object() => {}
        (403 | 418 | 429 | 599, _) | (500, 3006) => {
            let fault = Fault::error(case.status, case.code as i32, FAULT_MESSAGE);
            sandbox.misbehave(fault.retry_after(3));
        }
        _ => {}
    }
    sandbox
}

async fn ask(sandbox: &Sandbox, case: &Case, key: &str) -> reqwest::Response {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{}", sandbox.base_url(), case.path);
    let request = http
        .request(case.method.parse().unwrap(), url)
        .bearer_auth(key);
    match &case.body {
        Value::Null => request,
        body => request.body(body.to_string()),
    }
    .send()
    .await
    .unwrap()
}

fn assert_valid(spec: &Value, schema: &Value, value: &Value) {
    let validator = validator(spec, schema).unwrap();
    if let Err(error) = validator.validate(value) {
        panic!("{value}: {error}");
    }
}

/// The operation of a request, and its response in the spec.
fn documented<'a>(spec: &'a Value, case: &Case) -> (String, &'a str, &'a Value) {
    let path = if case.path.contains("chats") {
        SHARE
    } else {
        CARD
    };
    let operation = &spec["paths"][path][case.method.to_lowercase()];
    let responses = operation["responses"].as_object().unwrap();
    let exact = case.status.to_string();
    let range = format!("{}XX", case.status / 100);
    let (status, response) = responses
        .get_key_value(&exact)
        .or_else(|| responses.get_key_value(&range))
        .unwrap();
    let id = operation["operationId"].as_str().unwrap().to_owned();
    (id, status, resolved(spec, response))
}

/// The examples of a response.
fn examples(response: &Value) -> impl Iterator<Item = &Value> {
    let content = &response["content"]["application/json"];
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &example["value"]);
    named.chain(content.get("example"))
}

/// An error without what differs between runs.
fn fixed(error: &Value) -> Value {
    let mut error = error.clone();
    error.as_object_mut().unwrap().remove("retry_after");
    error
}

#[tokio::test]
async fn every_response_fits_its_schema() {
    let spec = spec();
    let mut seen = BTreeSet::new();
    for case in cases() {
        let sandbox = prepared(&case).await;
        let key = if case.status == 401 {
            "wrong"
        } else {
            sandbox.api_key()
        };
        let response = ask(&sandbox, &case, key).await;
        let what = format!(
            "{} {} {} {}",
            case.method, case.path, case.status, case.code
        );
        assert_eq!(response.status(), case.status, "{what}");
        let (id, status, answer) = documented(&spec, &case);
        for (name, header) in answer["headers"].as_object().unwrap() {
            let header = resolved(&spec, header);
            let value = response.headers().get(name);
            assert!(
                value.is_some() || header["required"] != true,
                "{what}: {name}"
            );
            if let Some(value) = value.map(|value| value.to_str().unwrap()) {
                let value = value
                    .parse()
                    .map_or(json!(value), |number: u64| json!(number));
                assert_valid(&spec, &header["schema"], &value);
            }
        }
        let body = response.bytes().await.unwrap();
        match answer["content"]["application/json"].get("schema") {
            None => assert!(body.is_empty(), "{what}"),
            Some(schema) => {
                let body: Value = serde_json::from_slice(&body).unwrap();
                assert_valid(&spec, schema, &body);
                let error = &body["error"];
                if case.code != 0 {
                    assert_eq!(error["code"], case.code, "{what}");
                }
                if case.code != 0 && error["message"] != FAULT_MESSAGE {
                    let mut documented = examples(answer).map(|example| fixed(&example["error"]));
                    assert!(documented.any(|it| it == fixed(error)), "{error}");
                }
            }
        }
        seen.insert((id, status.to_owned()));
    }
    let mut documented = BTreeSet::new();
    for path in spec["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            let statuses = operation["responses"].as_object().unwrap().keys();
            if seen.iter().any(|(seen, _)| seen == id) {
                documented.extend(statuses.map(|status| (id.to_owned(), status.clone())));
            }
        }
    }
    assert_eq!(seen, documented);
}
