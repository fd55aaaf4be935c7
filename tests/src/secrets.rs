//! The API key is never shown.

use linq::Client;
use linq_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::operations;
use crate::support::{TestClock, builder};

const KEY: &str = "sk-very-secret-0123456789";

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().api_key(KEY).start().await.unwrap();
    let client = builder(&sandbox)
        .default_header("x-other-secret", "hunter2")
        .clock(TestClock::new())
        .without_budgets()
        .build()
        .unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn debug_does_not_show_the_key() {
    let (sandbox, client) = sandbox().await;
    let builder = builder(&sandbox).default_header("x-other-secret", "hunter2");
    let request = client
        .contact_card()
        .retrieve()
        .header("x-other-secret", "hunter2");
    let mut shown = format!(
        "{builder:?} {builder:#?} {client:?} {request:?} {:?}",
        client.contact_card()
    );
    for call in operations::all() {
        let (of_call, done) = call.shown(&client).await;
        done.unwrap();
        shown += &of_call;
    }
    assert!(shown.contains("base_url"), "{shown}");
    assert!(
        !shown.contains(KEY) && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[tokio::test]
async fn debug_of_what_has_requests_shows_neither_them_nor_the_key() {
    const NUMBER: &str = "+15551234567";
    let (_sandbox, client) = sandbox().await;
    let cards = client.contact_card();
    let list = || client.chats().list();
    let ensure = || cards.ensure_all([cards.ensure(NUMBER, "Ann")]);
    assert_eq!(format!("{:?}", list().stream()), "ListStream { .. }");
    assert_eq!(format!("{:?}", list().pages_blocking()), "ListIter { .. }");
    assert_eq!(
        format!("{:?}", ensure()),
        "EnsureAll { requests: 1, concurrency: 8 }"
    );
    assert_eq!(format!("{:?}", ensure().reports()), "EnsureReports { .. }");
}

#[tokio::test]
async fn errors_do_not_show_a_key_that_the_service_echoes() {
    let (sandbox, client) = sandbox().await;
    let echo = format!("You sent authorization: Bearer {KEY}");
    for fault in [
        Fault::status(502).body(format!("<html>{echo}</html>")),
        Fault::status(400).json(json!({"error": {"code": 1003, "message": echo, "doc_url": echo}})),
        Fault::status(400).body(format!(
            r#"{{"error": {{"message": "{}"}}}}"#,
            escaped(&echo)
        )),
        Fault::status(200).body(echo.clone()),
        Fault::status(200).json(json!({"contact_cards": [{"first_name": 1, KEY: KEY}]})),
        Fault::status(200).json(json!({"contact_cards": format!("x, expected {KEY}")})),
        Fault::status(200).body(format!(r#"{{"{KEY}": tru}}"#)),
        Fault::status(200)
            .header("content-type", &format!("x/{KEY}"))
            .body("x"),
        Fault::status(502)
            .header("content-type", &format!("x/{KEY}"))
            .body("x"),
        Fault::status(302).header("location", &format!("https://{KEY}.invalid/")),
        Fault::status(500).body(KEY.repeat(1000)),
        Fault::status(500).body(KEY.repeat(10_000)),
        Fault::status(401).header("x-trace-id", KEY),
        Fault::status(500).body("x".repeat(4090) + KEY),
        Fault::status(302).header("location", &format!("https://linq.invalid/{KEY}")),
    ] {
        for call in operations::all().into_iter().chain(operations::raw()) {
            sandbox.misbehave(fault.clone().always());
            let (mut shown, done) = call.shown(&client).await;
            if let Err(error) = done {
                shown += &format!("{error} {error:?} {error:#?} {:?}", error.message());
                assert!(error.status().is_some(), "{}: {error}", call.id);
                shown += error.body().unwrap();
            } else {
                assert!(shown.contains("200"), "{}: {shown}", call.id);
            }
            assert!(!shown.contains("very-secret"), "{}: {shown}", call.id);
            sandbox.behave();
        }
    }
}

/// JSON text with every character escaped.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect()
}

#[tokio::test]
async fn a_trace_id_does_not_show_the_key() {
    let (sandbox, client) = sandbox().await;
    sandbox.misbehave(Fault::none().header("x-trace-id", KEY));
    let response = client.contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.trace_id(), None);
    assert!(!format!("{response:?}").contains(KEY));
}

#[tokio::test]
async fn an_escaped_key_in_a_body_is_redacted() {
    let key = "abc/def+ghi/jkl=";
    let sandbox = Sandbox::builder().api_key(key).start().await.unwrap();
    let client = builder(&sandbox).clock(TestClock::new()).build().unwrap();
    for spelling in [
        key,
        r"abc\/def+ghi\/jkl=",
        r"abc\u002Fdef\u002bghi\/jkl\u003D",
        r"abc\\u002Fdef\\u002bghi\\/jkl=",
        "abc&#47;def&#43;ghi&sol;jkl&#x3d;",
        "abc%2Fdef%2Bghi%2fjkl%3D",
        "abc%252Fdef%252Bghi%252Fjkl%253D",
        "abc=2Fdef=2Bghi=2Fjkl=3D",
    ] {
        sandbox.misbehave(Fault::status(400).body(format!("<{spelling}> and <{spelling}>")));
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert_eq!(
            error.body(),
            Some("<[redacted]> and <[redacted]>"),
            "{spelling}"
        );

        // In a message it is escaped twice.
        let envelope = json!({"error": {"code": 1003, "message": spelling, "doc_url": spelling}});
        sandbox.misbehave(Fault::status(400).json(envelope));
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert_eq!(
            (error.message(), error.doc_url()),
            (Some("[redacted]"), Some("[redacted]"))
        );

        // Wherever the body is cut, what is left does not show the key.
        for cut in 0..=spelling.len() {
            let client = builder(&sandbox)
                .max_response_bytes(cut + 1)
                .build()
                .unwrap();
            sandbox.misbehave(Fault::status(400).body(format!("<{spelling}>")));
            let error = client.contact_card().retrieve().await.unwrap_err();
            let body = error.body().unwrap();
            assert!(!body.contains("abc/") && body.len() <= 12, "{cut}: {body}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_cut_off_with_its_body_is_redacted() {
    let sandbox = Sandbox::builder().api_key(KEY).start().await.unwrap();
    let client = builder(&sandbox).max_response_bytes(30).build().unwrap();
    sandbox.misbehave(Fault::status(400).body(format!("You sent: {KEY}")));
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert_eq!(error.body(), Some("You sent: "));
}

#[test]
fn errors_about_an_invalid_key_do_not_show_it() {
    for key in ["sk-very-secret\n", "sk very-secret", "sk-very-secret-é", ""] {
        let error = Client::new(key).unwrap_err();
        assert!(error.is_invalid_input());
        assert!(error.to_string().contains("LINQ_API_V3_API_KEY"), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("very-secret"),
            "{error:?}"
        );
    }
}
