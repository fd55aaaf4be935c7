use linq_gen::types::LineReputationStatus;
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

#[test]
fn new_values_are_kept_as_text() {
    let EventKind::ContactCardUpdated(card) = event(&changed("contact_card.updated")).kind else {
        panic!("of another kind")
    };
    assert_eq!(card.occurred_at.timestamp(), 1_770_113_729);
    assert_eq!((&*card.actor.type_, &*card.origin), ("robot", "moon"));
    assert_eq!(card.actor.email, None);
    assert_eq!(
        (card.phone_number, card.contact_card.unwrap().last_name),
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
            EventKind::Other(OtherEvent::new(
                "new.type".to_owned(),
                data.to_owned(),
                None
            ))
        );
    }
}

/// Both forms that Linq's SDKs have published.
#[test]
fn a_change_has_the_fields_of_a_card_or_its_display_name() {
    let mut body = changed("contact_card.updated");
    let data = body["data"].as_object_mut().unwrap();
    data["contact_card"] = json!({"id": "card_1", "name": "Zoe Doe", "photo_updated": true});
    data["change"] = json!({"name": {"from": "Zo", "to": "Zoe Doe"}});
    let EventKind::ContactCardUpdated(card) = event(&body).kind else {
        panic!("of another kind")
    };
    let (contact_card, change) = (card.contact_card.unwrap(), card.change.unwrap());
    assert_eq!(contact_card.name.as_deref(), Some("Zoe Doe"));
    assert_eq!(contact_card.photo_updated, Some(true));
    assert_eq!(contact_card.first_name, None);
    assert_eq!(change.name.unwrap().from.as_deref(), Some("Zo"));

    for event_type in ["created", "updated", "deleted"] {
        let mut body = changed(&format!("contact_card.{event_type}"));
        let data = body["data"].as_object_mut().unwrap();
        data.remove("contact_card");
        data.remove("change");
        assert!(!matches!(event(&body).kind, EventKind::Other(_)));
        for card in [
            json!(null),
            json!({"id": "card_1"}),
            json!({"id": "card_1", "last_name": null, "image_url": null}),
        ] {
            body["data"]["contact_card"] = card;
            assert!(!matches!(event(&body).kind, EventKind::Other(_)));
        }
    }
}

#[test]
fn data_that_does_not_fit_becomes_other_with_a_reason() {
    let updated = || changed("contact_card.updated");
    for (mut body, pointer, value, expected) in [
        (
            received(),
            "/data",
            json!("Zoe"),
            "data: expected an object, found string",
        ),
        (
            received(),
            "/data",
            json!(null),
            "data: expected an object, found null",
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
            changed("contact_card.deleted"),
            "/data/actor/type",
            json!(["Zoe"]),
            "data.actor.type: expected a string, found an array",
        ),
        (
            changed("contact_card.created"),
            "/data/occurred_at",
            json!("2026-02-30T10:15:30Z"),
            "data.occurred_at: input is out of range",
        ),
        (
            updated(),
            "/data/change/last_name/from",
            json!({"Zoe": "Zoe"}),
            "data.change.last_name.from: expected a string, found an object",
        ),
        (
            updated(),
            "/data/contact_card",
            json!({"name": "Zoe"}),
            "data.contact_card.id: missing",
        ),
    ] {
        *body.pointer_mut(pointer).unwrap() = value;
        assert_eq!(reason(&body), expected);
    }
}

#[test]
fn an_array_is_not_an_object_at_any_depth() {
    for (pointer, path) in [
        ("/data", "data"),
        ("/data/actor", "data.actor"),
        ("/data/contact_card", "data.contact_card"),
        ("/data/change", "data.change"),
        ("/data/change/last_name", "data.change.last_name"),
    ] {
        let mut body = changed("contact_card.updated");
        *body.pointer_mut(pointer).unwrap() = json!(["a", "b", "c", "d"]);
        let expected = format!("{path}: expected an object, found an array");
        assert_eq!(reason(&body), expected);
    }
}

#[test]
fn data_that_only_some_json_parsers_accept_becomes_other() {
    for (data, expected) in [
        (
            r#"{"first_name":"Zo\ud800"}"#,
            "data: not JSON: unexpected end of hex escape",
        ),
        (
            r#"{"first_name":"Zoe","first_name":"Zoe"}"#,
            "data: duplicate field `first_name`",
        ),
        (
            r#"{"first_name":1e999}"#,
            "data: not JSON: number out of range",
        ),
        (
            &format!(
                r#"{{"first_name":{}"Zoe"{}}}"#,
                "[".repeat(500),
                "]".repeat(500)
            ),
            "data.first_name: expected a string, found an array",
        ),
    ] {
        let body =
            format!(r#"{{"event_type":"contact_card.received","event_id":"evt_1","data":{data}}}"#);
        let EventKind::Other(other) = Event::read(body.as_bytes()).unwrap().kind else {
            panic!("{data}")
        };
        assert_eq!(other.data, data);
        let reason = other.reason.unwrap();
        assert!(reason.starts_with(expected), "{reason}");
    }
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

fn line_event(event_type: &str, data: Value) -> EventKind {
    let body = json!({"event_type": event_type, "event_id": "evt_3", "data": data});
    event(&body).kind
}

/// Linq's documentation and its SDKs disagree on the names of two fields, so either pair is taken.
#[test]
fn the_reputation_of_a_line_has_two_names() {
    for (pair, other) in [
        ("reputation", "health_status"),
        ("health_status", "reputation"),
    ] {
        let mut data = json!({
            "phone_number": "+15551234567",
            "changed_at": "2026-02-03T10:15:29.123456789Z",
            "previous_status": "ACTIVE",
            "new_status": "FLAGGED",
        });
        data[format!("previous_{pair}")] = "HEALTHY".into();
        data[format!("new_{pair}")] = "FEVERISH".into();
        data[format!("new_{other}")] = Value::Null;
        let EventKind::PhoneNumberStatusUpdated(data) =
            line_event("phone_number.status_updated", data)
        else {
            panic!("{pair}")
        };
        assert_eq!(data.phone_number, "+15551234567");
        assert_eq!(data.new_status.as_ref().unwrap().as_str(), "FLAGGED");
        let before = data.previous_reputation.or(data.previous_health_status);
        let after = data.new_reputation.or(data.new_health_status);
        assert_eq!(before, Some(LineReputationStatus::Healthy));
        assert_eq!(after, Some("FEVERISH".into()));
    }
}

#[test]
fn a_line_comes_and_goes() {
    let data = json!({"phone_number": "+15551234567", "changed_at": "2026-02-03T10:15:29Z"});
    let assigned = line_event("phone_number.assigned", data.clone());
    let released = line_event("phone_number.released", data);
    let (EventKind::PhoneNumberAssigned(assigned), EventKind::PhoneNumberReleased(released)) =
        (assigned, released)
    else {
        panic!()
    };
    assert_eq!(assigned, released);
    assert_eq!(assigned.changed_at.unwrap().timestamp(), 1_770_113_729);
}

/// What the values of a change are is not documented for each event.
#[test]
fn the_setting_of_a_line_can_be_anything() {
    for (from, to) in [
        (json!(null), json!("+15557654321")),
        (json!({"id": 1}), json!(["Production"])),
        (json!(true), json!(7)),
    ] {
        let data = json!({
            "summary": "Zoe changed a line",
            "occurred_at": "2026-02-03T10:15:29Z",
            "actor": {"type": "api"},
            "origin": "api",
            "phone_number": "+15551234567",
            "change": {"from": from, "to": to},
        });
        for event_type in ["phone_number.forwarding_updated", "environment.line_moved"] {
            let kind = line_event(event_type, data.clone());
            let (EventKind::PhoneNumberForwardingUpdated(data)
            | EventKind::EnvironmentLineMoved(data)) = kind
            else {
                panic!("{kind:?}")
            };
            let change = data.change.unwrap();
            assert_eq!(change.from.unwrap_or_default(), from);
            assert_eq!(change.to.unwrap_or_default(), to);
        }
    }
}

#[test]
fn a_line_event_of_another_form_is_kept() {
    for event_type in [
        "phone_number.status_updated",
        "phone_number.assigned",
        "phone_number.released",
        "phone_number.forwarding_updated",
        "environment.line_moved",
    ] {
        let body = json!({"event_type": event_type, "event_id": "1", "data": {"name": "Zoe"}});
        let reason = reason(&body);
        assert!(reason.starts_with("data."), "{reason}");
        assert!(reason.ends_with(": missing"), "{reason}");
    }
}
