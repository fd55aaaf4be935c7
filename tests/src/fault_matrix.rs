//! Every operation under every fault: a typed error, or the documented success, in time.
//!
//! How often each is retried is in the tables of the retry policy; here each call is one attempt.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use insta::assert_snapshot;
use linq::{Client, ClientBuilder};
use linq_gen::Operation;
use linq_gen::operations::ALL;
use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::errors::kinds;
use crate::operations::{self, Call};
use crate::server::Server;
use crate::spec::spec;
use crate::support::{TestClock, builder_at, soon};
use crate::tls::authority::{Authority, for_host};

const KEY: &str = "sk-very-secret-0123456789";
const MAX_BODY: usize = 4096;

/// 5,000 spaces.
const BOMB: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc11\x01\0\0\0\xc2\xa0*\xeb\x9f\xd2\x14~@\x01\
    \0\0\0\0o\x03`,\x0b\x87\x88\x13\0\0";

/// What a server does with a connection once it has read the request.
#[derive(Clone)]
struct Fault {
    name: String,
    /// The status that must not be lost.
    status: Option<u16>,
    response: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    Reset,
    /// Until the client closes the connection.
    Hold,
    Drip(&'static str),
    Flood(&'static str),
}

fn fault(name: &str, status: Option<u16>, response: impl Into<Vec<u8>>, then: Then) -> Fault {
    Fault {
        name: name.to_owned(),
        status,
        response: response.into(),
        then,
    }
}

/// A complete response with a body.
fn respond(name: &str, status: u16, headers: &str, body: impl AsRef<[u8]>) -> Fault {
    let body = body.as_ref();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\nx-trace-id: {KEY}\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    fault(
        name,
        Some(status),
        [head.as_bytes(), body].concat(),
        Then::Hold,
    )
}

/// Faults that end by themselves.
fn faults() -> Vec<Fault> {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let lengths = |headers: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n{{}}");
    let large = " ".repeat(MAX_BODY + 1);
    let mut all = vec![
        fault("reset before the response", None, "", Then::Reset),
        fault("closed before the response", None, "", Then::Close),
        fault(
            "reset within the head",
            None,
            "HTTP/1.1 200 OK\r\nx-tr",
            Then::Reset,
        ),
        fault(
            "reset within the body",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            Then::Reset,
        ),
        fault(
            "reset after the response",
            Some(404),
            "HTTP/1.1 404 x\r\ncontent-length: 2\r\n\r\n{}",
            Then::Reset,
        ),
        fault("not HTTP", None, format!("220 {KEY}\r\n\r\n"), Then::Close),
        fault(
            "headers without end",
            None,
            "HTTP/1.1 200 OK\r\n",
            Then::Flood("x: x\r\n"),
        ),
        fault(
            "a header without end",
            None,
            "HTTP/1.1 200 OK\r\nx: ",
            Then::Flood("xxxxxxxxx"),
        ),
        fault(
            "more than 100 headers",
            None,
            lengths(&format!("{}content-length: 2\r\n", "x: x\r\n".repeat(100))),
            Then::Hold,
        ),
        respond("a body too large, with its length", 200, "", &large),
        fault(
            "a body too large, in chunks",
            Some(200),
            format!("{chunked}{:x}\r\n{large}\r\n0\r\n\r\n", large.len()),
            Then::Hold,
        ),
        fault(
            "a body without end",
            Some(200),
            "HTTP/1.1 200 OK\r\n\r\n",
            Then::Flood("          "),
        ),
        fault(
            "a length beyond any memory",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\n{}",
            Then::Close,
        ),
        respond("a gzip bomb", 200, "content-encoding: gzip\r\n", BOMB),
        respond("plain text", 200, "content-type: text/plain\r\n", KEY),
        respond(
            "invalid UTF-8",
            200,
            "content-type: application/json\r\n",
            b"{\"a\":\"\xff\"}",
        ),
        fault(
            "a truncated chunk",
            Some(200),
            format!("{chunked}ff\r\n{{"),
            Then::Close,
        ),
        fault(
            "an invalid chunk",
            Some(200),
            format!("{chunked}zz\r\n{{}}\r\n"),
            Then::Hold,
        ),
        fault(
            "two lengths",
            None,
            lengths("content-length: 2\r\ncontent-length: 3\r\n"),
            Then::Hold,
        ),
        fault(
            "a negative length",
            None,
            lengths("content-length: -2\r\n"),
            Then::Hold,
        ),
        fault(
            "a length and chunks",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n\
             2\r\n{}\r\n0\r\n\r\n",
            Then::Hold,
        ),
        fault("204", Some(204), "HTTP/1.1 204 x\r\n\r\n", Then::Hold),
    ];
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: https://{KEY}.invalid/\r\n");
        all.push(respond(
            &format!("{status} elsewhere"),
            status,
            &location,
            "",
        ));
    }
    let html = format!("<html>{KEY}</html>");
    for status in [
        200, 201, 202, 203, 206, 300, 304, 400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 429,
        499, 500, 501, 502, 503, 504, 599, 999,
    ] {
        // A 304 has no body.
        let html = if status == 304 { "" } else { &html };
        all.push(respond(
            &format!("{status} HTML"),
            status,
            "content-type: text/html\r\n",
            html,
        ));
    }
    all.extend(documented());
    all
}

/// The errors in the table of codes.
fn documented() -> Vec<Fault> {
    let spec = spec();
    let codes = spec["x-linq-error-codes"].as_array().unwrap();
    let fault = |entry: &Value| {
        let status = entry["status"].as_u64().unwrap().try_into().unwrap();
        let name = format!("{status} {}", entry["code"]);
        let error = json!({"code": entry["code"], "message": KEY, "doc_url": KEY});
        let body = json!({"success": false, "error": error, "trace_id": KEY});
        respond(
            &name,
            status,
            "content-type: application/json\r\n",
            body.to_string(),
        )
    };
    codes.iter().map(fault).collect()
}

/// Faults that end at the timeout.
fn slow() -> Vec<Fault> {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    vec![
        fault("no response", None, "", Then::Hold),
        fault(
            "a dripping head",
            None,
            "HTTP/1.1 200 OK\r\nx: ",
            Then::Drip("x"),
        ),
        fault(
            "a dripping body",
            Some(200),
            chunked,
            Then::Drip("1\r\n \r\n"),
        ),
        fault(
            "a body that stops",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            Then::Hold,
        ),
        fault(
            "a flood of 1xx",
            None,
            "",
            Then::Flood("HTTP/1.1 102 x\r\n\r\n"),
        ),
    ]
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) {
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

/// Ignores errors: the client may have gone.
async fn serve(fault: Arc<Fault>, mut stream: TcpStream) {
    read_request(&mut stream).await;
    let _ = stream.write_all(&fault.response).await;
    match fault.then {
        Then::Close => {}
        Then::Reset => stream.set_zero_linger().unwrap(),
        Then::Hold => while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {},
        Then::Drip(drop) => {
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            while stream.write_all(drop.as_bytes()).await.is_ok() {
                pace.tick().await;
            }
        }
        Then::Flood(piece) => {
            let many = piece.repeat(100);
            while stream.write_all(many.as_bytes()).await.is_ok() {}
        }
    }
}

/// One line for each result, with the operations that have it.
async fn row(name: &str, status: Option<u16>, client: &Client) -> String {
    let calls = operations::all();
    let results = join_all(calls.iter().map(|call| soon(result(call, status, client)))).await;
    let mut distinct = results.clone();
    distinct.sort();
    distinct.dedup();
    let mut row = format!("{name}\n");
    for result in &distinct {
        let has = |operation: &Operation| {
            ALL.iter()
                .position(|other| other.id == operation.id)
                .map(|at| &results[at])
                == Some(result)
        };
        writeln!(row, "  {result:<44} {}", who(has)).unwrap();
    }
    row
}

/// The operations for which `has` is true: classes that it holds for, and the ids of others.
fn who(has: impl Fn(&Operation) -> bool) -> String {
    type Is = fn(&Operation) -> bool;
    const CLASSES: [(&str, Is); 3] = [
        ("reads", Operation::is_read),
        ("idempotent writes", |it| it.idempotent && !it.is_read()),
        ("other writes", |it| !it.idempotent && !it.is_read()),
    ];
    if ALL.iter().all(&has) {
        return "all".to_owned();
    }
    let mut names = Vec::new();
    for (class, is) in CLASSES {
        let members = ALL.iter().filter(|operation| is(operation));
        if members.clone().all(&has) {
            names.push(class);
        } else {
            names.extend(
                members
                    .filter(|operation| has(operation))
                    .map(|operation| operation.id),
            );
        }
    }
    names
        .join(", ")
        .replace("idempotent writes, other writes", "writes")
}

/// The kinds of the error, and the outcome of a write.
async fn result(call: &Call, status: Option<u16>, client: &Client) -> String {
    let (mut shown, done) = call.shown(client).await;
    let result = match done {
        Ok(()) => "success".to_owned(),
        Err(error) => {
            assert_eq!(
                error.status().map(|it| it.as_u16()),
                status,
                "{}: {error}",
                call.id
            );
            assert_eq!(error.attempts(), 1);
            let texts = [
                error.message(),
                error.body(),
                error.doc_url(),
                error.trace_id(),
            ];
            write!(shown, "{error} {error:?} {error:#?} {texts:?}").unwrap();
            let outcome = error
                .write_outcome()
                .map(|outcome| format!(", {outcome:?}"));
            let kinds = match kinds(&error) {
                none if none.is_empty() => "other status".to_owned(),
                kinds => kinds,
            };
            kinds + &outcome.unwrap_or_default()
        }
    };
    assert!(!shown.contains("very-secret"), "{}: {shown}", call.id);
    result
}

fn client(builder: ClientBuilder) -> Client {
    let builder = builder.api_key(KEY).max_retries(0).without_budgets();
    builder.max_response_bytes(MAX_BODY).build().unwrap()
}

async fn row_of(fault: Fault, set: impl Fn(ClientBuilder) -> ClientBuilder) -> String {
    let fault = Arc::new(fault);
    let served = Arc::clone(&fault);
    let server = Server::tcp(move |_, stream| serve(Arc::clone(&served), stream)).await;
    row(&fault.name, fault.status, &client(set(server.builder()))).await
}

/// Faults before there is a connection.
async fn connections() -> Vec<String> {
    // Bound, so that nobody else takes it, but not listening.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refused = builder_at(&format!("http://{}", socket.local_addr().unwrap()));

    let authority = Authority::new();
    let no_names = |redirects| {
        let http = authority.http_client().redirect(redirects);
        let http = http.dns_resolver(NoNames).build().unwrap();
        builder_at("https://linq.invalid").http_client(http)
    };

    let tls = |config| Server::tls(config, |_, _| async {});
    let unknown = tls(Authority::new().server()).await;
    let wrong_name = tls(authority.server_with(for_host("other.example"))).await;
    let mut rows = Vec::new();
    for (name, builder) in [
        ("connection refused", refused),
        ("DNS failure", no_names(Policy::none())),
        (
            "DNS failure, HTTP client that follows redirects",
            no_names(Policy::default()),
        ),
        ("unknown certificate authority", authority.builder(&unknown)),
        (
            "certificate of another name",
            authority.builder(&wrong_name),
        ),
    ] {
        rows.push(row(name, None, &client(builder.clock(TestClock::new()))).await);
    }
    rows
}

/// Fails without asking the network.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

/// Joins the names of rows that are the same otherwise.
fn joined(rows: Vec<String>) -> String {
    let mut joined: Vec<(Vec<String>, String)> = Vec::new();
    for row in rows {
        let (name, results) = row.split_once('\n').unwrap();
        match joined.iter_mut().find(|(_, other)| other == results) {
            Some((names, _)) => names.push(name.to_owned()),
            None => joined.push((vec![name.to_owned()], results.to_owned())),
        }
    }
    let blocks = joined
        .iter()
        .map(|(names, results)| names.join("\n") + "\n" + results);
    blocks.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_result_of_each_operation_under_each_fault() {
    let mut rows = connections().await;
    for fault in faults() {
        rows.push(row_of(fault, |builder| builder.clock(TestClock::new())).await);
    }
    // On the machine's own clock, all at once.
    let timeout = Duration::from_secs(2);
    let slow = slow()
        .into_iter()
        .map(|fault| row_of(fault, |builder| builder.timeout(timeout)));
    rows.extend(join_all(slow).await);
    assert_snapshot!(joined(rows));
}
