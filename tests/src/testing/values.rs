//! Values that usually only the client or the service makes.

use std::time::Duration;

use linq::contact_card::{CardState, ContactCardRetrieveResponse, Update};
use linq::phone_numbers::Line;
use linq::reqwest::StatusCode;
use linq::reqwest::header::{HeaderName, HeaderValue};
use linq::testing::{
    self, Fault, ResponseBuilder, attempt, budget_call, budget_end, contact_card, ensured,
    image_kept, line_card, line_cards,
};
use linq::webhook::EventKind;
use linq::{ContactCard, Ensured};
use serde_json::json;

fn card(first_name: &str) -> ContactCard {
    contact_card("+15551234567", first_name)
}

#[test]
fn json_that_does_not_fit_is_refused_with_its_path() {
    let json = json!({"contact_cards": [{"phone_number": "+15551234567", "is_active": true}]});
    let error = testing::from_json::<ContactCardRetrieveResponse>(json).unwrap_err();
    assert!(error.is_decode());
    assert!(
        error
            .to_string()
            .contains("contact_cards[0].first_name: missing"),
        "{error}"
    );
}

#[test]
fn what_ensure_did_follows_from_the_cards() {
    let mut inactive = card("Ann");
    inactive.is_active = false;
    for before in [None, Some(inactive)] {
        let created = ensured(before, card("Ann"));
        assert!(matches!(created, Ensured::Created { .. }), "{created:?}");
        assert!(!image_kept(created).image_kept());
    }
    let unchanged = ensured(Some(card("Ann")), card("Ann"));
    assert!(
        matches!(unchanged, Ensured::Unchanged { .. }),
        "{unchanged:?}"
    );
    assert!(image_kept(unchanged).image_kept());

    let mut after = card("Eve");
    after.last_name = Some("Lee".to_owned());
    let updated = ensured(Some(card("Ann")), after.clone());
    match &updated {
        Ensured::Updated { fields, card, .. } => {
            assert_eq!(fields, &["first_name", "last_name"]);
            assert_eq!(*card, after);
        }
        other => panic!("{other:?}"),
    }
    assert!(image_kept(updated).image_kept());
    after.image_url = Some("https://example.com/".to_owned());
    let replaced = ensured(Some(card("Eve")), after);
    assert!(!image_kept(replaced).image_kept());
}

#[test]
fn a_response_has_its_envelope() {
    let name = HeaderName::from_static("x-trace-id");
    let response = ResponseBuilder::new(card("Ann"))
        .status(StatusCode::CREATED)
        .header(name, HeaderValue::from_static("abc123"))
        .attempts(2)
        .with_json_body()
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.trace_id(), Some("abc123"));
    assert_eq!(response.attempts(), 2);
    assert_eq!(response.json::<ContactCard>().unwrap(), *response.value());
}

#[test]
fn a_response_can_not_be_a_failure() {
    for builder in [
        ResponseBuilder::new(()).status(StatusCode::NOT_FOUND),
        ResponseBuilder::new(()).status(StatusCode::FOUND),
        ResponseBuilder::new(()).attempts(0),
    ] {
        assert!(builder.build().unwrap_err().is_invalid_input());
    }
}

#[test]
fn lines_have_the_state_of_their_cards() {
    let line = || -> Line {
        let id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
        testing::from_json(json!({"id": id, "phone_number": "+15551234567"})).unwrap()
    };
    let lines = vec![
        line_card(line(), Some(card("Ann"))),
        line_card(line(), None),
    ];
    let cards = line_cards(lines, vec![card("Eve")]);
    let states: Vec<_> = cards.lines.iter().map(|line| line.state()).collect();
    assert_eq!(states, [CardState::Active, CardState::Missing]);
    assert_eq!(cards.other_cards[0].first_name, "Eve");
}

#[test]
fn reports_attempts_and_budgets_can_be_made() {
    let number = "+15551234567".try_into().ok();
    let error = Fault::timeout().error::<Update>();
    let report = testing::ensure_report(3, number, Err(error));
    assert_eq!(report.index, 3);
    assert!(report.result.unwrap_err().is_timeout());

    let attempt = attempt::<Update>();
    assert_eq!(attempt.operation, "updateContactCard");
    assert_eq!(attempt.url_template, Some("/v3/contact_card"));

    let call = budget_call::<Update>("+15551234567").unwrap();
    assert_eq!((call.calls, call.window), (3, Duration::from_secs(600)));
    assert_ne!(call.id, budget_call::<Update>("+15551234567").unwrap().id);
    assert!(budget_end(true, None).counts);
}

#[test]
fn an_event_is_read_as_in_a_delivery() {
    let event = testing::event(&json!({"event_id": "1", "event_type": "new", "data": {"a": 1}}));
    match event.unwrap().kind {
        EventKind::Other(other) => assert_eq!(other.data, r#"{"a":1}"#),
        other => panic!("{other:?}"),
    }
    testing::event(&json!({"event_type": "new"})).unwrap_err();
}
