//! Events, base URL and error codes of the client are those of the contract.

use std::time::SystemTime;

use linq::webhook::{EventKind, Verifier, testing};
use linq::webhook_events::WebhookEventType;
use linq::{ApiCode, Client};
use serde_json::Value;

use crate::spec::spec;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// `ContactCardReceived` for `contact_card.received`.
fn kind_name(event_type: &str) -> String {
    let words = event_type.split(['.', '_']);
    words
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

#[test]
fn every_event_of_the_contract_has_a_kind_that_fits_its_examples() {
    let spec = spec();
    let webhooks = spec["x-webhooks"].as_object().unwrap();
    let types: Vec<_> = webhooks.keys().map(String::as_str).collect();
    assert_eq!(types, EventKind::TYPES);
    for event_type in types {
        assert!(WebhookEventType::KNOWN_VALUES.contains(&event_type));
    }
    for (event_type, webhook) in webhooks {
        let content = &webhook["post"]["requestBody"]["content"]["application/json"];
        let named = content["examples"].as_object().into_iter().flatten();
        let examples: Vec<&Value> = named
            .map(|(_, example)| &example["value"])
            .chain(content.get("example"))
            .collect();
        assert!(!examples.is_empty(), "{event_type}");
        for example in examples {
            let body = example.to_string();
            let headers = testing::sign("1", SystemTime::now(), &body, SECRET).unwrap();
            let verifier = Verifier::new(SECRET).unwrap();
            let event = verifier.verify(&headers, &body).unwrap();
            assert_eq!(event.event_type, *event_type);
            let raw: Value = serde_json::from_str(event.raw_json()).unwrap();
            assert_eq!(raw, *example);
            let kind = format!("{:?}", event.kind);
            assert_eq!(kind.split('(').next().unwrap(), kind_name(event_type));
        }
    }
}

#[test]
fn the_default_base_url_is_that_of_the_first_server() {
    let url = &spec()["servers"][0]["url"];
    let client = format!("{:?}", Client::new("key").unwrap());
    assert!(client.contains(&url.to_string()), "{client}");
}

#[test]
fn every_code_of_the_contract_has_a_name() {
    let spec = spec();
    let codes = spec["x-linq-error-codes"].as_array().unwrap();
    let numbers: Vec<_> = codes.iter().map(|entry| entry["code"].clone()).collect();
    let named: Vec<_> = ApiCode::ALL.iter().map(|code| code.get()).collect();
    assert_eq!(named, numbers);
    assert_eq!(ApiCode::CONTACT_CARD_EXISTS.get(), 2014);
}
