//! The API key can be replaced while the client is used.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use linq::{Client, Error};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::Server;
use crate::support::TestClock;

const OLD: &str = "sk-very-secret-old";
const NEW: &str = "sk-very-secret-new";
const NUMBER: &str = "+15551234567";

/// The API key of the next request, which has no body; `None` when the client has gone.
async fn next_key(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    let key = head
        .lines()
        .find_map(|line| line.strip_prefix("authorization: Bearer "));
    Some(key.unwrap().to_owned())
}

async fn respond(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n");
    let _ = stream.write_all((head + body).as_bytes()).await;
}

/// A server that replaces the key of its client whenever a request has arrived, and only then
/// responds, with `%` for the key that it got.
struct Replacing {
    client: Client,
    keys: Arc<Mutex<Vec<String>>>,
}

impl Replacing {
    async fn with(responses: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        let shared = Arc::new(OnceLock::<Client>::new());
        let keys = Arc::<Mutex<Vec<String>>>::default();
        let (its_client, seen) = (Arc::clone(&shared), Arc::clone(&keys));
        let server = Server::tcp(move |_, mut stream: TcpStream| {
            let (client, seen) = (Arc::clone(&its_client), Arc::clone(&seen));
            async move {
                while let Some(key) = next_key(&mut stream).await {
                    client.get().unwrap().set_api_key(NEW).unwrap();
                    let number = seen.lock().unwrap().len();
                    seen.lock().unwrap().push(key.clone());
                    let (status, headers, body) = responses[number % responses.len()];
                    let [headers, body] = [headers, body].map(|text| text.replace('%', &key));
                    respond(&mut stream, status, &headers, &body).await;
                }
            }
        });
        let builder = server.await.builder().api_key(OLD);
        let client = builder.clock(TestClock::new()).build().unwrap();
        shared.set(client.clone()).unwrap();
        Self { client, keys }
    }

    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }
}

fn assert_hidden(error: &Error) {
    let shown = format!(
        "{error} {error:#?} {:?} {:?}",
        error.body(),
        error.message()
    );
    assert!(!shown.contains("very-secret"), "{shown}");
    assert!(shown.contains("[redacted]"), "{shown}");
}

#[tokio::test]
async fn the_next_attempt_of_a_running_request_sends_the_new_key() {
    let server = Replacing::with(&[("503", "", "%"), ("400", "", "you sent %")]).await;
    let error = server.client.contact_card().retrieve().await.unwrap_err();
    assert_eq!(server.keys(), [OLD, NEW]);
    assert_eq!(
        (error.attempts(), error.body()),
        (2, Some("you sent [redacted]"))
    );
    assert_hidden(&error);
}

#[tokio::test]
async fn a_response_is_redacted_by_the_key_that_was_sent() {
    const OTHER: &str =
        r#"{"contact_cards":[{"phone_number":"+15550000009","first_name":"%","is_active":true}]}"#;
    const ERROR: &str = r#"{"error":{"code":1003,"message":"%","doc_url":"%"},"trace_id":"%"}"#;
    for response in [
        &[("400", "x-trace-id: %\r\n", "you sent %")],
        &[("400", "content-encoding: %\r\n", ERROR)],
        &[("200", "x-trace-id: %\r\n", r#"{"contact_cards":"%"}"#)],
        &[("200", "x-trace-id: %\r\n", OTHER)],
    ] {
        let server = Replacing::with(response).await;
        let get = server.client.contact_card().get(NUMBER);
        let error = get.await.unwrap_err();
        assert_eq!(server.keys(), [OLD]);
        assert_eq!(error.trace_id(), None);
        assert_hidden(&error);
    }
}

#[tokio::test]
async fn the_trace_id_of_a_response_does_not_show_the_old_key() {
    let server = Replacing::with(&[("200", "x-trace-id: %\r\n", r#"{"contact_cards":[]}"#)]).await;
    let response = server
        .client
        .contact_card()
        .retrieve()
        .send()
        .await
        .unwrap();
    assert_eq!((response.trace_id(), server.keys().len()), (None, 1));
    assert!(!format!("{response:?}").contains("very-secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_attempt_sends_and_redacts_one_whole_key() {
    let all: Vec<String> = ('a'..='z').map(|c| c.to_string().repeat(40)).collect();
    let keys = Arc::<Mutex<BTreeSet<String>>>::default();
    let seen = Arc::clone(&keys);
    let server = Server::tcp(move |_, mut stream: TcpStream| {
        let seen = Arc::clone(&seen);
        async move {
            while let Some(key) = next_key(&mut stream).await {
                let body = format!("<{key}>");
                respond(&mut stream, "400", &format!("x-trace-id: {key}\r\n"), &body).await;
                seen.lock().unwrap().insert(key);
            }
        }
    });
    let client = server.await.builder().api_key(&all[0]).build().unwrap();
    let call = async |client: &Client| {
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert_eq!(
            (error.body(), error.trace_id()),
            (Some("<[redacted]>"), None)
        );
    };
    call(&client).await;
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                call(&client).await;
            }
        })
    });
    let calls: Vec<_> = calls.collect();
    while calls.iter().any(|calls| !calls.is_finished()) {
        for key in &all {
            client.set_api_key(key).unwrap();
            tokio::task::yield_now().await;
        }
    }
    for call in calls {
        call.await.unwrap();
    }
    call(&client).await;
    let keys = keys.lock().unwrap();
    assert!(
        keys.contains(&all[0]) && keys.contains(&all[25]),
        "{keys:?}"
    );
    let known = BTreeSet::from_iter(all);
    assert!(keys.is_subset(&known), "{keys:?}");
}

#[tokio::test]
async fn connections_and_budgets_are_kept() {
    const CARD: &str = r#"{"phone_number":"+15551234567","first_name":"Ann","is_active":true}"#;
    let keys = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&keys);
    let server = Server::tcp(move |_, mut stream: TcpStream| {
        let seen = Arc::clone(&seen);
        async move {
            while let Some(key) = next_key(&mut stream).await {
                seen.lock().unwrap().push(key);
                respond(&mut stream, "200", "", CARD).await;
            }
        }
    })
    .await;
    let client = server.builder().api_key(OLD).build().unwrap();
    let update = || client.contact_card().update(NUMBER).first_name("Ann");
    update().await.unwrap();
    client.clone().set_api_key(NEW).unwrap();
    for _ in 0..2 {
        update().await.unwrap();
    }
    let error = update().await.unwrap_err();
    assert!(error.is_rate_limited() && error.attempts() == 0, "{error}");
    assert_eq!(*keys.lock().unwrap(), [OLD, NEW, NEW]);
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn an_invalid_key_is_refused_and_not_shown() {
    let server = Replacing::with(&[("200", "", r#"{"contact_cards":[]}"#)]).await;
    for key in ["", "very-secret\n", "very secret", "very-secret-é"] {
        let error = server.client.set_api_key(key).unwrap_err();
        assert!(error.is_invalid_input());
        assert!(!format!("{error:#?}").contains("secret"), "{error:#?}");
    }
    server.client.contact_card().retrieve().await.unwrap();
    assert_eq!(server.keys(), [OLD]);
}
