//! The error for each status and body of a response.

use std::error::Error as _;

use insta::assert_snapshot;
use linq::{ApiCode, Error};
use linq_sandbox::Fault;
use serde_json::json;

use crate::support::{Refusing, TestClock, builder_at, start, without_port, without_reasons};

const TRACE_ID: &str = "2eff5df5c6f688733c007523c4d61cd9";

/// The names of the predicates that are true of an error.
pub(crate) fn kinds(error: &Error) -> String {
    [
        ("bad_request", error.is_bad_request()),
        ("authentication", error.is_authentication()),
        ("permission", error.is_permission()),
        ("not_found", error.is_not_found()),
        ("conflict", error.is_conflict()),
        ("rate_limited", error.is_rate_limited()),
        ("budget_store", error.is_budget_store()),
        ("redirect", error.is_redirect()),
        ("server", error.is_server()),
        ("timeout", error.is_timeout()),
        ("connect", error.is_connect()),
        ("tls", error.is_tls()),
        ("decode", error.is_decode()),
        ("mismatch", error.is_mismatch()),
        ("not_applied", error.is_not_applied()),
        ("invalid_input", error.is_invalid_input()),
        ("retryable", error.is_retryable()),
    ]
    .into_iter()
    .filter_map(|(name, is)| is.then_some(name))
    .collect::<Vec<_>>()
    .join("+")
}

async fn error_of(fault: Fault) -> Error {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(fault.header("x-trace-id", TRACE_ID).always());
    client
        .contact_card()
        .retrieve()
        .max_retries(0)
        .await
        .unwrap_err()
}

/// A response with the body of this name.
fn with_body(status: u16, body: &str) -> Fault {
    let fault = Fault::status(status);
    match body {
        "envelope" => Fault::error(status, 1234, "A message of the API"),
        "html" => fault
            .header("content-type", "text/html")
            .body("<html>oops</html>"),
        "text" => fault
            .header("content-type", "text/plain; charset=utf-8")
            .body("upstream connect error"),
        "empty" => fault,
        "other json" => fault.json(json!({"error": "nope", "trace_id": 7})),
        _ => panic!("no body is called {body}"),
    }
}

#[tokio::test]
async fn errors_by_status_and_body() {
    let statuses = [
        200, 204, 302, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 599,
    ];
    let mut table = String::new();
    for status in statuses {
        for body in ["envelope", "html", "text", "empty", "other json"] {
            let error = error_of(with_body(status, body)).await;
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.trace_id(), Some(TRACE_ID));
            assert_eq!(error.headers().unwrap()["x-trace-id"], TRACE_ID);
            assert_eq!(error.attempts(), 1);
            table += &format!("{status} {body:<10} {:<22} {error}\n", kinds(&error));
        }
    }
    let table = table.replace(&format!(" [trace id {TRACE_ID}]"), "");
    assert_snapshot!(without_reasons(&table));
}

#[tokio::test]
async fn every_field_of_the_documented_envelope_is_read() {
    let error = error_of(Fault::status(429).json(json!({
        "success": false,
        "error": {
            "status": 429,
            "code": 1007,
            "message": "Rate limit exceeded",
            "doc_url": "https://docs.linqapp.com/error/codes/1xxx/1007/",
            "retry_after": 30,
        },
        "trace_id": TRACE_ID,
    })))
    .await;
    assert_eq!(error.api_code(), Some(ApiCode::RATE_LIMITED));
    assert_eq!(error.message(), Some("Rate limit exceeded"));
    assert_eq!(
        error.doc_url(),
        Some("https://docs.linqapp.com/error/codes/1xxx/1007/")
    );
    assert_eq!(
        error.retry_after(),
        Some(std::time::Duration::from_secs(30))
    );
    assert_snapshot!(error, @"429 Too Many Requests (code 1007): Rate limit exceeded; try again in 30s [trace id 2eff5df5c6f688733c007523c4d61cd9]");
}

#[tokio::test]
async fn a_missing_key_gets_the_documented_error() {
    let (sandbox, _, clock) = start().await;
    let client = builder_at(sandbox.base_url()).clock(clock).build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_authentication());
    assert_eq!(error.api_code(), Some(ApiCode::INVALID_TOKEN));
    assert_eq!(
        error.message(),
        Some("Unauthorized - missing or invalid authentication token")
    );
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.trace_id().map(str::len), Some(32));
}

/// `main` prints the error it returns with `{:?}`.
#[tokio::test]
async fn debug_is_one_line_and_alternate_debug_has_the_details() {
    let error = error_of(Fault::error(401, 2004, "Unauthorized\n")).await;
    assert_eq!(
        format!("Error: {error:?}"),
        "Error: 401 Unauthorized (code 2004): Unauthorized ; check the API key (LINQ_API_V3_API_KEY) \
         [trace id 2eff5df5c6f688733c007523c4d61cd9]"
    );
    let invalid = linq::Client::builder().build().unwrap_err();
    assert_eq!(format!("{invalid:?}"), invalid.to_string());
    assert_snapshot!(format!("{error:#?}"), @r#"
    Error {
        kind: Status,
        text: "401 Unauthorized (code 2004): Unauthorized ; check the API key (LINQ_API_V3_API_KEY) [trace id 2eff5df5c6f688733c007523c4d61cd9]",
        status: Some(
            401,
        ),
        api_code: Some(
            ApiCode(
                2004,
            ),
        ),
        doc_url: None,
        retry_after: None,
        trace_id: Some(
            "2eff5df5c6f688733c007523c4d61cd9",
        ),
        attempts: 1,
        write_outcome: None,
        source: None,
        ..
    }
    "#);
}

#[tokio::test]
async fn an_invalid_field_does_not_spoil_the_others() {
    let error = error_of(Fault::status(400).json(json!({
        "error": {"code": "1002", "message": "Phone number", "doc_url": 3, "retry_after": 1.5},
    })))
    .await;
    assert_eq!(error.api_code(), None);
    assert_eq!(error.message(), Some("Phone number"));
    assert_eq!(error.doc_url(), None);
    assert_eq!(
        error.retry_after(),
        Some(std::time::Duration::from_millis(1500))
    );
}

#[tokio::test]
async fn an_envelope_that_is_not_quite_json_is_read() {
    let long = format!(r#""message":"{}","#, "x".repeat(20_000));
    for odd in [
        r#""message":"cut \ud83d","#,
        r#""other":1e400,"#,
        r#""message":[],"#,
        &long,
    ] {
        let body = format!("\u{feff}{{\"error\":{{{odd}\"code\":1007,\"retry_after\":300}}}}");
        let error = error_of(Fault::status(429).body(body)).await;
        assert_eq!(error.api_code(), Some(ApiCode::RATE_LIMITED), "{odd:.40}");
        assert_eq!(
            error.retry_after(),
            Some(std::time::Duration::from_secs(300))
        );
    }
    let body = b"{\"error\":{\"message\":\"\xff\",\"code\":1007,\"retry_after\":300}}";
    let error = error_of(Fault::status(429).body(body.as_slice())).await;
    assert_eq!(error.message(), Some("\u{fffd}"));
    assert_eq!(
        error.retry_after(),
        Some(std::time::Duration::from_secs(300))
    );
}

#[tokio::test]
async fn a_code_is_found_in_a_large_body() {
    let large = "x".repeat(1_000_000);
    let fields: String = (0..100_000).map(|n| format!("\"field{n}\":{n},")).collect();
    for body in [
        format!(
            r#"{{"before":"{large}","error":{{"details":"{large}","code":1003}},"after":"{large}"}}"#
        ),
        format!(r#"{{{fields}"error":{{{fields}"code":1003}}}}"#),
    ] {
        let error = error_of(Fault::status(400).body(body)).await;
        assert_eq!(error.api_code(), Some(ApiCode::INVALID_BODY));
        assert_eq!(
            error.to_string(),
            format!("400 Bad Request (code 1003) [trace id {TRACE_ID}]")
        );
        assert_eq!(error.body().map(str::len), Some(4096));
    }
}

#[tokio::test]
async fn a_compressed_body_is_reported_as_compressed() {
    let gzip = || {
        let fault = Fault::status(200).header("content-encoding", "gzip");
        fault.header("content-type", "application/json")
    };
    let error = error_of(gzip().body(b"\x1f\x8b\x08\0\0\0".as_slice())).await;
    assert_eq!(
        error.to_string(),
        format!(
            "200 OK, but the compressed body (Content-Encoding: gzip) can't be read; \
             check the gateway that compresses it [trace id {TRACE_ID}]"
        )
    );
    let fault = Fault::status(502)
        .header("content-encoding", "br")
        .body("x");
    let text = error_of(fault).await.to_string();
    let expected =
        "502 Bad Gateway: the compressed body (Content-Encoding: br) is not an API error;";
    assert!(text.starts_with(expected), "{text}");

    // A body that is not compressed after all is read.
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(gzip().body(r#"{"contact_cards":[]}"#));
    client.contact_card().retrieve().await.unwrap();
    let fault = Fault::status(200).header("content-encoding", "identity");
    let text = error_of(fault.body("x")).await.to_string();
    assert!(
        text.starts_with("200 OK, but the body is not what"),
        "{text}"
    );
}

#[tokio::test]
async fn the_text_is_one_short_line() {
    let message =
        "line\nbreak\u{1b}[31m\u{2028}\u{202e}\u{200b}\u{e0041}".to_owned() + &"é".repeat(10_000);
    let envelope = json!({"error": {"code": 1003, "message": message, "doc_url": message}});
    let error = error_of(Fault::status(400).json(envelope)).await;
    let text = error.to_string();
    assert!(text.contains("line break [31m    é"), "{text}");
    assert!(text.len() < 700, "{}", text.len());
    let (message, doc_url) = (error.message().unwrap(), error.doc_url().unwrap());
    for text in [&text, message, doc_url, &format!("{error:?}")] {
        let acts = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{e0000}'..)
        };
        assert!(!text.contains(acts), "{text:?}");
    }
    assert_eq!((message.len(), doc_url.len()), (500, 500));
    assert!(error.body().unwrap().len() <= 4096);
}

#[tokio::test]
async fn a_refused_connection_is_reported() {
    let refusing = Refusing::new();
    let client = builder_at(&refusing.base_url())
        .clock(TestClock::new())
        .build()
        .unwrap();
    let error = client
        .contact_card()
        .retrieve()
        .phone_number("+15551234567")
        .await
        .unwrap_err();
    assert_eq!(kinds(&error), "connect+retryable");
    assert_eq!((error.attempts(), error.status()), (3, None));
    // In the words of the operating system.
    let refused = std::net::TcpStream::connect(refusing.host()).unwrap_err();
    assert_eq!(
        without_port(&error),
        format!(
            "no connection to [host]: {refused}; check the network and the base URL [3 attempts]"
        )
    );

    let mut source: &dyn std::error::Error = &error;
    while let Some(next) = source.source() {
        source = next;
    }
    let io: &std::io::Error = source.downcast_ref().unwrap();
    assert_eq!(io.kind(), std::io::ErrorKind::ConnectionRefused);
    let chain = format!("{:?} {:?}", error, error.source());
    assert!(!chain.contains("5551234567"), "{chain}");
}

#[tokio::test]
async fn a_broken_connection_is_reported() {
    for (fault, status, text) in [
        (
            Fault::cut(),
            None,
            "the connection to [host] broke before the response was complete: ",
        ),
        (
            Fault::none().cut_after(20),
            Some(200),
            "200 OK, but the connection to [host] broke before",
        ),
        (
            Fault::error(404, 2001, "x").cut_after(20),
            Some(404),
            "404 Not Found, but the connection",
        ),
    ] {
        let error = error_of(fault).await;
        assert!(error.is_connect(), "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), status);
        assert_eq!(error.is_retryable(), status != Some(404), "{error}");
        assert!(without_port(&error).starts_with(text), "{error}");
    }
}
