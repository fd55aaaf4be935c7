//! Cards that are stored but not applied, and cards that a refused update has deactivated.

use std::time::Duration;

use linq::{ApiCode, Client, Ensured, Error, WriteOutcome};
use linq_sandbox::{Card, EXAMPLE_CHAT_ID};

use crate::support::{start, start_with, writes};

const NUMBER: &str = "+15551234567";

async fn share(client: &Client) -> Result<(), Error> {
    client.chats().share_contact_card(EXAMPLE_CHAT_ID).await
}

#[tokio::test]
async fn an_update_during_an_upstream_limit_stops_sharing_until_ensure_sets_the_card_up() {
    let (sandbox, client, clock) = start().await;
    let minute = Duration::from_secs(60);
    sandbox.limit_upstream(NUMBER, minute);
    let ensure = || client.contact_card().ensure(NUMBER, "Jane");
    let error = ensure().await.unwrap_err();
    assert_eq!(error.api_code(), Some(ApiCode::UPSTREAM_RATE_LIMITED));
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(error.retry_after(), None);
    assert_eq!(
        share(&client).await.unwrap_err().api_code(),
        Some(ApiCode::CONTACT_CARD_NOT_FOUND)
    );
    let card = client.contact_card().get(NUMBER).await.unwrap().unwrap();
    assert_eq!((card.first_name.as_str(), card.is_active), ("John", false));

    clock.advance(minute);
    let ensured = ensure().await.unwrap();
    assert!(matches!(ensured, Ensured::Created { .. }), "{ensured:?}");
    let card = ensured.card();
    assert_eq!(
        (card.first_name.as_str(), card.last_name.as_deref()),
        ("Jane", Some("Doe"))
    );
    assert!(card.is_active && card.image_url.is_some());
    share(&client).await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_only_stored_can_be_shared_after_another_set_up() {
    let (sandbox, client, _) = start_with([]).await;
    sandbox.leave_inactive(NUMBER, 1);
    let create = || client.contact_card().create(NUMBER, "John");
    assert!(!create().await.unwrap().is_active);
    assert_eq!(
        share(&client).await.unwrap_err().api_code(),
        Some(ApiCode::CONTACT_CARD_NOT_FOUND)
    );
    assert!(create().await.unwrap().is_active);
    share(&client).await.unwrap();
}

#[tokio::test]
async fn an_update_that_is_only_stored_is_set_up_again() {
    let (sandbox, client, _) = start().await;
    sandbox.leave_inactive(NUMBER, 1);
    let cards = client.contact_card();
    let card = cards.update(NUMBER).first_name("Jane").await.unwrap();
    assert_eq!((card.first_name.as_str(), card.is_active), ("Jane", false));
    let error = cards.update(NUMBER).first_name("Jane").await.unwrap_err();
    assert_eq!(error.api_code(), Some(ApiCode::CONTACT_CARD_NOT_FOUND));
    cards.ensure(NUMBER, "Jane").await.unwrap();
    let jane = Card {
        first_name: "Jane".into(),
        ..Card::example()
    };
    let stored = sandbox.cards().remove(0);
    assert_eq!(
        Card {
            image_url: jane.image_url.clone(),
            ..stored
        },
        jane
    );
    share(&client).await.unwrap();
}

#[tokio::test]
async fn ensure_sets_a_card_up_again_that_was_only_stored() {
    for cards in [vec![], vec![Card::example()]] {
        let (sandbox, client, _) = start_with(cards).await;
        sandbox.leave_inactive(NUMBER, 1);
        let ensured = client.contact_card().ensure(NUMBER, "Jane").await.unwrap();
        assert!(matches!(ensured, Ensured::Created { .. }), "{ensured:?}");
        assert!(ensured.card().is_active && sandbox.cards()[0].is_active);
        assert_eq!(writes(&sandbox), 2);
        share(&client).await.unwrap();
    }
}

#[tokio::test]
async fn ensure_fails_after_two_writes_that_were_only_stored_and_succeeds_later() {
    let (sandbox, client, clock) = start_with([]).await;
    sandbox.leave_inactive(NUMBER, 2);
    let ensure = || client.contact_card().ensure(NUMBER, "Jane");
    let error = ensure().await.unwrap_err();
    assert!(error.is_not_applied() && error.is_retryable(), "{error}");
    assert_eq!(writes(&sandbox), 2);
    clock.advance(Duration::from_secs(600));
    assert!(ensure().await.unwrap().card().is_active);
    share(&client).await.unwrap();
}
