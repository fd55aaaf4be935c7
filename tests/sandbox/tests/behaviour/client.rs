//! Requests to a sandbox, and what to read from its responses.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper that fails fails its test"
)]

use std::time::Duration;

use linq_sandbox::Sandbox;
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) const CONTACT_CARD: &str = "/v3/contact_card";
pub(crate) const EXAMPLE_CARD: &str = "/v3/contact_card?phone_number=%2B15551234567";
pub(crate) const SHARE: &str = "/v3/chats/550e8400-e29b-41d4-a716-446655440000/share_contact_card";

pub(crate) fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Response {
    client()
        .get(format!("{}{path}", sandbox.base_url()))
        .bearer_auth(sandbox.api_key())
        .send()
        .await
        .unwrap()
}

/// Sends a write; null stands for no body.
pub(crate) async fn send(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Response {
    let mut request = client()
        .request(
            method.parse().unwrap(),
            format!("{}{path}", sandbox.base_url()),
        )
        .bearer_auth(sandbox.api_key());
    if !body.is_null() {
        request = request.body(body.to_string());
    }
    request.send().await.unwrap()
}

/// The code of the error that a write gets, or 0.
pub(crate) async fn code(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> i64 {
    let response = send(sandbox, method, path, body).await;
    if response.status().is_success() {
        return 0;
    }
    status_and_code(response).await.1
}

pub(crate) async fn status_and_code(response: Response) -> (u16, i64) {
    let status = response.status().as_u16();
    let body = json_of(response).await;
    assert_eq!(body["error"]["status"], status);
    (status, body["error"]["code"].as_i64().unwrap())
}

pub(crate) async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

pub(crate) fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

pub(crate) fn trace_id(response: &Response) -> String {
    let id = header(response, "x-trace-id").unwrap();
    assert_eq!(id.len(), 32, "{id}");
    assert!(
        id.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
        "{id}"
    );
    id.to_owned()
}

/// A connection on which a request for the contact cards has been sent.
pub(crate) async fn connection(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.origin().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    send_request(&mut stream).await;
    stream
}

pub(crate) async fn send_request(stream: &mut TcpStream) {
    let request = "GET /api/partner/v3/contact_card HTTP/1.1\r\n\
                   host: localhost\r\n\
                   authorization: Bearer sandbox-api-key\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Everything that arrives until the connection is closed.
pub(crate) async fn rest_of(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let closed = timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    closed.expect("the connection stayed open").unwrap();
    String::from_utf8(bytes).unwrap()
}

pub(crate) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "closed");
    }
    String::from_utf8(bytes).unwrap()
}
