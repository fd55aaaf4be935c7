//! Writes that are dropped while they are sent over TLS and HTTP/2.

use linq::{Client, Result};
use linq_sandbox::EXAMPLE_CHAT_ID;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::authority::Authority;
use super::http2::Http2;
use crate::server::Server;

async fn update(client: &Client) -> Result<()> {
    let update = client.contact_card().update("+15551234567");
    update.first_name("Ann").await.map(drop)
}

async fn share(client: &Client) -> Result<()> {
    client.chats().share_contact_card(EXAMPLE_CHAT_ID).await
}

/// Drops a request at the next event.
async fn drop_at_next(
    events: &mut watch::Receiver<usize>,
    request: impl Future<Output = Result<()>>,
) {
    tokio::select! {
        done = request => panic!("{done:?}"),
        changed = events.changed() => changed.unwrap(),
    }
}

fn is_refused(done: Result<()>) -> bool {
    done.is_err_and(|error| error.is_rate_limited() && error.status().is_none())
}

#[tokio::test]
async fn a_write_dropped_during_the_handshake_does_not_count() {
    let (count, mut hellos) = watch::channel(0);
    let server = Server::tcp(move |_, mut stream: TcpStream| {
        let count = count.clone();
        async move {
            stream.read_exact(&mut [0; 5]).await.unwrap();
            count.send_modify(|count| *count += 1);
            // Whatever else comes gets no response.
            while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
        }
    })
    .await
    .with_tls();
    let client = server.builder().build().unwrap();
    for _ in 0..5 {
        drop_at_next(&mut hellos, update(&client)).await;
        drop_at_next(&mut hellos, share(&client)).await;
    }
}

#[tokio::test]
async fn a_write_dropped_after_it_was_sent_counts() {
    let authority = Authority::new();
    let (count, mut requests) = watch::channel(0);
    let server = Server::http2(authority.server(), move |_, mut connection: Http2| {
        let count = count.clone();
        async move {
            while connection.request().await.is_some() {
                count.send_modify(|count| *count += 1);
            }
        }
    })
    .await;
    let client = authority.builder(&server).build().unwrap();
    drop_at_next(&mut requests, share(&client)).await;
    assert!(is_refused(share(&client).await));
    for _ in 0..3 {
        drop_at_next(&mut requests, update(&client)).await;
    }
    assert!(is_refused(update(&client).await));
    assert_eq!(server.accepted(), 1);
}
