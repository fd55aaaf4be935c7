use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;

use super::{first_name, last_name};
use crate::Card;
use crate::account::Account;
use crate::error_body::ErrorBody;
use crate::fields::Fields;
use crate::image::rehost;
use crate::phone_number::is_e164;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// `POST /v3/contact_card`.
pub(crate) async fn create(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    body: Bytes,
) -> Result<Json<Card>, ErrorBody> {
    let new = NewCard::read(&body)?;
    let mut state = account.state();
    let now = account.now();
    state.spend_write(&new.phone_number, now)?;
    let card = state.create(new.into_card()?, now)?;
    account.tell(Event::created(&card, trace_id, now));
    Ok(Json(card))
}

/// A card as the partner gives it.
#[derive(Debug)]
struct NewCard {
    phone_number: String,
    first_name: String,
    last_name: Option<String>,
    image_url: Option<String>,
}

impl NewCard {
    /// Checks no more than what has to be right before the call counts.
    fn read(body: &[u8]) -> Result<Self, ErrorBody> {
        let mut fields = Fields::read(body)?;
        let mut text = |name| fields.text(name).map(Option::flatten);
        let phone_number = text("phone_number")?;
        let first_name = text("first_name")?;
        let last_name = text("last_name")?;
        let image_url = text("image_url")?;
        let (Some(phone_number), Some(first_name)) = (phone_number, first_name) else {
            return Err(ErrorBody::MISSING_FIELD);
        };
        if !is_e164(&phone_number) {
            return Err(ErrorBody::PHONE_NUMBER_NOT_E164);
        }
        Ok(Self {
            phone_number,
            first_name,
            last_name,
            image_url,
        })
    }

    /// The card, its photo rehosted.
    fn into_card(self) -> Result<Card, ErrorBody> {
        Ok(Card {
            phone_number: self.phone_number,
            first_name: first_name(self.first_name)?,
            last_name: last_name(self.last_name),
            image_url: self.image_url.as_deref().map(rehost).transpose()?,
            is_active: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn card(body: &Value) -> Result<Card, i32> {
        NewCard::read(body.to_string().as_bytes())
            .and_then(NewCard::into_card)
            .map_err(|error| error.code)
    }

    fn jane() -> Card {
        Card {
            first_name: "Jane".into(),
            last_name: None,
            image_url: None,
            ..Card::example()
        }
    }

    #[test]
    fn the_optional_fields_can_be_absent_or_null() {
        for body in [
            json!({"phone_number": "+15551234567", "first_name": "Jane"}),
            json!({"phone_number": "+15551234567", "first_name": "Jane", "last_name": null,
                   "image_url": null, "is_active": false, "unknown": [1]}),
            json!({"phone_number": "+15551234567", "first_name": "Jane", "last_name": ""}),
        ] {
            assert_eq!(card(&body), Ok(jane()), "{body}");
        }
    }

    #[test]
    fn types_then_required_fields_then_the_number_are_checked() {
        for (body, code) in [
            (json!({"phone_number": 1}), 1003),
            (json!({"phone_number": "1", "image_url": 1}), 1003),
            (json!({"first_name": "Jane", "last_name": ["Doe"]}), 1003),
            (json!({}), 1001),
            (json!({"phone_number": "1"}), 1001),
            (json!({"phone_number": "1", "first_name": null}), 1001),
            (json!({"first_name": "Jane"}), 1001),
            (json!({"phone_number": null, "first_name": "Jane"}), 1001),
            (json!({"phone_number": "", "first_name": " "}), 1002),
            (
                json!({"phone_number": "15551234567", "first_name": "Jane"}),
                1002,
            ),
            (
                json!({"phone_number": "+15551234567", "first_name": ""}),
                1005,
            ),
            (
                json!({"phone_number": "+15551234567", "first_name": " \t\n"}),
                1005,
            ),
            (
                json!({"phone_number": "+15551234567", "first_name": "Jane", "image_url": "http://example.com"}),
                1005,
            ),
        ] {
            assert_eq!(card(&body), Err(code), "{body}");
        }
    }

    #[test]
    fn a_wrong_value_is_no_reason_not_to_count_the_call() {
        let body = br#"{"phone_number": "+15551234567", "first_name": "", "image_url": ""}"#;
        assert!(NewCard::read(body).is_ok());
    }
}
