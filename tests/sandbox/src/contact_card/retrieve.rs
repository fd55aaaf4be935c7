//! `GET /v3/contact_card`.

use std::sync::Arc;

use axum::extract::Query;
use axum::{Extension, Json};
use serde::Serialize;

use super::phone_number;
use crate::Card;
use crate::account::Account;
use crate::refusal::Refusal;

#[derive(Debug, Serialize)]
pub(crate) struct ContactCards {
    contact_cards: Vec<Card>,
}

/// `GET /v3/contact_card`.
pub(crate) async fn retrieve(
    Extension(account): Extension<Arc<Account>>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<ContactCards>, Refusal> {
    let wanted = phone_number(&parameters)?;
    let contact_cards = account
        .state()
        .cards
        .iter()
        .filter(|card| wanted.is_none_or(|number| card.phone_number == number))
        .cloned()
        .collect();
    Ok(Json(ContactCards { contact_cards }))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::SystemTime;

    use super::*;
    use crate::clock::Clock;
    use crate::contract::Contract;
    use crate::state::State;

    const OTHER: &str = "+15557654321";

    async fn ask(query: &str) -> Result<Vec<String>, u32> {
        let other = Card {
            phone_number: OTHER.into(),
            ..Card::example()
        };
        let contract = Contract::ours().unwrap();
        let state = State::new(vec![Card::example(), other], HashMap::new(), &contract);
        let account = Account::new("key".into(), Clock::new(SystemTime::now), state, None);
        let uri = format!("/v3/contact_card{query}").parse().unwrap();
        let parameters = Query::try_from_uri(&uri).unwrap();
        match retrieve(Extension(Arc::new(account)), parameters).await {
            Ok(Json(found)) => Ok(found
                .contact_cards
                .into_iter()
                .map(|card| card.phone_number)
                .collect()),
            Err(error) => Err(error.code),
        }
    }

    #[tokio::test]
    async fn without_a_number_every_card_is_returned() {
        let all = vec!["+15551234567".to_owned(), OTHER.to_owned()];
        for query in ["", "?", "?unknown=1"] {
            assert_eq!(ask(query).await, Ok(all.clone()), "{query}");
        }
    }

    #[tokio::test]
    async fn a_number_that_is_not_e164_is_refused() {
        for query in [
            "?phone_number",
            "?phone_number=",
            "?phone_number=+15551234567",
            "?phone_number=15551234567",
            "?phone_number=%2B",
            "?phone_number=%FF",
        ] {
            assert_eq!(ask(query).await, Err(1002), "{query}");
        }
    }
}
