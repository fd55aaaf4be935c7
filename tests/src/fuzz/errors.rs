//! Bodies of failures: the error is typed, keeps the status, and is safe to print.

use linq::Error;
use linq_sandbox::{Fault, Sandbox};

use super::{Fuzz, corpus, rounds};
use crate::support::builder;

const API_KEY: &str = "lk_7Qz0Vb4NnX2mR9sT";

const STATUSES: [u16; 12] = [400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504];

const TOKENS: &[&[u8]] = &[
    API_KEY.as_bytes(),
    b"lk_7Qz0Vb4",
    b"\\u006ck_7Qz0Vb4NnX2mR9sT",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"null",
    b"1e999",
    b"-1",
    b"\"error\":{",
    b"\"code\":1001,",
    b"\"message\":\"",
    b"\"retry_after\":",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x1b[2J",
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
];

/// All that an error prints.
fn printed(error: &Error) -> String {
    let parts = [
        error.message(),
        error.doc_url(),
        error.trace_id(),
        error.body(),
    ];
    let parts = parts.map(Option::unwrap_or_default).join("\n");
    format!("{error}\n{error:?}\n{error:#?}\n{parts}")
}

#[tokio::test]
async fn an_error_keeps_its_status_and_never_the_key() {
    let sandbox = Sandbox::builder().api_key(API_KEY).start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let (mut with_code, mut without_code) = (0, 0);
    let fuzz = Fuzz::new(corpus("tests/fixtures/corpora/errors"), TOKENS);
    fuzz.run(rounds(2_000), async |random, body| {
        let status = STATUSES[random.usize(..STATUSES.len())];
        let shown = String::from_utf8_lossy(&body).into_owned();
        sandbox.misbehave(Fault::status(status).body(body));
        let request = client.contact_card().retrieve().max_retries(0);
        let error = request.await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status, "{shown}");
        assert_eq!(error.is_authentication(), status == 401, "{shown}");
        assert_eq!(error.is_server(), status >= 500, "{shown}");
        assert!(!error.is_decode() && !error.is_connect(), "{shown}");
        assert!(!printed(&error).contains(API_KEY), "{shown}");
        let line = error.to_string();
        assert!(line.len() < 2_000, "{line}");
        assert!(
            !line.contains(|c: char| c.is_control() || c == '\u{202e}'),
            "{line}"
        );
        match error.api_code() {
            Some(_) => with_code += 1,
            None => without_code += 1,
        }
    })
    .await;
    assert!(
        with_code > 100 && without_code > 100,
        "{with_code} {without_code}"
    );
}
