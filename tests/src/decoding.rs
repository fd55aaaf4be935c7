//! Response bodies that are large, or not as documented.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use linq::webhook::EventKind;
use linq_gen::operations::ALL;
use linq_sandbox::{Card, Fault};
use serde_json::{Value, json};

use crate::operations;
use crate::spec::{resolved, spec};
use crate::support::{start, without_reasons};
use crate::webhook_corpus::verifier;
use crate::webhooks::signed;

#[tokio::test]
async fn a_wrong_body_is_an_error() {
    let good = json!({"phone_number": "+15550000001", "first_name": "Ann", "is_active": true});
    let with = |last: serde_json::Value| json!({"contact_cards": [good, good, good, last]});
    let faults = [
        Fault::status(200)
            .header("content-type", "text/html")
            .body("<html>Sign in</html>"),
        Fault::status(200),
        Fault::status(204),
        Fault::status(200).json(json!({})),
        Fault::status(200).json(json!([])),
        Fault::status(200).json(json!([[]])),
        Fault::status(200).json(json!({"contact_cards": null})),
        Fault::status(200).json(with(json!({"phone_number": "+1", "is_active": true}))),
        Fault::status(200).json(with(
            json!({"phone_number": "+1", "first_name": 7, "is_active": true}),
        )),
        Fault::status(200).json(with(
            json!({"phone_number": "+1", "first_name": "Zoe", "is_active": "Zoe"}),
        )),
        Fault::status(200).body("{\"contact_cards\":[]}garbage"),
        Fault::status(200).body(b"{\"contact_cards\":[{\"phone_number\":\"\xff\xfe\"".as_slice()),
    ];
    let (sandbox, client, _) = start().await;
    let mut lines = String::new();
    for fault in faults {
        sandbox.misbehave(fault.header("x-trace-id", "t"));
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert!(error.is_decode() && !error.is_retryable(), "{error}");
        assert!(error.status().unwrap().is_success());
        assert_eq!(error.attempts(), 1);
        assert!(
            !format!("{error} {error:?}").contains("Zoe"),
            "a value is shown"
        );
        lines += &format!("{error}\n");
    }
    assert_snapshot!(without_reasons(&lines));
}

#[tokio::test]
async fn additions_and_odd_values_are_accepted() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(203).json(json!({
        "contact_cards": [{
            "phone_number": "not a number at all",
            "first_name": "名前 👩‍👩‍👧",
            "last_name": null,
            "is_active": false,
            "a_new_field": {"x": [1, 2]},
        }],
        "next": null,
    })));
    let response = client.contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.status().as_u16(), 203);
    let card = &response.value().contact_cards[0];
    assert_eq!(card.phone_number, "not a number at all");
    assert_eq!(card.first_name, "名前 👩‍👩‍👧");
    assert_eq!(
        (&card.last_name, &card.image_url, card.is_active),
        (&None, &None, false)
    );
}

#[tokio::test]
async fn lists_of_no_card_and_of_many_cards_are_read() {
    let (sandbox, client, _) = start().await;
    sandbox.set_cards([]);
    assert_eq!(
        client
            .contact_card()
            .retrieve()
            .await
            .unwrap()
            .contact_cards,
        []
    );
    sandbox.set_cards((0..10_000).map(|n| Card {
        phone_number: format!("+1555{n:07}"),
        ..Card::example()
    }));
    let cards = client
        .contact_card()
        .retrieve()
        .await
        .unwrap()
        .contact_cards;
    assert_eq!(cards.len(), 10_000);
    assert_eq!(cards[9_999].phone_number, "+15550009999");
}

/// In errors too.
#[tokio::test]
async fn a_byte_order_mark_is_accepted() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(200).body("\u{feff}{\"contact_cards\":[]}"));
    let response = client.contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.value().contact_cards, []);
    // Only one, and only at the beginning.
    for body in [
        "\u{feff}\u{feff}{\"contact_cards\":[]}",
        " \u{feff}{\"contact_cards\":[]}",
        "\u{feff}",
    ] {
        sandbox.misbehave(Fault::status(200).body(body));
        assert!(
            client
                .contact_card()
                .retrieve()
                .await
                .unwrap_err()
                .is_decode()
        );
    }
}

/// Copies of `value`, each with one object in it replaced by the array of its fields, in the order
/// of the generated struct: serde's derived code would read the struct from it.
fn with_arrays(spec: &Value, schema: &Value, value: &Value) -> Vec<Value> {
    let replaced = |changed: Value, pointer: &str| {
        let mut copy = value.clone();
        *copy.pointer_mut(pointer).unwrap() = changed;
        copy
    };
    match value {
        Value::Object(members) => {
            let parts = parts(spec, schema);
            let names: BTreeSet<_> = parts
                .iter()
                .filter_map(|part| part["properties"].as_object())
                .flat_map(|properties| properties.keys())
                .collect();
            let fields = names.iter().map(|name| value[name.as_str()].clone());
            let mut all = vec![fields.collect()];
            for (name, member) in members {
                let mut schemas = parts.iter().map(|part| &part["properties"][name]);
                let schema = schemas.rfind(|schema| !schema.is_null());
                let changed = with_arrays(spec, schema.unwrap_or(&Value::Null), member);
                all.extend(
                    changed
                        .into_iter()
                        .map(|new| replaced(new, &format!("/{name}"))),
                );
            }
            all
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let schema = &resolved(spec, schema)["items"];
            let changed = items.flat_map(|(index, item)| {
                let changed = with_arrays(spec, schema, item).into_iter();
                changed.map(move |new| (new, format!("/{index}")))
            });
            changed
                .map(|(new, pointer)| replaced(new, &pointer))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A schema and everything that it is made of.
fn parts<'a>(spec: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(spec, schema);
    let mut all = vec![schema];
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(parts(spec, part));
    }
    all
}

/// The schema of a media type, and its examples.
fn schema_and_examples<'a>(spec: &'a Value, content: &'a Value) -> (&'a Value, Vec<&'a Value>) {
    let content = &resolved(spec, content)["content"]["application/json"];
    let named = content["examples"].as_object().into_iter().flatten();
    let examples = named.map(|(_, example)| &example["value"]);
    (
        &content["schema"],
        examples.chain(content.get("example")).collect(),
    )
}

#[tokio::test]
async fn no_object_of_a_response_is_read_from_an_array() {
    let spec = spec();
    for call in operations::all() {
        let operation = ALL
            .iter()
            .find(|operation| operation.id == call.id)
            .unwrap();
        let node = &spec["paths"][operation.path][operation.method.to_lowercase()];
        let (sandbox, client, _) = start().await;
        for (status, response) in node["responses"].as_object().unwrap() {
            let Ok(status) = status.parse() else { continue };
            let (schema, examples) = schema_and_examples(&spec, response);
            for body in examples
                .iter()
                .flat_map(|example| with_arrays(&spec, schema, example))
            {
                sandbox.behave();
                sandbox.misbehave(Fault::status(status).json(body.clone()).always());
                let error = call.send(&client).await.unwrap_err();
                assert_eq!(
                    error.is_decode(),
                    status < 300,
                    "{}: {body}: {error}",
                    call.id
                );
                assert_eq!(
                    (error.api_code(), error.message()),
                    (None, None),
                    "{body}: {error}"
                );
            }
        }
    }
}

#[test]
fn no_object_of_an_event_is_read_from_an_array() {
    let spec = spec();
    for webhook in spec["x-webhooks"].as_object().unwrap().values() {
        let (schema, examples) = schema_and_examples(&spec, &webhook["post"]["requestBody"]);
        for body in examples
            .iter()
            .flat_map(|example| with_arrays(&spec, schema, example))
        {
            let text = body.to_string();
            match verifier().verify(&signed(text.as_bytes()), &text) {
                Ok(event) => assert!(
                    matches!(&event.kind, EventKind::Other(other) if other.reason.is_some()),
                    "{body}: {:?}",
                    event.kind
                ),
                Err(error) => assert!(body.is_array(), "{body}: {error}"),
            }
        }
    }
}
