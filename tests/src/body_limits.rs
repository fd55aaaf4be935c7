//! The size of response bodies is limited.

use linq_sandbox::{Fault, Sandbox};

use crate::support::builder;

const WHOLE: &str = r#"{"contact_cards":[]}"#;

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = |limit| builder(&sandbox).max_response_bytes(limit).build().unwrap();
    sandbox.misbehave(Fault::status(200).body(WHOLE).times(2));
    client(20).contact_card().retrieve().await.unwrap();
    let error = client(19).contact_card().retrieve().await.unwrap_err();
    assert!(error.is_decode() && !error.is_retryable());
    assert_eq!(error.attempts(), 1);
    assert!(
        error.to_string().starts_with(
            "200 OK, but the body is larger than the 19 bytes that `max_response_bytes(..)` accepts"
        ),
        "{error}"
    );
    assert_eq!(error.body(), Some(&WHOLE[..19]));
}

#[tokio::test]
async fn trailing_bytes_above_the_limit_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).max_response_bytes(20).build().unwrap();
    sandbox.misbehave(Fault::status(200).body(format!("{WHOLE}    ")));
    assert!(
        client
            .contact_card()
            .retrieve()
            .await
            .unwrap_err()
            .is_decode()
    );
}

#[tokio::test]
async fn an_error_with_a_large_body_keeps_its_kind() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).max_response_bytes(1000).build().unwrap();
    sandbox.misbehave(Fault::status(403).body("x".repeat(5_000_000)));
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_permission() && !error.is_decode());
    assert_eq!(error.body().map(str::len), Some(1000));
}

#[tokio::test]
async fn the_default_limit_is_8_mib() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let body = |bytes: usize| WHOLE.to_owned() + &" ".repeat(bytes - WHOLE.len());
    sandbox.misbehave(Fault::status(200).body(body(8_388_608)));
    client.contact_card().retrieve().await.unwrap();
    sandbox.misbehave(Fault::status(200).body(body(8_388_609)));
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_decode(), "{error}");
}
