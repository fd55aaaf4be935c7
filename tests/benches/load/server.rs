//! A server in a process of its own, so that its work is not measured.
//!
//! It is this program, started again. The first segment of the path says what it responds: `/100`
//! with 100 cards, `/hold10000` with one card once 10,000 requests have arrived, `/faults` with one card
//! or, each twentieth time, the next of [`FAULTS`].

use std::collections::HashMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use linq_sandbox::Card;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The argument that makes this program the server.
const ARGUMENT: &str = "serve";

/// Which request below `/faults` fails.
pub(crate) const FAULTY: usize = 20;

/// What callers call a failure, and the response that it comes from. The last one is cut off.
pub(crate) const FAULTS: [(&str, &str); 5] = [
    (
        "server error",
        "HTTP/1.1 500 x\r\ncontent-length: 2\r\n\r\n{}",
    ),
    (
        "rate limited",
        "HTTP/1.1 429 x\r\nretry-after: 9\r\ncontent-length: 2\r\n\r\n{}",
    ),
    ("not found", "HTTP/1.1 404 x\r\ncontent-length: 2\r\n\r\n{}"),
    (
        "undecodable",
        "HTTP/1.1 200 x\r\ncontent-length: 6\r\n\r\n<html>",
    ),
    (CUT, "HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{"),
];

const CUT: &str = "broken connection";

/// A running server; dropping it stops it.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a server. In the process of the server itself, this does not return.
    pub(crate) fn start() -> Self {
        if env::args().any(|argument| argument == ARGUMENT) {
            serve();
        }
        let mut child = Command::new(env::current_exe().unwrap())
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut port).unwrap();
        let port = port.trim().parse().unwrap();
        Self { child, port }
    }

    /// A base URL below which every request is answered as `segment` says.
    pub(crate) fn base_url(&self, segment: &str) -> String {
        format!("http://127.0.0.1:{}/{segment}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the API returns for this many cards.
pub(crate) fn body(cards: usize) -> String {
    let cards: Vec<_> = (0..cards)
        .map(|number| Card {
            phone_number: format!("+1555{number:07}"),
            ..Card::example()
        })
        .collect();
    serde_json::json!({ "contact_cards": cards }).to_string()
}

fn response(cards: usize) -> Bytes {
    let body = body(cards);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n\
                date: Fri, 02 Jan 2026 03:04:05 GMT\r\nserver: bench\r\n\
                x-trace-id: 0123456789abcdef0123456789abcdef\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into()
}

fn serve() -> ! {
    // The end of its input is the end of the program that started it.
    thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let responses = Arc::new(Responses::default());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let responses = Arc::clone(&responses);
            tokio::spawn(async move { connection(stream, &responses).await });
        }
    })
}

#[derive(Default)]
struct Responses {
    of_cards: Mutex<HashMap<usize, Bytes>>,
    held: AtomicUsize,
    release: Notify,
    /// How many requests have arrived below `/faults`.
    arrived: AtomicUsize,
}

impl Responses {
    fn of(&self, cards: usize) -> Bytes {
        let mut of_cards = self.of_cards.lock().unwrap();
        of_cards
            .entry(cards)
            .or_insert_with(|| response(cards))
            .clone()
    }

    /// The name and the response of a fault, if it is time for one.
    fn fault(&self) -> Option<(&'static str, &'static str)> {
        let arrived = self.arrived.fetch_add(1, Ordering::Relaxed) + 1;
        let fault = arrived / FAULTY;
        arrived
            .is_multiple_of(FAULTY)
            .then(|| FAULTS[fault % FAULTS.len()])
    }

    /// Waits until this many requests wait.
    async fn hold(&self, requests: usize) {
        let released = self.release.notified();
        if self.held.fetch_add(1, Ordering::Relaxed) + 1 < requests {
            released.await;
        } else {
            self.held.store(0, Ordering::Relaxed);
            self.release.notify_waiters();
        }
    }
}

async fn connection(mut stream: TcpStream, responses: &Responses) {
    stream.set_nodelay(true).unwrap();
    let mut request = Vec::with_capacity(4096);
    while let Ok(1..) = stream.read_buf(&mut request).await {
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let path = request.split(|byte| *byte == b'/').nth(1).unwrap();
        let path = std::str::from_utf8(path).unwrap();
        let fault = (path == "faults").then(|| responses.fault()).flatten();
        let response = match (fault, path.strip_prefix("hold")) {
            (Some((_, response)), _) => response.into(),
            (None, Some(requests)) => {
                responses.hold(requests.parse().unwrap()).await;
                responses.of(1)
            }
            (None, None) => responses.of(path.parse().unwrap_or(1)),
        };
        request.clear();
        let is_cut = fault.is_some_and(|(name, _)| name == CUT);
        if stream.write_all(&response).await.is_err() || is_cut {
            return;
        }
    }
}
