//! The responses of the sandbox fit the contract: each status of each operation.

use std::collections::BTreeSet;

use linq_gen::Operation;
use linq_gen::operations::ALL;
use linq_sandbox::{Card, EXAMPLE_CHAT_ID, Fault, Sandbox, validator};
use reqwest::Client;
use serde_json::{Value, json};

use crate::spec::{resolved, spec};

const CARD: &str = "/v3/contact_card";
const EXAMPLE_CARD: &str = "/v3/contact_card?phone_number=%2B15551234567";
const SHARE: &str = "/v3/chats/{chatId}/share_contact_card";
const CHAT: &str = "/v3/chats/{chatId}";
const LINE: &str = "/v3/phone_numbers/3fa85f64-5717-4562-b3fc-2c963f66afa6";
const SUBSCRIPTIONS: &str = "/v3/webhook-subscriptions";
const SUBSCRIPTION: &str = "/v3/webhook-subscriptions/subscription_example";

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
    cases.extend(cases_of_lines_and_chats());
    cases.extend(cases_of_subscriptions());
    for (method, path, body) in [
        ("GET", CARD, Value::Null),
        ("POST", CARD, new()),
        ("PATCH", EXAMPLE_CARD, name()),
        ("GET", "/v3/chats", Value::Null),
        ("GET", CHAT, Value::Null),
        ("POST", SHARE, Value::Null),
        ("GET", "/v3/phone_numbers", Value::Null),
        ("PUT", LINE, forwarding(Value::Null)),
        ("GET", SUBSCRIPTIONS, Value::Null),
        ("POST", SUBSCRIPTIONS, subscription("a")),
        ("GET", SUBSCRIPTION, Value::Null),
        ("PUT", SUBSCRIPTION, json!({})),
        ("DELETE", SUBSCRIPTION, Value::Null),
        ("GET", "/v3/webhook-events", Value::Null),
    ] {
        if (method, path) != ("GET", CARD) {
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
        if path.starts_with(CARD) && method != "GET" {
            cases.push(case(method, path, body.clone(), 500, 2022));
            cases.push(case(method, path, body, 503, 4004));
        }
    }
    cases
}

fn forwarding(number: impl Into<Value>) -> Value {
    json!({"forwarding_number": number.into()})
}

fn cases_of_lines_and_chats() -> Vec<Case> {
    let other = |path: &str| format!("{path}/00000000-0000-0000-0000-000000000000");
    vec![
        case("GET", "/v3/phone_numbers", Value::Null, 200, 0),
        case("PUT", LINE, forwarding("+15557654321"), 200, 0),
        case("PUT", LINE, forwarding(Value::Null), 200, 0),
        case("PUT", LINE, json!({}), 400, 1001),
        case("PUT", LINE, forwarding("555"), 400, 1002),
        case("PUT", LINE, json!([]), 400, 1003),
        case("PUT", "/v3/phone_numbers/1", forwarding(""), 400, 1005),
        case(
            "PUT",
            &other("/v3/phone_numbers"),
            forwarding(""),
            404,
            2019,
        ),
        case("GET", "/v3/chats", Value::Null, 200, 0),
        case("GET", "/v3/chats?from=555", Value::Null, 400, 1002),
        case("GET", "/v3/chats?limit=0", Value::Null, 400, 1005),
        case("GET", CHAT, Value::Null, 200, 0),
        case("GET", "/v3/chats/1", Value::Null, 400, 1005),
        case("GET", &other("/v3/chats"), Value::Null, 404, 2001),
    ]
}

fn subscription(path: &str) -> Value {
    let url = format!("https://example.com/{path}");
    json!({"target_url": url, "subscribed_events": ["contact_card.updated"]})
}

fn cases_of_subscriptions() -> Vec<Case> {
    let other = format!("{SUBSCRIPTIONS}/other");
    // The subscription that the sandbox has from the start.
    let taken = subscription("webhooks/old");
    let wrong_number = json!({"phone_numbers": ["555"]});
    let no_events = json!({"subscribed_events": []});
    vec![
        case("GET", SUBSCRIPTIONS, Value::Null, 200, 0),
        case("POST", SUBSCRIPTIONS, subscription("a"), 201, 0),
        case("POST", SUBSCRIPTIONS, json!({}), 400, 1001),
        case("POST", SUBSCRIPTIONS, wrong_number.clone(), 400, 1001),
        case("POST", SUBSCRIPTIONS, json!([]), 400, 1003),
        case("POST", SUBSCRIPTIONS, taken, 400, 1005),
        case("GET", SUBSCRIPTION, Value::Null, 200, 0),
        case("GET", &other, Value::Null, 404, 2010),
        case("PUT", SUBSCRIPTION, subscription("b"), 200, 0),
        case("PUT", SUBSCRIPTION, wrong_number, 400, 1002),
        case("PUT", SUBSCRIPTION, json!([]), 400, 1003),
        case("PUT", SUBSCRIPTION, no_events, 400, 1005),
        case("PUT", &other, json!({}), 404, 2010),
        case("DELETE", SUBSCRIPTION, Value::Null, 204, 0),
        case("DELETE", &other, Value::Null, 404, 2010),
        case("GET", "/v3/webhook-events", Value::Null, 200, 0),
    ]
}

/// A sandbox that will respond with the status and code of the case.
async fn prepared(http: &Client, spec: &Value, case: &Case) -> Sandbox {
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
        (429, _) if has_limit(case) => {
            for _ in 0..3 {
                ask(http, &sandbox, case, sandbox.api_key()).await;
            }
        }
        (202, _) => {
            let (_, _, response) = documented(spec, case);
            let fault = Fault::status(202);
            sandbox.misbehave(match examples(response).next() {
                None => fault,
                Some(example) => fault.json(example.clone()),
            });
        }
        (500, 3006)
            if case.path.starts_with(CARD)
                && case.body["first_name"].is_null()
                && case.body.is_object() => {}
        (403 | 418 | 429 | 599, _) | (500, 3006) => {
            let fault = Fault::error(case.status, case.code as i32, FAULT_MESSAGE);
            sandbox.misbehave(fault.retry_after(3));
        }
        _ => {}
    }
    sandbox
}

/// Whether the sandbox itself limits how often the operation is called.
fn has_limit(case: &Case) -> bool {
    case.method != "GET" && case.path.contains("contact_card")
}

async fn ask(http: &Client, sandbox: &Sandbox, case: &Case, key: &str) -> reqwest::Response {
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
fn documented<'a>(spec: &'a Value, case: &Case) -> (&'static str, &'a str, &'a Value) {
    let operation = ALL.iter().find(|operation| is_of(operation, case)).unwrap();
    let node = &spec["paths"][operation.path][case.method.to_lowercase()];
    let responses = node["responses"].as_object().unwrap();
    let exact = case.status.to_string();
    let range = format!("{}XX", case.status / 100);
    let (status, response) = responses
        .get_key_value(&exact)
        .or_else(|| responses.get_key_value(&range))
        .unwrap();
    (operation.id, status, resolved(spec, response))
}

/// Whether a request is of an operation.
fn is_of(operation: &Operation, case: &Case) -> bool {
    let path = case.path.split('?').next().unwrap();
    let segments = |path: &'static str| path.split('/');
    let fits = |(given, own): (&str, &str)| given == own || own.starts_with('{');
    operation.method == case.method
        && path.split('/').count() == segments(operation.path).count()
        && path.split('/').zip(segments(operation.path)).all(fits)
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
    let http = Client::builder().no_proxy().build().unwrap();
    let mut seen = BTreeSet::new();
    for case in cases() {
        let sandbox = prepared(&http, &spec, &case).await;
        let key = if case.status == 401 {
            "wrong"
        } else {
            sandbox.api_key()
        };
        let response = ask(&http, &sandbox, &case, key).await;
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
    // An operation without behaviour of its own needs no case here: the contract serves it.
    let ids: BTreeSet<_> = seen.iter().map(|(id, _)| *id).collect();
    let mut documented = BTreeSet::new();
    for operation in ALL.iter().filter(|operation| ids.contains(operation.id)) {
        let node = &spec["paths"][operation.path][operation.method.to_lowercase()];
        let statuses = node["responses"].as_object().unwrap().keys();
        documented.extend(statuses.map(|status| (operation.id, status.clone())));
    }
    assert_eq!(seen, documented);
}
