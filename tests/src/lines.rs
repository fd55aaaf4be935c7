//! Lines: updates of them, and their cards.

use linq::WriteOutcome;
use linq::contact_card::CardState;
use linq::phone_numbers::{LineReputationStatus, LineType};
use linq_sandbox::{Card, Fault, Sandbox};
use serde_json::{Value, json};

use crate::operations::EXAMPLE_LINE_ID;
use crate::support::start;

const OTHER_ID: &str = "00000000-0000-4000-8000-000000000001";

/// A line as an update returns it.
fn line(id: &str, forwarding_number: Value) -> Fault {
    let line =
        json!({"id": id, "phone_number": "+15551234567", "forwarding_number": forwarding_number});
    Fault::status(200).json(line)
}

fn last_body(sandbox: &Sandbox) -> String {
    let requests = sandbox.requests();
    String::from_utf8(requests.last().unwrap().body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_list_of_lines_has_their_reputation() {
    let (sandbox, client, _) = start().await;
    let lines = client.phone_numbers().list().await.unwrap().phone_numbers;
    assert_eq!(lines[0].line_type, Some(LineType::IMessage));
    let reputation = lines[0].reputation.clone().unwrap();
    assert_eq!(reputation.status, Some(LineReputationStatus::Healthy));

    let odd = json!({"id": OTHER_ID, "phone_number": "+1", "line_type": "fax", "reputation": {"status": "ODD"}});
    let bare = json!({"id": OTHER_ID, "phone_number": "+2", "reputation": null});
    sandbox.misbehave(Fault::status(200).json(json!({"phone_numbers": [odd, bare]})));
    let lines = client.phone_numbers().list().await.unwrap().phone_numbers;
    let status = lines[0].reputation.clone().unwrap().status;
    assert_eq!(status.unwrap().as_str(), "ODD");
    assert_eq!(lines[1].reputation, None);
}

#[tokio::test]
async fn a_forwarding_number_is_set_or_cleared() {
    let (sandbox, client, _) = start().await;
    let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
    let line_of_update = update.forwarding_number("+15557654321").await.unwrap();
    assert_eq!(
        line_of_update.forwarding_number.as_deref(),
        Some("+15557654321")
    );
    assert_eq!(
        last_body(&sandbox),
        r#"{"forwarding_number":"+15557654321"}"#
    );

    for none in [Value::Null, "".into()] {
        sandbox.misbehave(line(EXAMPLE_LINE_ID, none));
        let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
        update.clear_forwarding_number().await.unwrap();
        assert_eq!(last_body(&sandbox), r#"{"forwarding_number":null}"#);
    }
}

#[tokio::test]
async fn empty_and_invalid_updates_are_not_sent() {
    let (sandbox, client, _) = start().await;
    let update = || client.phone_numbers().update(EXAMPLE_LINE_ID);
    let nothing = update().await.unwrap_err();
    assert!(nothing.to_string().contains("changes nothing"), "{nothing}");
    for number in ["", "555", "+0123", "ann@example.com"] {
        let error = update().forwarding_number(number).await.unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_response_that_contradicts_the_update_is_an_error() {
    let (sandbox, client, _) = start().await;
    for (response, outcome, text) in [
        (
            line(OTHER_ID, "+15557654321".into()),
            WriteOutcome::Unknown,
            "another line was returned",
        ),
        (
            line(EXAMPLE_LINE_ID, "+15550000000".into()),
            WriteOutcome::Rejected,
            "requested forwarding_number",
        ),
        (
            line(EXAMPLE_LINE_ID, Value::Null),
            WriteOutcome::Rejected,
            "requested forwarding_number",
        ),
    ] {
        sandbox.misbehave(response);
        let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
        let error = update.forwarding_number("+15557654321").await.unwrap_err();
        assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
        assert_eq!(error.write_outcome(), Some(outcome), "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(!error.to_string().contains("+1555"), "{error}");
    }
    sandbox.misbehave(line(EXAMPLE_LINE_ID, "+15550000000".into()));
    let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
    let error = update.clear_forwarding_number().await.unwrap_err();
    assert!(error.is_mismatch(), "{error}");
}

/// An update with absolute values can be repeated, so it is retried after a lost response.
#[tokio::test]
async fn an_update_with_a_lost_response_is_retried() {
    let (sandbox, client, _) = start().await;
    let update = || {
        let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
        update.forwarding_number("+15557654321")
    };
    sandbox.misbehave(Fault::cut().times(2));
    assert_eq!(update().send().await.unwrap().attempts(), 3);

    sandbox.misbehave(Fault::cut().times(3));
    let error = update().await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("it is safe to retry"), "{error}");
}

#[tokio::test]
async fn each_line_is_returned_with_its_card() {
    let (sandbox, client, _) = start().await;
    let number = |number: &str| json!({"id": OTHER_ID, "phone_number": number});
    let lines = ["+15550000001", "+15550000002", "+15550000003"].map(number);
    sandbox.misbehave(
        Fault::status(200)
            .json(json!({"phone_numbers": lines}))
            .on_operation("listPhoneNumbers"),
    );
    let card = |number: &str, is_active| Card {
        phone_number: number.to_owned(),
        is_active,
        ..Card::example()
    };
    sandbox.set_cards([
        card("+15550000002", false),
        card("+15550000009", true),
        card("+15550000001", true),
    ]);
    let joined = client.contact_card().for_lines().send().await.unwrap();
    assert_eq!(joined.status(), 200);
    let joined = joined.into_value();
    let states: Vec<_> = joined
        .lines
        .iter()
        .map(linq::contact_card::LineCard::state)
        .collect();
    assert_eq!(
        states,
        [CardState::Active, CardState::Inactive, CardState::Missing]
    );
    assert_eq!(joined.other_cards[0].phone_number, "+15550000009");
    let mut paths: Vec<_> = sandbox.requests().into_iter().map(|it| it.path).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "/api/partner/v3/contact_card",
            "/api/partner/v3/phone_numbers"
        ]
    );
}

#[tokio::test]
async fn lines_without_cards_are_not_an_error() {
    let (sandbox, client, _) = start().await;
    let no_card = Fault::error(404, 2012, "Contact card not found");
    sandbox.misbehave(no_card.on_operation("retrieveContactCard"));
    let joined = client.contact_card().for_lines().await.unwrap();
    assert_eq!(joined.lines[0].state(), CardState::Missing);

    for failing in ["retrieveContactCard", "listPhoneNumbers"] {
        let denied = Fault::error(403, 2005, "Access denied");
        sandbox.misbehave(denied.on_operation(failing));
        let error = client.contact_card().for_lines().await.unwrap_err();
        assert!(error.is_permission(), "{error}");
    }
}
