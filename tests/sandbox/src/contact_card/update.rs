//! `PATCH /v3/contact_card`.

use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;

use crate::Card;
use crate::account::Account;
use crate::contract::Parameters;
use crate::fields::{Changes, Fields};
use crate::refusal::Refusal;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// Changes an active card.
pub(crate) async fn update(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    Extension(parameters): Extension<Parameters>,
    body: Bytes,
) -> Result<Json<Card>, Refusal> {
    let number = parameters.text("phone_number");
    let number = number.ok_or(Refusal::MISSING_FIELD)?;
    let mut state = account.state();
    let now = account.now();
    state.spend_write(number, now)?;
    let changes = read(&body)?;
    let (before, after) = state.update(number, |card| changed(card, changes), now)?;
    if is_change(&before, &after) {
        account.notify(&state, Event::updated(&before, &after, trace_id, now));
    }
    Ok(Json(after))
}

fn read(body: &[u8]) -> Result<Changes, Refusal> {
    let fields = Fields::read(body)?;
    if fields.is_empty() {
        return Err(Refusal::INVALID_BODY);
    }
    fields.changes()
}

/// Whether people see a difference.
fn is_change(before: &Card, after: &Card) -> bool {
    let shown = |card: &Card| Card {
        is_active: true,
        ..card.clone()
    };
    shown(before) != shown(after)
}

fn changed(card: Card, changes: Changes) -> Card {
    Card {
        first_name: changes.first_name.unwrap_or(card.first_name),
        last_name: changes.last_name.unwrap_or(card.last_name),
        image_url: changes.image_url.or(card.image_url),
        ..card
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example card, changed as `body` says.
    fn changed_by(body: &str) -> Result<Card, u32> {
        read(body.as_bytes())
            .map(|changes| changed(Card::example(), changes))
            .map_err(|error| error.code)
    }

    #[test]
    fn only_fields_in_the_body_change() {
        let jane = Card {
            first_name: "Jane".into(),
            ..Card::example()
        };
        let body = r#"{"first_name": "Jane", "is_active": false, "phone_number": "+12"}"#;
        assert_eq!(changed_by(body), Ok(jane));

        let john = Card {
            last_name: None,
            ..Card::example()
        };
        assert_eq!(changed_by(r#"{"last_name": ""}"#), Ok(john));

        let photo = changed_by(r#"{"image_url": "https://example.com/photo.jpg"}"#).unwrap();
        assert_ne!(photo.image_url, Card::example().image_url);
        let image_url = Card::example().image_url;
        assert_eq!(Card { image_url, ..photo }, Card::example());
    }

    #[test]
    fn activation_does_not_count_as_a_change() {
        let inactive = Card {
            is_active: false,
            ..Card::example()
        };
        assert!(!is_change(&Card::example(), &inactive));
        let nameless = Card {
            last_name: None,
            ..Card::example()
        };
        assert!(is_change(&Card::example(), &nameless));
    }
}
