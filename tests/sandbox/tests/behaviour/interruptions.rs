//! Responses that break off or stall.

use linq_sandbox::{Fault, Sandbox};

use crate::client::{CONTACT_CARD, connection, get, read_until, rest_of};

#[tokio::test]
async fn a_cut_closes_the_connection_before_any_byte() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::cut());
    assert_eq!(rest_of(connection(&sandbox).await).await, "");
    assert_eq!(sandbox.requests().len(), 1);
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
}

#[tokio::test]
async fn a_body_is_cut_at_the_exact_byte() {
    let sandbox = Sandbox::start().await.unwrap();
    for (sent, body) in [(0, ""), (5, "01234"), (10, "0123456789")] {
        let fault = Fault::status(200).body("0123456789").cut_after(sent);
        sandbox.misbehave(fault);
        let response = rest_of(connection(&sandbox).await).await;
        let (head, received) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        let promised = if sent < 10 {
            "content-length: 10"
        } else {
            "content-length: 11"
        };
        assert!(head.lines().any(|line| line == promised), "{head}");
        assert_eq!(received, body);
    }
}

#[tokio::test]
async fn a_large_body_arrives_up_to_the_cut() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = "x".repeat(10_000_000);
    sandbox.misbehave(Fault::status(200).body(body).cut_after(9_999_999));
    let response = rest_of(connection(&sandbox).await).await;
    let (_, received) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(received.len(), 9_999_999);
}

#[tokio::test]
async fn a_usual_response_can_be_cut() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::none().cut_after(17));
    let response = rest_of(connection(&sandbox).await).await;
    let (_, received) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(received, r#"{"contact_cards":"#);
}

#[tokio::test]
async fn a_stalled_request_does_not_block_others() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::stall());
    let stalled = connection(&sandbox).await;
    sandbox.wait_for_requests(1).await;
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
    drop(sandbox);
    assert_eq!(rest_of(stalled).await, "");
}

#[tokio::test]
async fn a_stalled_body_stops_and_keeps_the_connection_open() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(200).body("0123456789").stall_after(5));
    let mut stalled = connection(&sandbox).await;
    let start = read_until(&mut stalled, "01234").await;
    assert!(start.contains("\r\ncontent-length: 10\r\n"), "{start}");
    assert_eq!(get(&sandbox, CONTACT_CARD).await.status(), 200);
    let more = stalled.try_read(&mut [0; 8]).unwrap_err();
    assert_eq!(more.kind(), std::io::ErrorKind::WouldBlock);
    drop(sandbox);
    assert_eq!(rest_of(stalled).await, "");
}
