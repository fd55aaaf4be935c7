//! Connections are kept for later requests.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Barrier, watch};

use crate::server::Server;
use crate::support::{TestClock, soon};

/// A response with one card of this name.
fn card(name: &str) -> String {
    let body = format!(
        r#"{{"contact_cards":[{{"phone_number":"+15551234567","first_name":"{name}","is_active":true}}]}}"#
    );
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Reads a request; false when the client has closed the connection.
async fn request(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}

#[tokio::test]
async fn bytes_after_a_response_are_not_read_as_the_next_one() {
    for parts in [
        vec![card("first") + &card("planted")],
        vec![card("first"), card("planted")],
        vec![card("first") + "HTTP/1.1 200"],
    ] {
        let (is_closed, mut closed) = watch::channel(false);
        let server = Server::tcp(move |before, mut stream| {
            let (parts, is_closed) = (parts.clone(), is_closed.clone());
            async move {
                if before > 0 {
                    while request(&mut stream).await {
                        stream.write_all(card("second").as_bytes()).await.unwrap();
                    }
                    return;
                }
                assert!(request(&mut stream).await);
                for part in parts {
                    stream.write_all(part.as_bytes()).await.unwrap();
                }
                assert!(!request(&mut stream).await);
                is_closed.send_replace(true);
            }
        })
        .await;
        let client = server.builder().build().unwrap();
        let name = async || {
            let cards = client
                .contact_card()
                .retrieve()
                .await
                .unwrap()
                .contact_cards;
            cards[0].first_name.clone()
        };
        assert_eq!(name().await, "first");
        soon(closed.wait_for(|closed| *closed)).await.unwrap();
        assert_eq!(name().await, "second");
    }
}

#[tokio::test]
async fn few_connections_are_kept_idle() {
    const CALLS: usize = 200;
    let all_asked = Arc::new(Barrier::new(CALLS));
    let (count_closed, mut closed) = watch::channel(0);
    let server = Server::tcp(move |_, mut stream| {
        let (all_asked, closed) = (Arc::clone(&all_asked), count_closed.clone());
        async move {
            if request(&mut stream).await {
                all_asked.wait().await;
                stream.write_all(card("Ann").as_bytes()).await.unwrap();
                assert!(!request(&mut stream).await);
            }
            closed.send_modify(|closed| *closed += 1);
        }
    })
    .await;
    let client = server.builder().clock(TestClock::new()).build().unwrap();
    let calls = (0..CALLS).map(|_| client.contact_card().retrieve().send());
    for response in futures_util::future::join_all(calls).await {
        response.unwrap();
    }
    soon(closed.wait_for(|closed| *closed == CALLS - 128))
        .await
        .unwrap();
    // The others are closed with the client.
    drop(client);
    soon(closed.wait_for(|closed| *closed == CALLS))
        .await
        .unwrap();
}
