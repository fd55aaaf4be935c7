use std::sync::Arc;

use axum::extract::Query;
use axum::{Extension, Json};
use bytes::Bytes;

use super::{first_name, last_name, phone_number};
use crate::Card;
use crate::account::Account;
use crate::error_body::ErrorBody;
use crate::fields::Fields;
use crate::image::rehost;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// `PATCH /v3/contact_card`.
pub(crate) async fn update(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    Query(parameters): Query<Vec<(String, String)>>,
    body: Bytes,
) -> Result<Json<Card>, ErrorBody> {
    let number = phone_number(&parameters)?.ok_or(ErrorBody::MISSING_FIELD)?;
    let mut state = account.state();
    let now = account.now();
    state.spend_write(number, now)?;
    let changes = Changes::read(&body)?;
    let (before, after) = state.update(number, |card| changes.apply(card), now)?;
    if is_change(&before, &after) {
        account.tell(Event::updated(&before, &after, trace_id, now));
    }
    Ok(Json(after))
}

/// Whether people see a difference.
fn is_change(before: &Card, after: &Card) -> bool {
    let shown = |card: &Card| Card {
        is_active: true,
        ..card.clone()
    };
    shown(before) != shown(after)
}

/// What is to change of a card.
#[derive(Debug)]
struct Changes {
    first_name: Option<String>,
    /// `Some(None)` removes it.
    last_name: Option<Option<String>>,
    image_url: Option<String>,
}

impl Changes {
    fn read(body: &[u8]) -> Result<Self, ErrorBody> {
        let mut fields = Fields::read(body)?;
        // A card has a first name, and the documents know no way to take its photo off.
        let not_null = |field: Option<Option<String>>| match field {
            Some(None) => Err(ErrorBody::INVALID_BODY),
            field => Ok(field.flatten()),
        };
        let first_name_given = not_null(fields.text("first_name")?)?;
        let last_name_given = fields.text("last_name")?;
        let image_given = not_null(fields.text("image_url")?)?;
        if first_name_given.is_none() && last_name_given.is_none() && image_given.is_none() {
            return Err(ErrorBody::INVALID_BODY);
        }
        Ok(Self {
            first_name: first_name_given.map(first_name).transpose()?,
            last_name: last_name_given.map(last_name),
            image_url: image_given.as_deref().map(rehost).transpose()?,
        })
    }

    fn apply(self, card: Card) -> Card {
        Card {
            first_name: self.first_name.unwrap_or(card.first_name),
            last_name: self.last_name.unwrap_or(card.last_name),
            image_url: self.image_url.or(card.image_url),
            ..card
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example card, changed as `body` says.
    fn changed(body: &str) -> Result<Card, i32> {
        Changes::read(body.as_bytes())
            .map(|changes| changes.apply(Card::example()))
            .map_err(|error| error.code)
    }

    #[test]
    fn only_the_fields_present_change() {
        let jane = Card {
            first_name: "Jane".into(),
            ..Card::example()
        };
        let body = r#"{"first_name": "Jane", "is_active": false, "phone_number": "+12"}"#;
        assert_eq!(changed(body), Ok(jane));

        let roe = Card {
            last_name: Some("Roe".into()),
            ..Card::example()
        };
        assert_eq!(changed(r#"{"last_name": "Roe"}"#), Ok(roe));

        let photo = changed(r#"{"image_url": "https://example.com/photo.jpg"}"#).unwrap();
        assert_ne!(photo.image_url, Card::example().image_url);
        let image_url = Card::example().image_url;
        assert_eq!(Card { image_url, ..photo }, Card::example());
    }

    #[test]
    fn an_empty_or_null_last_name_is_removed() {
        let john = Card {
            last_name: None,
            ..Card::example()
        };
        for body in [r#"{"last_name": ""}"#, r#"{"last_name": null}"#] {
            assert_eq!(changed(body), Ok(john.clone()), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_applied_is_refused() {
        for (body, code) in [
            ("", 1003),
            ("[]", 1003),
            ("{}", 1003),
            (r#"{"unknown": "Jane"}"#, 1003),
            (r#"{"phone_number": "+15551234567"}"#, 1003),
            (r#"{"first_name": 1}"#, 1003),
            (r#"{"last_name": {}}"#, 1003),
            (r#"{"first_name": null}"#, 1003),
            (r#"{"first_name": "Jane", "image_url": null}"#, 1003),
            (r#"{"first_name": ""}"#, 1005),
            (r#"{"first_name": " ", "last_name": "Roe"}"#, 1005),
            (r#"{"image_url": ""}"#, 1005),
            (r#"{"image_url": "http://example.com/photo.jpg"}"#, 1005),
        ] {
            assert_eq!(changed(body), Err(code), "{body}");
        }
    }
}
