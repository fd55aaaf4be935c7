//! `POST /v3/contact_card`.

use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;

use crate::Card;
use crate::account::Account;
use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// Sets up a card.
pub(crate) async fn create(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    body: Bytes,
) -> Result<Json<Card>, Refusal> {
    let fields = Fields::read(&body)?;
    let phone_number = fields.phone_number()?;
    let mut state = account.state();
    let now = account.now();
    if !state.can_have_card(phone_number) {
        return Err(Refusal::NO_PERMISSION);
    }
    state.spend_write(phone_number, now)?;
    let card = state.create(new_card(phone_number, &fields)?, now)?;
    account.notify(&state, Event::created(&card, trace_id, now));
    Ok(Json(card))
}

fn new_card(phone_number: &str, fields: &Fields) -> Result<Card, Refusal> {
    let given = fields.changes()?;
    Ok(Card {
        phone_number: phone_number.into(),
        first_name: given.first_name.ok_or(Refusal::MISSING_FIELD)?,
        last_name: given.last_name.flatten(),
        image_url: given.image_url,
        is_active: true,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn card(body: &Value) -> Result<Card, u32> {
        let fields = Fields::read(body.to_string().as_bytes()).unwrap();
        new_card("+15551234567", &fields).map_err(|error| error.code)
    }

    #[test]
    fn only_the_first_name_is_required() {
        let jane = Card {
            first_name: "Jane".into(),
            last_name: None,
            image_url: None,
            ..Card::example()
        };
        for body in [
            json!({"first_name": "Jane"}),
            json!({"first_name": "Jane", "last_name": "", "is_active": false, "unknown": [1]}),
        ] {
            assert_eq!(card(&body), Ok(jane.clone()), "{body}");
        }
        assert_eq!(card(&json!({"last_name": "Doe"})), Err(1001));
    }
}
