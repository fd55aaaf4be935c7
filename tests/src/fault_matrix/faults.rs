//! The faults, byte for byte.

use serde_json::{Value, json};

use super::server::{Fault, Then};
use super::{KEY, MAX_BODY};
use crate::spec::spec;

/// 5,000 spaces.
const BOMB: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xed\xc11\x01\0\0\0\xc2\xa0*\xeb\x9f\xd2\x14~@\x01\
    \0\0\0\0o\x03`,\x0b\x87\x88\x13\0\0";

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
pub(super) fn that_end() -> Vec<Fault> {
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
            "closed within the head",
            None,
            "HTTP/1.1 200 OK\r\nx-tr",
            Then::Close,
        ),
        fault(
            "closed within the body",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            Then::Close,
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
            "100 headers",
            Some(200),
            lengths(&format!("{}content-length: 2\r\n", "x: x\r\n".repeat(99))),
            Then::Hold,
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
        fault(
            "two equal lengths",
            Some(200),
            lengths("content-length: 2\r\ncontent-length: 2\r\n"),
            Then::Hold,
        ),
        fault(
            "a length shorter than the body",
            Some(200),
            lengths("content-length: 1\r\n"),
            Then::Hold,
        ),
        fault(
            "a length longer than the body",
            Some(200),
            lengths("content-length: 3\r\n"),
            Then::Close,
        ),
        fault("204", Some(204), "HTTP/1.1 204 x\r\n\r\n", Then::Hold),
        fault(
            "204 with a body",
            Some(204),
            "HTTP/1.1 204 x\r\ncontent-length: 2\r\n\r\n{}",
            Then::Hold,
        ),
        fault(
            "many 1xx",
            Some(404),
            "HTTP/1.1 102 x\r\nx: x\r\n\r\n".repeat(1_000)
                + "HTTP/1.1 404 x\r\ncontent-length: 2\r\n\r\n{}",
            Then::Hold,
        ),
        fault(
            "another protocol",
            Some(101),
            format!("HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: {KEY}\r\n\r\n{{}}"),
            Then::Hold,
        ),
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

/// Connections that are reset once the head of the response was sent.
pub(super) fn late_resets() -> Vec<Fault> {
    vec![
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
    ]
}

/// Faults that only the client ends.
pub(super) fn without_end() -> Vec<Fault> {
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
            "a dripping body of known length",
            Some(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n",
            Then::Drip(" "),
        ),
        fault(
            "a dripping error",
            Some(403),
            "HTTP/1.1 403 x\r\n\r\n",
            Then::Drip(" "),
        ),
        fault(
            "1xx without end",
            None,
            "HTTP/1.1 102 x\r\n\r\n".repeat(1_000),
            Then::Drip("HTTP/1.1 103 x\r\nlink: x\r\n\r\n"),
        ),
    ]
}
