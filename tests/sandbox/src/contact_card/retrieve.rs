//! `GET /v3/contact_card`.

use std::sync::Arc;

use axum::{Extension, Json};
use serde::Serialize;

use crate::Card;
use crate::account::Account;
use crate::contract::Parameters;

#[derive(Debug, Serialize)]
pub(crate) struct ContactCards {
    contact_cards: Vec<Card>,
}

/// Returns the card of a number, or every card.
pub(crate) async fn retrieve(
    Extension(account): Extension<Arc<Account>>,
    Extension(parameters): Extension<Parameters>,
) -> Json<ContactCards> {
    let wanted = parameters.text("phone_number");
    let contact_cards = account
        .state()
        .cards
        .iter()
        .filter(|card| wanted.is_none_or(|number| card.phone_number == number))
        .cloned()
        .collect();
    Json(ContactCards { contact_cards })
}
