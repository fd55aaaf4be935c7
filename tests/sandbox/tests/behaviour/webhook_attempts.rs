//! How often an event is sent, and when.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linq_sandbox::Fault;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::client::{EXAMPLE_CARD, code};
use crate::receiver::{KEY, header, receiver, sandbox_with_webhook, signature};
use crate::time::Time;

#[tokio::test]
async fn a_retry_has_a_fresh_timestamp_and_signature() {
    let receiver = receiver([
        Fault::status(500),
        Fault::status(429).retry_after(1),
        Fault::cut(),
    ])
    .await;
    let time = Time::default();
    let waits = Arc::new(Mutex::new(Vec::new()));
    let (passing, asked) = (time.clone(), waits.clone());
    let sandbox = sandbox_with_webhook(&receiver)
        .clock(time.clock())
        .webhook_wait(move |wait| {
            passing.advance(wait);
            asked.lock().unwrap().push(wait.as_secs());
            async {}
        })
        .start()
        .await
        .unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [Some(500), Some(429), None, Some(200)]);
    assert!(report.delivered);
    assert_eq!(*waits.lock().unwrap(), [5, 10, 20]);

    let requests = receiver.requests();
    let timestamps = requests
        .iter()
        .map(|request| header(request, "webhook-timestamp"));
    assert_eq!(timestamps.collect::<Vec<_>>(), ["0", "5", "15", "35"]);
    for request in &requests {
        assert_eq!(header(request, "webhook-id"), report.event_id);
        assert_eq!(
            header(request, "webhook-signature"),
            signature(KEY, request)
        );
        assert_eq!(request.body, requests[0].body);
    }
}

#[tokio::test]
async fn delivery_stops_after_25_minutes() {
    let receiver = receiver([Fault::status(503).always()]).await;
    let waited = Arc::new(Mutex::new(Duration::ZERO));
    let total = waited.clone();
    let sandbox = sandbox_with_webhook(&receiver)
        .webhook_wait(move |wait| {
            *total.lock().unwrap() += wait;
            async {}
        })
        .start()
        .await
        .unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [Some(503); 11]);
    assert!(!report.delivered);
    assert_eq!(*waited.lock().unwrap(), Duration::from_secs(1_500));
}

#[tokio::test]
async fn refusals_and_redirects_are_not_retried() {
    for status in [301, 307, 400, 401, 404, 408, 410] {
        let answer = Fault::status(status).header("location", "/elsewhere");
        let receiver = receiver([answer]).await;
        let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
        let report = sandbox.send_webhook("any", json!({})).report().await;
        assert_eq!(report.statuses, [Some(status)]);
        assert!(!report.delivered);
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_2xx_counts_even_if_its_body_never_ends() {
    let receiver = receiver([Fault::status(202).body("0123456789").stall_after(5)]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [Some(202)]);
    assert!(report.delivered);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_times_out_after_15_seconds_and_is_retried() {
    let start = Instant::now();
    let receiver = receiver([Fault::stall()]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [None, Some(200)]);
    assert_eq!(start.elapsed().as_secs(), 15 + 5);
}

#[tokio::test]
async fn a_slow_receiver_blocks_neither_writes_nor_other_events() {
    let receiver = receiver([Fault::stall()]).await;
    let sandbox = sandbox_with_webhook(&receiver).start().await.unwrap();
    let name = json!({"first_name": "Jane"});
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    receiver.wait_for_requests(1).await;
    assert!(
        sandbox
            .send_webhook("next", json!({}))
            .report()
            .await
            .delivered
    );
}

#[tokio::test]
async fn dropping_the_sandbox_stops_its_deliveries() {
    let receiver = receiver([Fault::status(500).always()]).await;
    let waiting = Arc::new(Notify::new());
    let is_waiting = waiting.clone();
    let sandbox = sandbox_with_webhook(&receiver)
        .webhook_wait(move |_| {
            is_waiting.notify_one();
            pending()
        })
        .start()
        .await
        .unwrap();
    let delivery = sandbox.send_webhook("any", json!({}));
    waiting.notified().await;
    drop(sandbox);
    let report = timeout(Duration::from_secs(10), delivery.report());
    let report = report.await.expect("the delivery did not stop");
    assert_eq!(report.statuses, [Some(500)]);
    assert!(!report.delivered);
}
