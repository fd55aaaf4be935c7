//! The server's side of HTTP/2, frame by frame, so that a test can send what no library would send.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
const GOAWAY: u8 = 7;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const INTERNAL_ERROR: u32 = 2;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const CANCEL: u32 = 8;
pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;

/// A connection.
pub(crate) struct Http2(TlsStream<TcpStream>);

pub(crate) struct Frame {
    pub(crate) kind: u8,
    flags: u8,
    pub(crate) stream: u32,
    payload: Vec<u8>,
}

impl Http2 {
    pub(crate) async fn accept(mut stream: TlsStream<TcpStream>) -> Option<Self> {
        let mut preface = [0; PREFACE.len()];
        stream.read_exact(&mut preface).await.ok()?;
        assert_eq!(preface, PREFACE);
        let mut connection = Self(stream);
        connection.send(SETTINGS, 0, 0, &[]).await;
        Some(connection)
    }

    /// The next frame; `None` when the client has closed the connection. Acknowledges settings.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await.ok()?;
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.0.read_exact(&mut payload).await.ok()?;
            if kind == SETTINGS && flags & ACK == 0 {
                self.send(SETTINGS, ACK, 0, &[]).await;
                continue;
            }
            return Some(Frame {
                kind,
                flags,
                stream: u32::from_be_bytes(stream),
                payload,
            });
        }
    }

    /// The stream of the next request, once it is complete. Responds to pings.
    pub(crate) async fn request(&mut self) -> Option<u32> {
        loop {
            let frame = self.next().await?;
            match frame.kind {
                PING => self.send(PING, ACK, 0, &frame.payload).await,
                HEADERS | DATA if frame.flags & END_STREAM != 0 => return Some(frame.stream),
                _ => {}
            }
        }
    }

    /// Sends the head of a response with status 200.
    pub(crate) async fn head(&mut self, stream: u32) {
        const STATUS_200: u8 = 0x88;
        self.send(HEADERS, END_HEADERS, stream, &[STATUS_200]).await;
    }

    pub(crate) async fn answer(&mut self, stream: u32, body: &str) {
        self.head(stream).await;
        self.send(DATA, END_STREAM, stream, body.as_bytes()).await;
    }

    /// Responds to every request with an empty list.
    pub(crate) async fn respond_to_all(mut self) {
        while let Some(stream) = self.request().await {
            self.answer(stream, r#"{"contact_cards":[]}"#).await;
        }
    }

    pub(crate) async fn reset(&mut self, stream: u32, code: u32) {
        self.send(RST_STREAM, 0, stream, &code.to_be_bytes()).await;
    }

    pub(crate) async fn go_away(&mut self, last_stream: u32, code: u32, debug_data: &[u8]) {
        let mut payload = last_stream.to_be_bytes().to_vec();
        payload.extend(code.to_be_bytes());
        payload.extend(debug_data);
        self.send(GOAWAY, 0, 0, &payload).await;
    }

    /// Ignores errors: the client may have gone.
    pub(crate) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![a, b, c, kind, flags];
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        let _ = self.0.write_all(&frame).await;
        let _ = self.0.flush().await;
    }
}
