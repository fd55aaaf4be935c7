//! A change that the service ignores is not sent again by the next run.

use std::time::Duration;

use insta::assert_snapshot;
use linq::{Client, WriteOutcome};
use linq_sandbox::{Card, Fault, Sandbox};
use serde_json::{Value, json};

use crate::ensure::{NUMBER, described, inactive, john, methods};
use crate::ensure_checks::returns;
use crate::support::{builder, start, start_with, writes};

const WINDOW: Duration = Duration::from_secs(600);

/// Three runs, one write.
#[tokio::test]
async fn an_ignored_change_is_sent_once() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(returns(Card::example()).on("PATCH").always());
    let nameless = |client: &Client| {
        let ensure = client.contact_card().ensure(NUMBER, "John");
        ensure.last_name("").into_future()
    };
    let first = nameless(&client).await.unwrap_err();
    assert!(first.is_mismatch() && !first.is_retryable(), "{first}");
    assert_eq!(first.write_outcome(), Some(WriteOutcome::Rejected));
    assert!(
        first.to_string().contains("requested last_name;"),
        "{first}"
    );
    assert_eq!(methods(&sandbox), ["GET", "PATCH"]);

    let again = nameless(&client).await.unwrap_err();
    assert_snapshot!(again, @"nothing was sent: the same write recently returned a card without the requested last_name; use another value, or contact Linq support");
    for again in [again, nameless(&client.clone()).await.unwrap_err()] {
        assert!(again.is_mismatch() && !again.is_retryable(), "{again}");
        assert_eq!(again.write_outcome(), Some(WriteOutcome::NotSent));
        assert_eq!(again.attempts(), 0);
    }
    assert_eq!(writes(&sandbox), 1);

    // Another value, another client, another card, and later.
    let smith = client.contact_card().ensure(NUMBER, "John");
    assert!(smith.last_name("Smith").await.unwrap_err().is_mismatch());
    assert_eq!(writes(&sandbox), 2);
    let other = builder(&sandbox).clock(clock.clone()).build().unwrap();
    assert!(nameless(&other).await.unwrap_err().is_mismatch());
    assert_eq!(writes(&sandbox), 3);
    sandbox.set_cards([Card {
        last_name: Some("Lee".into()),
        ..Card::example()
    }]);
    assert!(nameless(&client).await.unwrap_err().is_mismatch());
    assert_eq!(writes(&sandbox), 4);
    sandbox.set_cards([Card::example()]);
    clock.advance(WINDOW);
    assert!(nameless(&client).await.unwrap_err().is_mismatch());
    assert_eq!(writes(&sandbox), 5);

    // By now, the card is as it should be.
    sandbox.set_cards([Card {
        last_name: None,
        ..Card::example()
    }]);
    assert_eq!(described(&nameless(&client).await.unwrap()), "unchanged");
}

/// Although the set-up leaves the card as it was when the change was ignored.
#[tokio::test]
async fn an_ignored_change_does_not_stop_a_run_that_has_set_up_the_card() {
    let (sandbox, client, _) = start().await;
    let nameless = || client.contact_card().ensure(NUMBER, "John").last_name("");
    sandbox.misbehave(returns(Card::example()).on("PATCH"));
    assert!(nameless().await.unwrap_err().is_mismatch());

    sandbox.set_cards([inactive()]);
    sandbox.misbehave(returns(Card::example()).after_applying().on("POST"));
    assert_eq!(described(&nameless().await.unwrap()), "created");
    assert_eq!(methods(&sandbox), ["GET", "PATCH", "GET", "POST", "PATCH"]);
}

#[tokio::test]
async fn a_dry_run_reports_an_ignored_change() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(returns(Card::example()).on("PATCH"));
    let ann = || client.contact_card().ensure(NUMBER, "Ann");
    let foreseen = ann().dry_run().await.unwrap();
    assert_eq!(described(&foreseen), "updated first_name");
    assert!(ann().await.unwrap_err().is_mismatch());
    let error = ann().dry_run().await.unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    assert_eq!(error.write_outcome(), None);
}

/// The other field has changed; the next run finds the card as it was returned.
#[tokio::test]
async fn a_partly_ignored_change_is_not_repeated() {
    let (sandbox, client, _) = start().await;
    let ann = Card {
        first_name: "Ann".into(),
        ..Card::example()
    };
    sandbox.misbehave(returns(ann.clone()).on("PATCH").always());
    let wanted = || {
        let ensure = client.contact_card().ensure(NUMBER, "Ann");
        ensure.last_name("").into_future()
    };
    let error = wanted().await.unwrap_err();
    assert!(
        error.to_string().contains("requested last_name;"),
        "{error}"
    );
    sandbox.set_cards([ann]);
    let error = wanted().await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!(writes(&sandbox), 1);
}

/// Other fields may differ from response to response, and so may what nobody sees.
#[tokio::test]
async fn an_ignored_change_is_recognized_when_other_fields_differ() {
    let card = |fields: Value| {
        let mut card = json!({"phone_number": NUMBER, "first_name": "Jon", "is_active": true});
        let fields = fields.as_object().unwrap().clone();
        card.as_object_mut().unwrap().extend(fields);
        card
    };
    let signed = |signature| json!({"image_url": format!("https://example.com/?s={signature}")});
    for (returned, read) in [
        (signed(1), signed(2)),
        (signed(1), json!({})),
        (json!({"image_url": null}), json!({"image_url": ""})),
        (json!({"last_name": null}), json!({"last_name": ""})),
        (json!({"last_name": " "}), json!({})),
        (
            json!({"first_name": "Zoë"}),
            json!({"first_name": "Zoe\u{308} "}),
        ),
        (json!({"new": 1}), json!({"new": 2})),
    ] {
        let (sandbox, client, _) = start_with([]).await;
        sandbox.misbehave(Fault::none().on("GET"));
        let list = json!({"contact_cards": [card(read)]});
        sandbox.misbehave(Fault::status(200).json(list).on("GET").always());
        for method in ["POST", "PATCH"] {
            let card = card(returned.clone());
            sandbox.misbehave(Fault::status(200).json(card).on(method).always());
        }
        for _ in 0..3 {
            let error = john(&client).last_name("").await.unwrap_err();
            assert!(error.is_mismatch(), "{error}");
        }
        assert_eq!(writes(&sandbox), 1, "{returned}");
    }
}

/// Two services that know only one card, John Doe's.
#[tokio::test]
async fn returning_another_card_is_an_error() {
    async fn ensure_all(client: &Client) -> Vec<bool> {
        let cards = client.contact_card();
        let requests = [
            cards.ensure(NUMBER, "John").last_name("Smith"),
            cards.ensure("+15557654321", "Zoë").last_name("李"),
            cards.ensure("+15550000001", "Ann"),
        ];
        let reports = cards.ensure_all(requests).await;
        let is_mismatch = |result: &linq::Result<_>| match result {
            Ok(_) => false,
            Err(error) => error.is_mismatch(),
        };
        reports
            .iter()
            .map(|report| is_mismatch(&report.result))
            .collect()
    }
    let john = || Fault::status(200).json(json!(Card::example())).always();
    let list = |cards: &[Card]| {
        let list = json!({ "contact_cards": cards });
        Fault::status(200).json(list).on("GET").always()
    };
    for (listed, writes_sent) in [(vec![Card::example()], 1), (vec![], 3)] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = builder(&sandbox).build().unwrap();
        sandbox.misbehave(list(&listed));
        sandbox.misbehave(john().on("POST"));
        sandbox.misbehave(john().on("PATCH"));
        for _ in 0..3 {
            assert_eq!(ensure_all(&client).await, [true; 3]);
            assert_eq!(writes(&sandbox), writes_sent, "{listed:?}");
        }
    }
}

#[tokio::test]
async fn a_second_run_reports_that_the_card_was_another_numbers() {
    let (sandbox, client, _) = start_with([]).await;
    let other = Card {
        phone_number: "+15557654321".into(),
        ..Card::example()
    };
    sandbox.misbehave(returns(other).on("POST"));
    let first = john(&client).await.unwrap_err();
    assert!(
        first.to_string().contains("another phone number"),
        "{first}"
    );
    let again = john(&client).await.unwrap_err();
    assert_snapshot!(again, @"nothing was sent: the same write recently returned the card of another phone number; check the base URL");
    assert_eq!(again.write_outcome(), Some(WriteOutcome::NotSent));
}
