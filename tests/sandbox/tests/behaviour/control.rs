//! The control endpoint, as it is used with `curl`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper that fails fails its test"
)]

use linq_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::client::{CONTACT_CARD, EXAMPLE_CARD, client, code, get, json_of};
use crate::receiver::{receiver, sandbox_with_webhook};

/// The status and the body of the response to a request of the control endpoint.
pub(crate) async fn control(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let url = format!("{}/sandbox{path}", sandbox.origin());
    let mut request = client().request(method.parse().unwrap(), url);
    if !body.is_null() {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), json_of(response).await)
}

async fn tell(sandbox: &Sandbox, path: &str, body: Value) -> Value {
    let (status, answer) = control(sandbox, "POST", path, &body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn rename(sandbox: &Sandbox) -> i64 {
    let name = json!({"first_name": "Jane"});
    code(sandbox, "PATCH", EXAMPLE_CARD, &name).await
}

#[tokio::test]
async fn a_fault_for_one_operation_leaves_the_others_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = json!({"code": 2022, "operation": "updateContactCard", "times": 2});
    tell(&sandbox, "/faults", fault).await;
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
    assert_eq!(rename(&sandbox).await, 2022);
    let (_, waiting) = control(&sandbox, "GET", "/faults", &Value::Null).await;
    assert_eq!(
        waiting["faults"],
        json!([{
            "answer": "code 2022",
            "operation": "updateContactCard",
            "method": null,
            "times": 1,
            "always": false
        }])
    );
    assert_eq!(rename(&sandbox).await, 2022);
    assert_eq!(rename(&sandbox).await, 0);
}

#[tokio::test]
async fn responses_are_replaced_as_described() {
    let sandbox = Sandbox::start().await.unwrap();
    let html = json!({"content-type": ["text/html"]});
    for (fault, status, text) in [
        (
            json!({"status": 502, "body": "<h1>", "headers": html}),
            502,
            "<h1>",
        ),
        (json!({"status": 204}), 204, ""),
        (json!({"body_base64": "w6k="}), 200, "é"),
        (
            json!({"json": {"contact_cards": 1}}),
            200,
            r#"{"contact_cards":1}"#,
        ),
        (
            json!({"drip": {"bytes": 9, "pause_ms": 0}, "body": "slow"}),
            200,
            "slow",
        ),
        (
            json!({"status": 500, "code": 9, "message": "Oh"}),
            500,
            "\"Oh\"",
        ),
        (json!({"code": 1007, "retry_after": 7}), 429, "Rate limit"),
    ] {
        tell(&sandbox, "/faults", fault.clone()).await;
        let response = get(&sandbox, CONTACT_CARD).await;
        assert_eq!(response.status(), status, "{fault}");
        if let Some(wait) = fault["retry_after"].as_u64() {
            assert_eq!(response.headers()["retry-after"], wait.to_string());
        }
        let body = response.text().await.unwrap();
        assert!(body.contains(text), "{fault}: {body}");
        if let Some(wait) = fault["retry_after"].as_u64() {
            assert!(body.contains(&format!("\"retry_after\":{wait}")), "{body}");
        }
    }
}

#[tokio::test]
async fn a_write_is_applied_and_its_response_lost() {
    let sandbox = Sandbox::start().await.unwrap();
    let lost = json!({"connection": "cut", "after_applying": true, "method": "PATCH"});
    tell(&sandbox, "/faults", lost).await;
    let write = client()
        .patch(format!("{}{EXAMPLE_CARD}", sandbox.base_url()))
        .bearer_auth(sandbox.api_key())
        .body(r#"{"first_name":"Jane"}"#);
    assert!(write.send().await.is_err());
    assert_eq!(sandbox.cards()[0].first_name, "Jane");

    tell(
        &sandbox,
        "/faults",
        json!({"cut_after": 10, "always": true}),
    )
    .await;
    assert!(get(&sandbox, CONTACT_CARD).await.text().await.is_err());
    control(&sandbox, "DELETE", "/faults", &Value::Null).await;
    assert!(get(&sandbox, CONTACT_CARD).await.text().await.is_ok());
}

#[tokio::test]
async fn budgets_can_be_turned_off_or_expire_with_time() {
    let sandbox = Sandbox::start().await.unwrap();
    for expected in [0, 0, 0, 1007] {
        assert_eq!(rename(&sandbox).await, expected);
    }
    tell(&sandbox, "/clock", json!({"advance_seconds": 599})).await;
    assert_eq!(rename(&sandbox).await, 1007);
    tell(&sandbox, "/clock", json!({"advance_seconds": 600})).await;
    for expected in [0, 0, 0, 1007] {
        assert_eq!(rename(&sandbox).await, expected);
    }
    tell(&sandbox, "/budgets", json!({"enforced": false})).await;
    assert_eq!(rename(&sandbox).await, 0);
    tell(&sandbox, "/budgets", json!({"enforced": true})).await;
    assert_eq!(rename(&sandbox).await, 1007);
}

#[tokio::test]
async fn the_upstream_fails_on_demand() {
    let sandbox = Sandbox::start().await.unwrap();
    let failing = json!({
        "phone_number": "+15551234567",
        "limit_seconds": 60,
        "leave_incomplete": 1
    });
    tell(&sandbox, "/upstream", failing).await;
    let card = json!({"phone_number": "+15551234567", "first_name": "Jane"});
    assert_eq!(rename(&sandbox).await, 4004);
    tell(&sandbox, "/clock", json!({"advance_seconds": 60})).await;
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 2022);
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 0);
}

#[tokio::test]
async fn a_webhook_has_the_example_of_the_contract_or_the_callers_data() {
    let receiver = receiver([]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let received = json!({"event_type": "contact_card.received"});
    let first = tell(&sandbox, "/webhooks", received).await;
    receiver.wait_for_requests(1).await;
    let read = json!({"event_type": "message.read", "data": {"id": "a"}});
    tell(&sandbox, "/webhooks", read).await;
    receiver.wait_for_requests(2).await;
    let events: Vec<Value> = receiver
        .requests()
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    assert_eq!(events[0]["event_id"], first["event_id"]);
    assert_eq!(events[0]["data"]["sender_handle"], "+15557654321");
    assert_eq!(events[1]["event_type"], "message.read");
    assert_eq!(events[1]["data"], json!({"id": "a"}));
}

#[tokio::test]
async fn advanced_time_is_in_an_event_but_not_in_its_signature() {
    let receiver = receiver([]).await;
    let at = || std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let builder = sandbox_with_webhook(&receiver).clock(at);
    let sandbox = builder.start().await.unwrap();
    tell(&sandbox, "/clock", json!({"advance_seconds": 600})).await;
    sandbox.send_webhook("a.b", json!({})).report().await;
    let request = &receiver.requests()[0];
    assert_eq!(request.headers["webhook-timestamp"], "1700000000");
    let event: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(event["created_at"], "2023-11-14T22:23:20.000Z");
}

#[tokio::test]
async fn requests_are_listed_without_foreign_keys() {
    let sandbox = Sandbox::start().await.unwrap();
    rename(&sandbox).await;
    let url = format!("{}{CONTACT_CARD}", sandbox.base_url());
    let foreign = client().get(url).bearer_auth("a-real-key");
    assert_eq!(foreign.send().await.unwrap().status(), 401);

    let (_, listed) = control(&sandbox, "GET", "/requests", &Value::Null).await;
    let [write, read] = listed["requests"].as_array().unwrap().as_slice() else {
        panic!("{listed}")
    };
    assert_eq!(write["method"], "PATCH");
    assert_eq!(write["path"], "/api/partner/v3/contact_card");
    assert_eq!(write["query"], "phone_number=%2B15551234567");
    assert_eq!(write["headers"]["authorization"], "Bearer sandbox-api-key");
    assert_eq!(write["body"], r#"{"first_name":"Jane"}"#);
    assert_eq!(read["method"], "GET");
    assert!(!listed.to_string().contains("a-real-key"), "{listed}");

    let (_, newest) = control(&sandbox, "GET", "/requests?limit=1", &Value::Null).await;
    assert_eq!(newest["requests"], json!([read]));
    control(&sandbox, "DELETE", "/requests", &Value::Null).await;
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_reset_undoes_everything() {
    let sandbox = Sandbox::start().await.unwrap();
    let cards = sandbox.cards();
    for _ in 0..4 {
        rename(&sandbox).await;
    }
    sandbox.misbehave(Fault::status(503).always());
    tell(
        &sandbox,
        "/clock",
        json!({"advance_seconds": 3_000_000_000_u64}),
    )
    .await;
    let how = tell(&sandbox, "/reset", Value::Null).await;
    assert_eq!(how["faults"], 0);
    assert_eq!(sandbox.cards(), cards);
    assert!(sandbox.requests().is_empty());
    assert_eq!(rename(&sandbox).await, 0);
    assert!(sandbox.requests()[0].received_at <= std::time::SystemTime::now());
}

#[tokio::test]
async fn an_error_lists_what_is_possible() {
    let sandbox = Sandbox::start().await.unwrap();
    for (path, body, status, why) in [
        (
            "/fault",
            json!({}),
            404,
            "there is no /sandbox/fault; there are GET /sandbox, POST /sandbox/faults,",
        ),
        ("/reset/", json!({}), 404, "there are GET /sandbox,"),
        (
            "/requests",
            json!({}),
            405,
            "/sandbox/requests takes GET, DELETE",
        ),
        ("/faults", json!({"tims": 2}), 400, "`tims`"),
        (
            "/faults",
            json!({"code": 1}),
            400,
            "the contract has no code 1; it has 1001, 1002,",
        ),
        (
            "/faults",
            json!({"status": 9999}),
            400,
            "9999 is not the status of a response",
        ),
        (
            "/faults",
            json!({"operation": "x"}),
            400,
            "there is no operation \"x\"; there are createContactCard,",
        ),
        (
            "/faults",
            json!({"method": "patch"}),
            400,
            "the method must be a name in upper case",
        ),
        (
            "/faults",
            json!({"headers": {"a b": ""}}),
            400,
            "\"a b\" is not a header name",
        ),
        (
            "/faults",
            json!({"connection": "cut", "status": 500}),
            400,
            "`connection` excludes any other response",
        ),
        (
            "/faults",
            json!({"body": "", "json": {}}),
            400,
            "use one of `body`, `body_base64` and `json`",
        ),
        (
            "/faults",
            json!({"body_base64": "?"}),
            400,
            "`body_base64` is not base64",
        ),
        (
            "/faults",
            json!({"headers": {"a": 1}}),
            400,
            "a header is a text or a list of texts",
        ),
        (
            "/faults",
            json!({"connection": "pull"}),
            400,
            "expected `cut` or `stall`",
        ),
        (
            "/faults",
            json!({"drip": {"bytes": 0, "pause_ms": 1}}),
            400,
            "`drip.bytes` must be at least 1",
        ),
        (
            "/faults",
            json!({"delay_ms": 3_600_001}),
            400,
            "`delay_ms` must be at most 3600000, an hour",
        ),
        (
            "/upstream",
            json!({"phone_number": "555"}),
            400,
            "in E.164 format",
        ),
        ("/budgets", json!({}), 400, "`enforced`"),
        ("/clock", json!({"advance_seconds": -1}), 400, ""),
        (
            "/webhooks",
            json!({"event_type": "a.b"}),
            400,
            "there are examples of contact_card.created,",
        ),
        (
            "/webhooks",
            json!({"event_type": "a.b", "data": "a".repeat(70_000)}),
            400,
            "`data` is larger than 65536 bytes",
        ),
        (
            "/webhooks",
            json!({"event_type": "contact_card.received"}),
            409,
            "no active subscription takes",
        ),
    ] {
        let (answered, answer) = control(&sandbox, "POST", path, &body).await;
        let text = answer["error"].as_str().unwrap();
        assert_eq!(answered, status, "{path} {body}");
        assert!(text.contains(why), "{path} {body}: {text}");
    }
    for query in ["?limit=0", "?limit=101", "?limit=a", "?last=1"] {
        let path = format!("/requests{query}");
        assert_eq!(control(&sandbox, "GET", &path, &Value::Null).await.0, 400);
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn the_number_of_waiting_faults_is_limited() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = json!({"status": 500});
    for _ in 0..100 {
        tell(&sandbox, "/faults", fault.clone()).await;
    }
    assert_eq!(control(&sandbox, "POST", "/faults", &fault).await.0, 409);
}

/// A page can't read the responses; these are what it could send without being asked for more.
#[tokio::test]
async fn web_pages_are_kept_away() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/sandbox/faults", sandbox.origin());
    for (name, value, status) in [
        ("origin", "https://example.com", 403),
        ("origin", "null", 403),
        ("host", "example.com", 403),
        ("content-type", "text/plain", 415),
        ("content-type", "application/x-www-form-urlencoded", 415),
    ] {
        let request = client().post(&url).header(name, value);
        let response = request.body(r#"{"status":500}"#).send().await.unwrap();
        assert_eq!(response.status(), status, "{name}: {value}");
        assert!(
            response
                .headers()
                .get("access-control-allow-origin")
                .is_none()
        );
    }
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
}

#[tokio::test]
async fn the_control_endpoint_is_not_part_of_the_api() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::cut().always());
    let (status, overview) = control(&sandbox, "GET", "", &Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(overview["faults"], 1);
    sandbox.behave();
    for path in ["/sandbox", "/sandbox/faults", "/v3/sandbox"] {
        assert_eq!(get(&sandbox, path).await.status(), 404, "{path}");
    }
}
