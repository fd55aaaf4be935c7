use serde_json::{Value, json};

use super::*;

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

fn error(body: &[u8]) -> (WebhookErrorKind, String) {
    let error = Event::read(body).unwrap_err();
    assert!(error.is_authentic());
    assert!(!format!("{error:?}").contains("Zoe"), "{error:?}");
    (error.kind(), error.to_string())
}

#[test]
fn the_envelope_and_the_data() {
    let body = received();
    let event = event(&body);
    assert_eq!(event.event_id, "evt_1");
    assert_eq!(event.event_type, "contact_card.received");
    assert_eq!(event.created_at.timestamp_millis(), 1_770_110_130_500);
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

#[test]
fn values_that_are_new_are_kept_as_text() {
    let EventKind::ContactCardUpdated(card) = event(&changed("contact_card.updated")).kind else {
        panic!("of another kind")
    };
    assert_eq!(card.occurred_at.timestamp(), 1_770_113_729);
    assert_eq!((&*card.actor.type_, &*card.origin), ("robot", "moon"));
    assert_eq!(card.actor.email, None);
    assert_eq!(
        (card.phone_number, card.contact_card.last_name),
        (None, None)
    );
    let change = card.change.unwrap();
    assert_eq!(change.first_name, None);
    let last_name = change.last_name.unwrap();
    assert_eq!(
        (last_name.from.as_deref(), last_name.to),
        (Some("Doe"), None)
    );
}

#[test]
fn the_type_alone_decides_the_kind() {
    let kind = |event_type: &str| event(&changed(event_type)).kind;
    assert!(matches!(
        kind("contact_card.created"),
        EventKind::ContactCardCreated(_)
    ));
    assert!(matches!(
        kind("contact_card.updated"),
        EventKind::ContactCardUpdated(_)
    ));
    assert!(matches!(
        kind("contact_card.deleted"),
        EventKind::ContactCardDeleted(_)
    ));
    for event_type in [
        "contact_card.merged",
        "Contact_card.created",
        "contact_card",
        "",
    ] {
        let EventKind::Other(other) = kind(event_type) else {
            panic!("{event_type}")
        };
        assert_eq!(other.event_type, event_type);
        assert_eq!(other.data, changed("")["data"].to_string());
    }
}

#[test]
fn an_event_of_another_type_may_hold_anything() {
    for data in [
        "null",
        "[]",
        "-0",
        "1e999",
        "12345678901234567890123456789",
        r#"{"a": 1, "a": 2}"#,
        r#""\ud800""#,
        &("[".repeat(500) + &"]".repeat(500)),
    ] {
        let body = format!(
            r#"{{"event_type":"new.type","event_id":"1","created_at":"2026-02-03T10:15:30Z","data":{data},"more":{data}}}"#
        );
        let event = Event::read(body.as_bytes()).unwrap();
        assert_eq!(event.raw_json(), body);
        assert_eq!(
            event.kind,
            EventKind::Other(OtherEvent {
                event_type: "new.type".to_owned(),
                data: data.to_owned(),
            })
        );
    }
}

#[test]
fn what_is_wrong_is_told_by_its_path() {
    for (mut body, pointer, value, problem) in [
        (
            received(),
            "/data",
            json!([]),
            "data: expected an object, found an array",
        ),
        (
            received(),
            "/data",
            json!("Zoe"),
            "data: expected an object, found string",
        ),
        (
            received(),
            "/data/first_name",
            json!(7),
            "data.first_name: expected a string, found integer",
        ),
        (
            received(),
            "/data/first_name",
            json!(null),
            "data.first_name: expected a string, found null",
        ),
        (
            received(),
            "/created_at",
            json!("Zoe"),
            "created_at: input contains invalid characters",
        ),
        (
            received(),
            "/event_id",
            json!({"Zoe": 1}),
            "event_id: expected a string, found map",
        ),
        (
            received(),
            "/event_type",
            json!(null),
            "event_type: expected a string, found null",
        ),
        (
            changed("contact_card.deleted"),
            "/data/actor/type",
            json!(["Zoe"]),
            "data.actor.type: expected a string, found sequence",
        ),
        (
            changed("contact_card.created"),
            "/data/occurred_at",
            json!("2026-02-30T10:15:30Z"),
            "data.occurred_at: input is out of range",
        ),
        (
            changed("contact_card.updated"),
            "/data/change/last_name/from",
            json!(1),
            "data.change.last_name.from: expected a string, found integer",
        ),
    ] {
        *body.pointer_mut(pointer).unwrap() = value;
        let (kind, text) = error(body.to_string().as_bytes());
        assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
        assert!(text.contains(problem), "{text}");
    }
}

#[test]
fn an_array_is_no_object_at_any_depth() {
    for (pointer, path) in [
        ("/data", "data"),
        ("/data/actor", "data.actor"),
        ("/data/contact_card", "data.contact_card"),
        ("/data/change", "data.change"),
        ("/data/change/last_name", "data.change.last_name"),
    ] {
        let mut body = changed("contact_card.updated");
        *body.pointer_mut(pointer).unwrap() = json!(["a", "b", "c", "d"]);
        let (kind, text) = error(body.to_string().as_bytes());
        assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
        let problem = format!(": {path}: expected an object, found an array;");
        assert!(text.contains(&problem), "{text}");
    }
}

#[test]
fn an_id_tells_one_event_from_another() {
    for id in [String::new(), "x".repeat(1_025)] {
        let mut body = received();
        body["event_id"] = json!(id);
        let (kind, text) = error(body.to_string().as_bytes());
        assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
        assert!(
            text.contains("event_id: expected 1 to 1024 bytes"),
            "{text}"
        );
    }
}

#[test]
fn what_is_missing_is_named() {
    for (mut body, parent, field, problem) in [
        (received(), "", "data", ": data: missing"),
        (received(), "", "event_id", ": event_id: missing"),
        (received(), "", "event_type", ": event_type: missing"),
        (received(), "", "created_at", ": created_at: missing"),
        (
            received(),
            "/data",
            "sender_handle",
            ": data.sender_handle: missing",
        ),
        (
            changed("contact_card.updated"),
            "/data/actor",
            "type",
            ": data.actor.type: missing",
        ),
    ] {
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.remove(field);
        let (kind, text) = error(body.to_string().as_bytes());
        assert_eq!(kind, WebhookErrorKind::UnexpectedShape);
        assert!(text.contains(problem), "{text}");
    }
    let mut body = received();
    for field in [
        "api_version",
        "webhook_version",
        "trace_id",
        "partner_id",
        "data",
    ] {
        body.as_object_mut().unwrap().remove(field);
    }
    body["event_type"] = json!("of another kind");
    assert!(matches!(event(&body).kind, EventKind::Other(other) if other.data == "null"));
}

#[test]
fn what_is_not_json_is_told_so() {
    let whole = received().to_string();
    for body in [
        &b""[..],
        b"Zoe",
        b"{\"Zoe\": ",
        b"{\"more\": \"\xff\"}",
        b"\xef\xbb\xbf{}",
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
