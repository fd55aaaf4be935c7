//! What a sandbox remembers, and how it starts and stops.

use linq_sandbox::{Fault, Sandbox};
use tokio::net::TcpStream;

use crate::client::{client, connection, get, read_until, rest_of, send_request};

#[tokio::test]
async fn requests_are_recorded_as_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(500));
    get(&sandbox, "/v3/contact_card?phone_number=%2B15551234567").await;
    let request = client()
        .post(format!("{}/v3/a%20b", sandbox.base_url()))
        .header("x-name", "value")
        .body("{}");
    request.send().await.unwrap();

    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].method, "GET");
    assert_eq!(requests[0].path, "/api/partner/v3/contact_card");
    assert_eq!(
        requests[0].query.as_deref(),
        Some("phone_number=%2B15551234567")
    );
    assert_eq!(
        requests[0].headers["authorization"],
        "Bearer sandbox-api-key"
    );
    assert_eq!(requests[0].body, "");
    assert_eq!(requests[1].method, "POST");
    assert_eq!(requests[1].path, "/api/partner/v3/a%20b");
    assert_eq!(requests[1].query, None);
    assert_eq!(requests[1].headers["x-name"], "value");
    assert_eq!(requests[1].body, "{}");
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = connection(&sandbox).await;
    for _ in 0..1_999 {
        let response = read_until(&mut stream, "}]}").await;
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        send_request(&mut stream).await;
    }
    sandbox.wait_for_requests(2_000).await;
    assert_eq!(sandbox.requests().len(), 2_000);
}

#[tokio::test]
async fn dropping_it_closes_its_connections_and_its_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.origin().strip_prefix("http://").unwrap().to_owned();
    let mut idle = connection(&sandbox).await;
    read_until(&mut idle, "}]}").await;
    drop(sandbox);
    assert_eq!(rest_of(idle).await, "");
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.origin().strip_prefix("http://127.0.0.1:").unwrap();
    let taken = Sandbox::builder().port(port.parse().unwrap()).start().await;
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    assert_eq!(
        sandbox.base_url(),
        format!("http://127.0.0.1:{port}/api/partner")
    );
}
