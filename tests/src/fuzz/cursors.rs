//! Cursors: the service gets back what it sent, whatever it is.

use futures_util::TryStreamExt as _;
use linq_sandbox::{Fault, Sandbox};
use reqwest::Url;
use serde_json::{Value, json};

use super::{Fuzz, lines, rounds};
use crate::support::builder;

const MAX_CURSOR: usize = 8_192;

const TOKENS: &[&[u8]] = &[
    b"&",
    b"=",
    b"+",
    b"%",
    b"%2B",
    b"#",
    b"?",
    b"/",
    b"..",
    b" ",
    b"\0",
    b"\n",
    b"\r\n",
    b"&cursor=",
    b"\xc3\xa9",
    &[b'x'; 3_000],
];

/// The cursor of the last request.
fn sent(sandbox: &Sandbox) -> Option<String> {
    let request = sandbox.requests().pop().unwrap();
    let url = format!("http://localhost/?{}", request.query.unwrap_or_default());
    let url = Url::parse(&url).unwrap();
    let mut cursors = url.query_pairs().filter(|(name, _)| name == "cursor");
    let cursor = cursors.next().map(|(_, cursor)| cursor.into_owned());
    assert_eq!(cursors.next(), None, "{url}");
    cursor
}

fn page(next_cursor: impl Into<Value>) -> Fault {
    Fault::status(200).json(json!({"chats": [], "next_cursor": next_cursor.into()}))
}

#[tokio::test]
async fn a_cursor_is_sent_back_as_it_came() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let fuzz = Fuzz::new(lines("tests/fixtures/corpora/cursors/values.txt"), TOKENS);
    fuzz.run(rounds(300), async |_, cursor| {
        sandbox.reset();
        let cursor = String::from_utf8_lossy(&cursor).into_owned();
        sandbox.misbehave(page(cursor.clone()));
        sandbox.misbehave(page(Value::Null));
        let chats: Vec<_> = client.chats().list().stream().try_collect().await.unwrap();
        assert!(chats.is_empty());
        let expected = Some(cursor).filter(|cursor| !cursor.is_empty());
        assert_eq!(sandbox.requests().len(), 1 + expected.iter().len());
        assert_eq!(sent(&sandbox), expected);
    })
    .await;
}

#[tokio::test]
async fn a_given_cursor_is_sent_or_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let fuzz = Fuzz::new(lines("tests/fixtures/corpora/cursors/values.txt"), TOKENS);
    fuzz.run(rounds(300), async |_, cursor| {
        sandbox.reset();
        let cursor = String::from_utf8_lossy(&cursor).into_owned();
        sandbox.misbehave(page(Value::Null));
        match client.chats().list().cursor(cursor.clone()).await {
            Ok(_) => assert_eq!(sent(&sandbox), Some(cursor)),
            Err(error) => {
                assert!(error.is_invalid_input(), "{error}");
                assert!(cursor.is_empty() || cursor.len() > MAX_CURSOR, "{cursor}");
                assert!(sandbox.requests().is_empty());
            }
        }
    })
    .await;
}
