//! Lists of contact cards: every card is returned, or the error says that the list can't be read.

use linq_sandbox::{Fault, Sandbox};
use serde_json::Value;

use super::{Fuzz, corpus, rounds};
use crate::support::builder;

const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"1",
    b"1e999",
    b"\"is_active\":false,",
    b"\"phone_number\":\"+12025550123\",",
    b"\"contact_cards\":[",
    b"\\ud800",
    b"\xff",
    b"\xef\xbb\xbf",
];

/// The numbers of the cards, read without the client; of two fields with one name, the later counts.
fn numbers(body: &[u8]) -> Option<Vec<String>> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let body: Value = serde_json::from_slice(body).ok()?;
    let cards = body["contact_cards"].as_array()?.iter();
    cards
        .map(|card| Some(card["phone_number"].as_str()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn every_card_is_returned_or_the_list_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let (mut read, mut refused) = (0, 0);
    let fuzz = Fuzz::new(corpus("tests/fixtures/corpora/cards"), TOKENS);
    fuzz.run(rounds(2_000), async |_, body| {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let fault = Fault::status(200).header("content-type", "application/json");
        sandbox.misbehave(fault.body(body.clone()));
        match client.contact_card().retrieve().await {
            Ok(list) => {
                read += 1;
                let returned = list.contact_cards.into_iter().map(|card| card.phone_number);
                if let Some(expected) = numbers(&body) {
                    assert_eq!(returned.collect::<Vec<_>>(), expected, "{shown}");
                }
            }
            Err(error) => {
                refused += 1;
                assert!(error.is_decode(), "{error}: {shown}");
                assert_eq!(error.status().unwrap().as_u16(), 200);
                let line = error.to_string();
                assert!(
                    line.len() < 2_000 && !line.contains(char::is_control),
                    "{line}"
                );
                assert!(!line.contains("Zoe") && !line.contains("+1555"), "{line}");
            }
        }
    })
    .await;
    assert!(read > 100 && refused > 100, "{read} {refused}");
}
