//! Response bodies that are large, or not as documented.

use insta::assert_snapshot;
use linq_sandbox::{Card, Fault};
use serde_json::json;

use crate::support::{start, without_reasons};

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
