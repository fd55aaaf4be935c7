//! Requests to endpoints without a method of their own: as all others, and nowhere else.

use std::time::Duration;

use insta::assert_snapshot;
use linq::reqwest::Method;
use linq::serde_json::{Value, json};
use linq::{ApiCode, Client, Request, WriteOutcome, raw::Raw};
use linq_sandbox::{Fault, Sandbox};
use proptest::prelude::*;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::server::Server;
use crate::support::{Refusing, TestClock, builder, builder_at, soon, start, without_port};
use crate::wire::received;

const PATH: &str = "/v3/letters/+15557654321";

fn get(client: &Client) -> Request<Raw> {
    client.request(Method::GET, PATH)
}

fn post(client: &Client) -> Request<Raw> {
    client.request(Method::POST, PATH).body(&json!({"a": 1}))
}

/// A sandbox and a client whose writes are not counted.
async fn unlimited() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = builder(&sandbox).clock(TestClock::new());
    let client = builder.without_budgets().build().unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn a_known_endpoint_can_be_used() {
    let (_sandbox, client, _) = start().await;
    let cards = client
        .request(Method::GET, "/v3/contact_card")
        .query("phone_number", "+15551234567")
        .await
        .unwrap();
    assert_eq!(cards["contact_cards"][0]["first_name"], "John");

    let body = json!({"phone_number": "+15557654321", "first_name": "Ann"});
    let card = client
        .request(Method::POST, "/v3/contact_card")
        .body(&body)
        .await
        .unwrap();
    assert_eq!(card["first_name"], "Ann");
    let read = client.contact_card().get("+15557654321").await.unwrap();
    assert_eq!(read.unwrap().first_name, "Ann");
}

#[tokio::test]
async fn the_requests_on_the_wire() {
    let (sandbox, _) = unlimited().await;
    let client = builder(&sandbox)
        .default_header("x-team", "red")
        .build()
        .unwrap();
    sandbox.misbehave(Fault::status(200).json(json!({})));
    let request = get(&client).query("q", "a b&c").header("x-a", "1");
    request.await.unwrap();
    assert_snapshot!("wire_raw_get", received(&sandbox));
    sandbox.reset();
    sandbox.misbehave(Fault::status(200).json(json!({})));
    post(&client).await.unwrap();
    assert_snapshot!("wire_raw_post", received(&sandbox));
}

#[tokio::test]
async fn each_method_is_sent() {
    let (sandbox, client) = unlimited().await;
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ] {
        sandbox.misbehave(Fault::status(204));
        let value = client.request(method.clone(), PATH).await.unwrap();
        assert_eq!(value, Value::Null);
        let requests = sandbox.requests();
        let request = requests.last().unwrap();
        assert_eq!(request.method, method);
        // Some gateways refuse a method that has a body if its length is not given.
        let has_body = matches!(method, Method::POST | Method::PUT | Method::PATCH);
        let length = request.headers.get("content-length");
        assert_eq!(
            length.is_some_and(|length| length == "0"),
            has_body,
            "{method}"
        );
    }
    let sent = sandbox.requests().len();
    for method in ["OPTIONS", "TRACE", "CONNECT", "LETTER", "get"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let error = client.request(method, PATH).await.unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
    }
    assert_eq!(sandbox.requests().len(), sent);
}

#[tokio::test]
async fn any_json_is_returned() {
    let (sandbox, client) = unlimited().await;
    for body in [
        json!({"a": {"b": [1, null]}}),
        json!([1, 2]),
        json!("text"),
        json!(null),
    ] {
        sandbox.misbehave(Fault::status(200).json(body.clone()));
        let response = get(&client).send().await.unwrap();
        assert_eq!(response.json::<Value>().unwrap(), body);
        assert_eq!(response.into_value(), body);
        sandbox.misbehave(Fault::status(201).json(body.clone()));
        assert_eq!(post(&client).await.unwrap(), body);
    }
    sandbox.misbehave(Fault::status(200).body("<html>"));
    let error = get(&client).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 200);
}

#[tokio::test]
async fn a_response_is_read_into_a_type_of_the_caller() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Letter {
        id: String,
    }

    let (sandbox, client) = unlimited().await;
    sandbox.misbehave(Fault::status(200).json(json!({"id": "1", "more": true})));
    let letter = get(&client).returning::<Letter>().await.unwrap();
    assert_eq!(letter.id, "1");

    for body in [json!({"id": 1}), json!(["1"])] {
        sandbox.misbehave(Fault::status(200).json(body));
        let error = get(&client).returning::<Letter>().await.unwrap_err();
        assert!(error.is_decode(), "{error}");
    }
    sandbox.misbehave(Fault::status(204));
    post(&client).returning::<()>().await.unwrap();
    sandbox.misbehave(Fault::status(204));
    let none = post(&client).returning::<Option<Letter>>().await.unwrap();
    assert_eq!(none, None);
}

#[tokio::test]
async fn new_fields_of_a_known_response_can_be_read() {
    #[derive(Debug, Deserialize)]
    struct Lines {
        phone_numbers: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    struct Line {
        color: String,
    }

    let (sandbox, client, _) = start().await;
    let id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    let line = json!({"id": id, "phone_number": "+15551234567", "color": "red"});
    sandbox.misbehave(Fault::status(200).json(json!({"phone_numbers": [line]})));
    let response = client.phone_numbers().list().send().await.unwrap();
    let lines: Lines = response.json().unwrap();
    assert_eq!(lines.phone_numbers[0].color, "red");
    let error = response.json::<Vec<u8>>().unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(!error.to_string().contains("5551234567"), "{error}");
}

#[tokio::test]
async fn an_error_is_that_of_the_api() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::error(404, 2001, "No such letter"));
    let error = get(&client).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.api_code().map(ApiCode::get), Some(2001));
    assert_eq!(error.write_outcome(), None);

    sandbox.misbehave(Fault::error(429, 1007, "Slow down").retry_after(9));
    let error = post(&client).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));

    sandbox.misbehave(Fault::stall());
    let request = post(&client).deadline(Duration::from_secs(5));
    let sent = sandbox.requests().len();
    let late = async {
        sandbox.wait_for_requests(sent + 1).await;
        clock.expire_timeouts();
    };
    let (outcome, ()) = tokio::join!(request.into_future(), late);
    let error = outcome.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert!(
        without_port(&error).contains("within the deadline of 5s"),
        "{error}"
    );
}

#[tokio::test]
async fn what_can_not_be_sent_is_refused() {
    let (sandbox, client) = unlimited().await;
    let unwritable = std::collections::HashMap::from([((1, 2), "+15557654321")]);
    for (request, text) in [
        (
            get(&client).body(&json!({})),
            "invalid input: a GET has no body; use `query(..)`",
        ),
        (
            post(&client).body(&unwritable),
            "invalid input: the body can't be written as JSON",
        ),
        (
            client.request(Method::GET, "/v3/x?a=b"),
            "invalid input: the path has a query; use `query(..)`; expected something like /v3/contact_card",
        ),
        (
            client.request(Method::GET, "/v3/letters/{id}"),
            "invalid input: the path has a placeholder in braces; put the value in its place; expected something like /v3/contact_card",
        ),
        (
            client.request(Method::GET, "//evil.example/+15557654321"),
            "invalid input: the path has an empty segment; expected something like /v3/contact_card",
        ),
        (
            client.request(Method::POST, "/v3/%2e%2e/%2e%2e/admin"),
            "invalid input: the path has a segment that leads elsewhere: . or ..; expected something like /v3/contact_card",
        ),
    ] {
        assert_eq!(request.await.unwrap_err().to_string(), text);
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn debug_shows_neither_path_nor_body() {
    let (_sandbox, client) = unlimited().await;
    let request = post(&client).body(&json!({"name": "Zebulon"}));
    assert_eq!(format!("{request:?}"), "Request(Raw { method: POST, .. })");
}

#[tokio::test]
async fn a_secret_that_the_service_returns_is_not_kept_in_the_body() {
    let (sandbox, client) = unlimited().await;
    let secret = json!({"signing_secret": "whsec_hunter2"});
    sandbox.misbehave(Fault::status(201).json(secret.clone()));
    let response = post(&client).send().await.unwrap();
    assert!(!String::from_utf8_lossy(response.body()).contains("hunter2"));
    assert_eq!(response.into_value(), secret);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let (elsewhere, client) = unlimited().await;
    let location = format!("{}/v3/x", elsewhere.base_url()).replace("127.0.0.1", "localhost");
    elsewhere.misbehave(Fault::status(307).header("location", &location).always());
    for request in [get(&client), post(&client), post(&client).idempotent()] {
        let error = request.await.unwrap_err();
        assert!(error.is_redirect() && error.attempts() == 1, "{error}");
    }
    assert_eq!(elsewhere.requests().len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the path is, the key only goes to the server of the base URL, below its path.
    #[test]
    fn a_path_leads_nowhere_else(
        path in "/?([a-z0-9/.%@:;?#\\\\\r\n\t -]|%2[eEfF]|%5[cC]|\\.\\./|127\\.0\\.0\\.1:1){0,10}"
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sandbox = Sandbox::start().await.unwrap();
            let client = builder(&sandbox).max_retries(0).build().unwrap();
            sandbox.misbehave(Fault::status(200).json(json!({})).always());
            let outcome = client.request(Method::GET, &path).await;
            let requests = sandbox.requests();
            match outcome {
                Ok(_) => {
                    assert_eq!(requests.len(), 1);
                    assert!(requests[0].path.ends_with(&path), "{path:?}");
                }
                Err(error) => {
                    assert!(error.is_invalid_input(), "{path:?}: {error}");
                    assert!(requests.is_empty());
                }
            }
        });
    }
}

#[tokio::test]
async fn a_write_is_sent_again_if_it_was_not_sent() {
    let refusing = Refusing::new();
    let client = builder_at(&refusing.base_url())
        .clock(TestClock::new())
        .build()
        .unwrap();
    let error = post(&client).await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!(error.attempts(), 3);
}

/// Larger than what the network holds, so that the server refuses it before it is sent.
#[tokio::test]
async fn a_refused_body_need_not_be_sent() {
    let server = Server::tcp(|_, mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let refusal = b"HTTP/1.1 413 x\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(refusal).await.unwrap();
        // Nothing more is read.
        std::future::pending::<()>().await;
    })
    .await;
    let client = server.builder().clock(TestClock::new()).build().unwrap();
    let body = "x".repeat(32 << 20);
    let error = soon(client.request(Method::POST, PATH).body(&body).into_future()).await;
    let error = error.unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(413), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
}

#[tokio::test]
async fn values_of_any_type_are_read() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Part {
        Text { value: char },
        Media { size: u8 },
    }

    #[derive(Deserialize)]
    struct Numbers {
        high: u128,
        low: i128,
    }

    let (sandbox, client) = unlimited().await;
    let text = r#"[{"kind":"text","value":"a"},{"kind":"media","size":1}]"#;
    sandbox.misbehave(Fault::status(200).body(text).always());
    let parts = get(&client).returning::<Vec<Part>>().await.unwrap();
    assert_eq!(parts.len(), 2);
    let raw = get(&client)
        .returning::<Box<linq::serde_json::value::RawValue>>()
        .await;
    assert_eq!(raw.unwrap().get(), text);
    sandbox.reset();
    let text = r#"{"high":340282366920938463463374607431768211455,"low":-170141183460469231731687303715884105728}"#;
    sandbox.misbehave(Fault::status(200).body(text).always());
    let numbers = get(&client).returning::<Numbers>().await.unwrap();
    assert_eq!((numbers.high, numbers.low), (u128::MAX, i128::MIN));
}
