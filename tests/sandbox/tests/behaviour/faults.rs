//! Faults that replace responses.

use std::time::Duration;

use linq_sandbox::{Fault, Sandbox};
use reqwest::StatusCode;
use serde_json::json;
use tokio::time::Instant;

use crate::client::{CONTACT_CARD, client, connection, get, header, json_of, rest_of};

#[tokio::test]
async fn faults_are_used_in_order_and_then_it_behaves() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(503).times(2));
    sandbox.misbehave(Fault::status(504).times(0));
    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    for status in [503, 503, 403, 200, 200] {
        assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), status);
    }
    sandbox.misbehave(Fault::status(500).always());
    for _ in 0..3 {
        assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 500);
    }
    sandbox.behave();
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
}

#[tokio::test]
async fn an_error_fault_has_the_documented_envelope() {
    let sandbox = Sandbox::start().await.unwrap();
    let busy = Fault::error(429, 1007, "Rate limit exceeded").retry_after(30);
    sandbox.misbehave(busy.header("x-trace-id", "2eff5df5c6f688733c007523c4d61cd9"));
    let response = get(&sandbox, CONTACT_CARD).await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), Some("30"));
    assert_eq!(
        header(&response, "x-trace-id"),
        Some("2eff5df5c6f688733c007523c4d61cd9")
    );
    assert_eq!(
        json_of(response).await,
        json!({
            "success": false,
            "error": {
                "status": 429,
                "code": 1007,
                "message": "Rate limit exceeded",
                "retry_after": 30
            },
            "trace_id": "2eff5df5c6f688733c007523c4d61cd9"
        })
    );
}

#[tokio::test]
async fn a_raw_body_is_sent_as_it_is() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(200).body(&b"\xff\x00{"[..]));
    sandbox.misbehave(
        Fault::status(502)
            .header("content-type", "text/html")
            .body("<h1>"),
    );
    sandbox.misbehave(Fault::status(299).json(json!({"contact_cards": null})));

    let response = get(&sandbox, CONTACT_CARD).await;
    assert_eq!(header(&response, "content-type"), None);
    assert_eq!(response.bytes().await.unwrap(), &b"\xff\x00{"[..]);

    let response = get(&sandbox, CONTACT_CARD).await;
    assert_eq!(response.status(), 502);
    assert_eq!(header(&response, "content-type"), Some("text/html"));
    assert_eq!(response.text().await.unwrap(), "<h1>");

    let response = get(&sandbox, CONTACT_CARD).await;
    assert_eq!(response.status(), 299);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    assert_eq!(response.text().await.unwrap(), r#"{"contact_cards":null}"#);
}

#[tokio::test]
async fn a_header_of_a_fault_replaces_the_usual_one_and_can_repeat() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = Fault::none()
        .header("Content-Type", "text/plain")
        .header("x-name", "one")
        .header("X-Name", "two");
    sandbox.misbehave(fault);
    let response = get(&sandbox, CONTACT_CARD).await;
    let all = |name| -> Vec<_> { response.headers().get_all(name).iter().collect() };
    assert_eq!(all("content-type"), ["text/plain"]);
    assert_eq!(all("x-name"), ["one", "two"]);
}

#[tokio::test]
async fn bodiless_statuses_and_redirects_are_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(204).body("dropped"));
    sandbox.misbehave(Fault::status(304).drip(1, Duration::ZERO).body("dropped"));
    sandbox.misbehave(Fault::status(307).header("location", "/api/partner/v3/contact_card"));
    for status in [204, 304] {
        assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), status);
    }
    assert_eq!(get(&sandbox, "/v3/nothing").await.status(), 200);
    assert_eq!(sandbox.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_delay_holds_back_even_the_head() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::none().delay(Duration::from_secs(3_600)));
    let start = Instant::now();
    let response = get(&sandbox, CONTACT_CARD).await;
    assert!(start.elapsed() >= Duration::from_secs(3_600));
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_fault_does_not_apply_to_earlier_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = connection(&sandbox).await;
    sandbox.wait_for_requests(1).await;
    sandbox.misbehave(Fault::cut());
    assert_eq!(rest_of(connection(&sandbox).await).await, "");
    drop(sandbox);
    assert!(rest_of(first).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_applies_to_one_of_many_concurrent_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(500).times(30));
    let client = client();
    let requests = (0..100).map(|_| {
        client
            .get(format!("{}{CONTACT_CARD}", sandbox.base_url()))
            .bearer_auth(sandbox.api_key())
            .send()
    });
    let tasks: Vec<_> = requests.map(tokio::spawn).collect();
    let mut failed = 0;
    for task in tasks {
        let status = task.await.unwrap().unwrap().status();
        failed += usize::from(status == StatusCode::INTERNAL_SERVER_ERROR);
    }
    assert_eq!(failed, 30);
    assert_eq!(sandbox.requests().len(), 100);
}
