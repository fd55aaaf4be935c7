//! Failures of a proxy are told apart from those of the service.

use std::net::TcpStream;

use linq::{Client, Error, WriteOutcome};
use linq_sandbox::Sandbox;
use reqwest::Proxy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::server::Server;
use crate::support::{TestClock, builder_at, without_reasons};

/// A client of a base URL, through a proxy.
fn client(base_url: &str, proxy: &str) -> Client {
    let http = reqwest::Client::builder().proxy(Proxy::all(proxy).unwrap());
    let builder = builder_at(base_url).http_client(http.build().unwrap());
    builder.clock(TestClock::new()).build().unwrap()
}

async fn update(client: &Client) -> Error {
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    update.await.unwrap_err()
}

fn assert_not_sent(error: &Error, text: &str) {
    assert_eq!(without_reasons(&error.to_string()), text);
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (3, Some(WriteOutcome::NotSent))
    );
}

#[tokio::test]
async fn an_unreachable_proxy_is_named() {
    // Bound, so that nobody else takes it, but not listening.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let proxy = socket.local_addr().unwrap().to_string();
    let refused = TcpStream::connect(&proxy).unwrap_err();
    let sandbox = Sandbox::start().await.unwrap();
    let host = sandbox.origin().trim_start_matches("http://");
    for (base_url, host) in [
        (sandbox.base_url(), host),
        ("https://linq.invalid", "linq.invalid"),
    ] {
        let client = client(base_url, &format!("http://{proxy}"));
        assert_not_sent(
            &update(&client).await,
            &format!(
                "no connection to {host} through the proxy {proxy}: {refused}; \
                 check the proxy (HTTPS_PROXY, or the one of your own HTTP client) [3 attempts]"
            ),
        );
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_of_the_proxy_is_reported() {
    for answer in [
        "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "",
    ] {
        let proxy = Server::tcp(move |_, mut stream| async move {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let client = client("https://linq.invalid", &format!("http://{}", proxy.host()));
        assert_not_sent(
            &update(&client).await,
            "no connection to linq.invalid through the proxy: [reason]; \
             check the proxy (HTTPS_PROXY, or the one of your own HTTP client) [3 attempts]",
        );
    }
}
