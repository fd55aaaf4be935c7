//! A server that reads a request and then does what a test says.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::Server;

/// What a server does with a connection once it has read the request.
#[derive(Clone)]
pub(super) struct Fault {
    pub(super) name: String,
    /// The status that must not be lost.
    pub(super) status: Option<u16>,
    pub(super) response: Vec<u8>,
    pub(super) then: Then,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Then {
    Close,
    Reset,
    /// Until the client closes the connection.
    Hold,
    /// Piece by piece, without end.
    Drip(&'static str),
    /// As fast as it can, without end.
    Flood(&'static str),
}

/// A server with this fault.
pub(super) async fn with(fault: Arc<Fault>) -> Server {
    Server::tcp(move |_, stream| serve(Arc::clone(&fault), stream)).await
}

/// Ignores errors: the client may have gone.
async fn serve(fault: Arc<Fault>, mut stream: TcpStream) {
    read_request(&mut stream).await;
    let _ = stream.write_all(&fault.response).await;
    match fault.then {
        Then::Close => {}
        Then::Reset => stream.set_zero_linger().unwrap(),
        Then::Hold => while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {},
        Then::Drip(piece) => {
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            while stream.write_all(piece.as_bytes()).await.is_ok() {
                pace.tick().await;
            }
        }
        Then::Flood(piece) => {
            let many = piece.repeat(100);
            while stream.write_all(many.as_bytes()).await.is_ok() {}
        }
    }
}

async fn read_request(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte.to_ascii_lowercase()),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .split_once("content-length: ")
        .and_then(|(_, rest)| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    let _ = stream.read_exact(&mut body).await;
}
