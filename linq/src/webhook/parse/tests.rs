//! Tests of reading the fields of an event; those of its data are in `data.rs`.

use serde_json::{Value, json};

use super::*;

mod data;

fn received() -> Value {
    json!({
        "api_version": "v3",
        "webhook_version": "2026-02-03",
        "event_type": "contact_card.received",
        "event_id": "evt_1",
        "created_at": "2026-02-03T10:15:30.5+01:00",
        "trace_id": "2eff5df5c6f688733c007523c4d61cd9",
        "partner_id": "partner_1",
        "data": {
            "first_name": "Zoe",
            "last_name": "",
            "owner_handle": "+15551234567",
            "sender_handle": "+15557654321",
            "media_url": null,
        },
    })
}

fn changed(event_type: &str) -> Value {
    json!({
        "event_type": event_type,
        "event_id": "evt_2",
        "created_at": "2026-02-03T10:15:30Z",
        "data": {
            "summary": "Zoe changed a card",
            "occurred_at": "2026-02-03T10:15:29Z",
            "actor": {"type": "robot", "serial": 7},
            "origin": "moon",
            "contact_card": {"id": "card_1", "first_name": "Zoe"},
            "change": {"last_name": {"from": "Doe", "to": null}},
        },
    })
}

fn event(body: &Value) -> Event {
    Event::read(body.to_string().as_bytes()).unwrap()
}

/// The reason why the data of a known type is not read as such; the event is still handed over.
fn reason(body: &Value) -> String {
    let event = event(body);
    assert_eq!(Some(&*event.event_id), body["event_id"].as_str());
    let EventKind::Other(other) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!(other.event_type, event.event_type);
    assert_eq!(other.data, body["data"].to_string());
    let reason = other.reason.unwrap();
    assert!(!reason.contains("Zoe"), "{reason}");
    reason
}

fn error(body: &[u8]) -> (WebhookErrorKind, String) {
    let error = Event::read(body).unwrap_err();
    assert!(!format!("{error:#?}").contains("Zoe"), "{error:#?}");
    (error.kind(), error.to_string())
}

#[test]
fn envelope_and_data_are_read() {
    let body = received();
    let event = event(&body);
    assert_eq!(event.event_id, "evt_1");
    assert_eq!(event.event_type, "contact_card.received");
    assert_eq!(
        event.created_at.unwrap().timestamp_millis(),
        1_770_110_130_500
    );
    assert_eq!(event.api_version.as_deref(), Some("v3"));
    assert_eq!(event.webhook_version.as_deref(), Some("2026-02-03"));
    assert_eq!(
        event.trace_id.as_deref(),
        Some("2eff5df5c6f688733c007523c4d61cd9")
    );
    assert_eq!(event.partner_id.as_deref(), Some("partner_1"));
    assert_eq!(event.raw_json(), body.to_string());
    let EventKind::ContactCardReceived(card) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!((&*card.first_name, &*card.last_name), ("Zoe", ""));
    assert_eq!(card.owner_handle, "+15551234567");
    assert_eq!(card.sender_handle, "+15557654321");
    assert_eq!(card.media_url, None);
}

/// Only the id is needed to tell one event from another.
#[test]
fn only_the_event_id_is_required() {
    let fields = [
        "event_type",
        "created_at",
        "api_version",
        "webhook_version",
        "trace_id",
        "partner_id",
    ];
    for field in fields {
        for value in [
            None,
            Some(json!(null)),
            Some(json!(7)),
            Some(json!(["Zoe"])),
            Some(json!({"Zoe": 1})),
        ] {
            let mut body = received();
            let whole = body.as_object_mut().unwrap();
            whole.remove(field);
            whole.extend(value.map(|value| (field.to_owned(), value)));
            let event = event(&body);
            assert_eq!(event.event_id, "evt_1");
            assert_eq!(event.created_at.is_none(), field == "created_at");
            assert_eq!(event.trace_id.is_none(), field == "trace_id");
            match event.kind {
                EventKind::ContactCardReceived(card) => assert_eq!(card.first_name, "Zoe"),
                EventKind::Other(other) => {
                    assert_eq!(field, "event_type");
                    assert_eq!(other.data, body["data"].to_string());
                    let reason = other.reason.unwrap();
                    assert!(reason.starts_with("event_type: "), "{reason}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
    for time in ["", "Zoe", "yesterday", "2026-02-30T10:15:30Z", "1770110130"] {
        let mut body = received();
        body["created_at"] = json!(time);
        assert_eq!(event(&body).created_at, None);
    }
    let event = event(&json!({"event_id": "evt_1"}));
    let EventKind::Other(other) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!((&*other.event_type, &*other.data), ("", "null"));
    assert_eq!(other.reason.as_deref(), Some("event_type: missing"));
}

#[test]
fn the_last_of_repeated_fields_counts() {
    let body = br#"{"event_id":"evt_0","event_type":"a","event_id":"evt_1","event_type":"b"}"#;
    let event = Event::read(body).unwrap();
    assert_eq!((&*event.event_id, &*event.event_type), ("evt_1", "b"));
}

#[test]
fn an_event_with_invalid_utf_8_is_kept() {
    let body = received().to_string();
    let broken = [body.as_bytes(), b" "].concat();
    for name in ["Zoe", "contact_card", "trace_id"] {
        let at = body.find(name).unwrap();
        let mut broken = broken.clone();
        broken[at] = b'\xff';
        let event = Event::read(&broken).unwrap();
        assert_eq!(event.event_id, "evt_1");
        let raw = event.raw_json().trim_end();
        assert_eq!(
            raw,
            body.replacen(name, &format!("\u{fffd}{}", &name[1..]), 1)
        );
        let EventKind::Other(other) = event.kind else {
            panic!("{name}")
        };
        assert!(other.data.starts_with(r#"{"first_name":""#), "{other:?}");
        assert!(other.reason.unwrap().starts_with("not UTF-8"));
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let body = received().to_string();
    let event = Event::read(format!("\u{feff}{body}").as_bytes()).unwrap();
    assert_eq!(event.raw_json(), body);
    assert!(matches!(event.kind, EventKind::ContactCardReceived(_)));
}

#[test]
fn an_event_id_has_any_length_except_zero() {
    let long = "x".repeat(5_000);
    for (id, problem) in [
        (json!(long), None),
        (
            json!(""),
            Some("event_id: expected a string that is not empty"),
        ),
        (json!(null), Some("event_id: expected a string, found null")),
        (
            json!(true),
            Some("event_id: expected a string, found boolean"),
        ),
        (
            json!([7]),
            Some("event_id: expected a string, found an array"),
        ),
        (
            json!({"Zoe": 1}),
            Some("event_id: expected a string, found an object"),
        ),
    ] {
        let mut body = received();
        body["event_id"] = id;
        let Some(problem) = problem else {
            assert_eq!(event(&body).event_id, long);
            continue;
        };
        let (kind, text) = error(body.to_string().as_bytes());
        assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
        assert!(text.contains(problem), "{text}");
    }
    let mut body = received();
    body.as_object_mut().unwrap().remove("event_id");
    let (kind, text) = error(body.to_string().as_bytes());
    assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
    assert!(text.contains(": event_id: missing;"), "{text}");
}

#[test]
fn an_event_id_can_be_a_number() {
    for id in ["7", "0", "-7", "12345678901234567890123", "7.50"] {
        let body = format!(r#"{{"event_id": {id}, "event_type": "message.sent"}}"#);
        assert_eq!(Event::read(body.as_bytes()).unwrap().event_id, id);
    }
}

#[test]
fn invalid_json_is_refused() {
    let whole = received().to_string();
    for body in [
        &b""[..],
        b"Zoe",
        b"{\"Zoe\": ",
        &whole.as_bytes()[..whole.len() - 1],
        (whole.clone() + "Zoe").as_bytes(),
    ] {
        let (kind, text) = error(body);
        assert_eq!(kind, WebhookErrorKind::NotJson, "{text}");
    }
    for body in ["[]", "1", "null", "\"Zoe\"", "{}"] {
        assert_eq!(
            error(body.as_bytes()).0,
            WebhookErrorKind::UnexpectedShape,
            "{body}"
        );
    }
}

#[test]
fn debug_shows_the_event_once() {
    let shown = format!("{:?}", event(&received()));
    assert_eq!(shown.matches("Zoe").count(), 1, "{shown}");
}
