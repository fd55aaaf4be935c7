//! How often an event is sent.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use linq_sandbox::Fault;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::client::{EXAMPLE_CARD, code};
use crate::receiver::{KEY, header, receiver, signature, telling};
use crate::time::Time;

#[tokio::test]
async fn a_failed_attempt_is_made_again_with_a_fresh_signature() {
    let receiver = receiver([
        Fault::status(500),
        Fault::status(429).retry_after(1),
        Fault::cut(),
    ])
    .await;
    let time = Time::default();
    let waits = Arc::new(Mutex::new(Vec::new()));
    let (passing, asked) = (time.clone(), waits.clone());
    let sandbox = telling(&receiver)
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
async fn a_receiver_that_stays_broken_is_given_up_after_25_minutes() {
    let receiver = receiver([Fault::status(503).always()]).await;
    let waited = Arc::new(Mutex::new(Duration::ZERO));
    let total = waited.clone();
    let sandbox = telling(&receiver)
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
async fn a_refusal_and_a_redirect_are_final() {
    for status in [301, 307, 400, 401, 404, 410] {
        let answer = Fault::status(status).header("location", "/elsewhere");
        let receiver = receiver([answer]).await;
        let sandbox = telling(&receiver).start().await.unwrap();
        let report = sandbox.send_webhook("any", json!({})).report().await;
        assert_eq!(report.statuses, [Some(status)]);
        assert!(!report.delivered);
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[tokio::test]
async fn any_2xx_is_enough_even_if_its_body_never_ends() {
    let receiver = receiver([Fault::status(202).body("0123456789").stall_after(5)]).await;
    let sandbox = telling(&receiver).start().await.unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [Some(202)]);
    assert!(report.delivered);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_an_answer_is_made_again_after_15_seconds() {
    let start = Instant::now();
    let receiver = receiver([Fault::stall()]).await;
    let sandbox = telling(&receiver).start().await.unwrap();
    let report = sandbox.send_webhook("any", json!({})).report().await;
    assert_eq!(report.statuses, [None, Some(200)]);
    assert_eq!(start.elapsed().as_secs(), 15 + 5);
}

#[tokio::test]
async fn writes_do_not_wait_for_a_slow_receiver_nor_events_for_one_another() {
    let receiver = receiver([Fault::stall()]).await;
    let sandbox = telling(&receiver).start().await.unwrap();
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
async fn dropping_the_sandbox_ends_its_deliveries() {
    let receiver = receiver([Fault::status(500).always()]).await;
    let waiting = Arc::new(Notify::new());
    let is_waiting = waiting.clone();
    let sandbox = telling(&receiver)
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
    let report = report.await.expect("the delivery goes on");
    assert_eq!(report.statuses, [Some(500)]);
    assert!(!report.delivered);
}
