//! Tests of the kinds of events, and of reading their data.

use linq_gen::types::LineReputationStatus;

use super::*;

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
    let mut body = updated();
    body["data"]["occurred_at"] = json!("2026-02-30T10:15:30Z");
    assert!(reason(&body).starts_with("data.occurred_at: "));
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
        (r#"{"first_name":"Zo\ud800"}"#, "data: not JSON: "),
        (r#"{"first_name":"Zoe","first_name":"Zoe"}"#, "data: "),
        (r#"{"first_name":1e999}"#, "data: not JSON: "),
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

fn line_event(event_type: &str, data: Value) -> EventKind {
    let body = json!({"event_type": event_type, "event_id": "evt_3", "data": data});
    event(&body).kind
}

/// Linq's documentation and its SDKs disagree on the names of two fields, so either pair is
/// accepted.
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
fn a_line_is_assigned_and_released() {
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

/// The values of a change are not documented for every event.
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
fn line_events_that_do_not_fit_become_other() {
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
