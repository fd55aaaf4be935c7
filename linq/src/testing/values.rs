//! Values that usually only the client or the service makes.

use std::time::Duration;

use linq_gen::types::{ContactCard, Line};
use linq_gen::{BodyEnd, Received};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::endpoint::Endpoint;
use crate::budget_store::{BudgetCall, BudgetEnd};
use crate::contact_card::{EnsureReport, Ensured, LineCard, LineCards};
use crate::decode::decode;
use crate::error::{Error, Kind};
use crate::observer::Attempt;
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;

/// A value of any type that the service returns, from its JSON.
///
/// ```
/// use linq::phone_numbers::Line;
/// use linq::serde_json::json;
/// use linq::testing;
///
/// let line: Line = testing::from_json(json!({
///     "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
///     "phone_number": "+15551234567",
/// }))?;
/// assert_eq!(line.phone_number, "+15551234567");
/// # Ok::<(), linq::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::is_decode`] if the JSON does not fit; the text names the path, such as
/// `contact_cards[0].first_name: missing`.
pub fn from_json<T: DeserializeOwned>(json: Value) -> Result<T, Error> {
    let text = json.to_string();
    decode(text.as_bytes()).map_err(|problem| Error::new(Kind::Decode, problem.to_string()))
}

/// An active card with a first name. Its fields are public: set the others afterwards.
///
/// ```
/// use linq::testing::contact_card;
///
/// let mut card = contact_card("+15551234567", "Ann");
/// card.last_name = Some("Lee".to_owned());
/// assert!(card.is_active);
/// ```
#[expect(clippy::expect_used, reason = "the compiler can't see the fields")]
pub fn contact_card(phone_number: impl Into<String>, first_name: impl Into<String>) -> ContactCard {
    let card = from_json(json!({
        "phone_number": phone_number.into(),
        "first_name": first_name.into(),
        "is_active": true,
    }));
    card.expect("these are the required fields of a card")
}

/// What `ensure` did, by the card before and after: created if there was no active one, updated
/// with the fields that differ, or unchanged.
///
/// ```
/// use linq::Ensured;
/// use linq::testing::{contact_card, ensured};
///
/// let (before, after) = (contact_card("+15551234567", "Ann"), contact_card("+15551234567", "Eve"));
/// match ensured(Some(before), after) {
///     Ensured::Updated { fields, .. } => assert_eq!(fields, ["first_name"]),
///     other => panic!("{other:?}"),
/// }
/// ```
pub fn ensured(before: Option<ContactCard>, after: ContactCard) -> Ensured {
    let Some(before) = before.filter(|card| card.is_active) else {
        return Ensured::Created { card: after };
    };
    let fields = [
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("image_url", before.image_url != after.image_url),
    ];
    let fields = fields.iter().filter(|(_, differs)| *differs);
    let fields: Vec<_> = fields.map(|(name, _)| *name).collect();
    match fields[..] {
        [] => Ensured::Unchanged {
            card: after,
            image_kept: false,
        },
        _ => Ensured::Updated {
            card: after,
            fields,
            image_kept: false,
        },
    }
}

/// The same, with [`image_kept`](Ensured::image_kept). A card that was created keeps no image, and
/// one whose image was replaced doesn't either: they stay as they are.
pub fn image_kept(ensured: Ensured) -> Ensured {
    match ensured {
        Ensured::Unchanged { card, .. } => Ensured::Unchanged {
            card,
            image_kept: true,
        },
        Ensured::Updated { card, fields, .. } if !fields.contains(&"image_url") => {
            Ensured::Updated {
                card,
                fields,
                image_kept: true,
            }
        }
        other => other,
    }
}

/// The report on one request of
/// [`ensure_all`](crate::contact_card::ContactCardResource::ensure_all).
pub fn ensure_report(
    index: usize,
    phone_number: Option<PhoneNumber>,
    result: Result<Ensured, Error>,
) -> EnsureReport {
    EnsureReport {
        index,
        phone_number,
        result,
    }
}

/// A line with its card.
pub fn line_card(line: Line, card: Option<ContactCard>) -> LineCard {
    LineCard { line, card }
}

/// What [`for_lines`](crate::contact_card::ContactCardResource::for_lines) returns.
pub fn line_cards(lines: Vec<LineCard>, other_cards: Vec<ContactCard>) -> LineCards {
    LineCards { lines, other_cards }
}

/// The first attempt of `O`, for an [`Observer`](crate::Observer). Its fields are public, and so
/// are those of `AttemptEnd::default()`.
pub fn attempt<O: Endpoint>() -> Attempt<'static> {
    Attempt {
        operation: O::CONTRACT.id,
        method: O::CONTRACT.method,
        url_template: Some(O::CONTRACT.path),
        server_address: "localhost",
        server_port: 80,
        resend_count: 0,
    }
}

/// A call of `O` that counts toward the budget of `key`, for a
/// [`BudgetStore`](crate::budget_store::BudgetStore); `None` if `O` has no budget.
///
/// ```
/// use linq::testing::budget_call;
/// use linq::{chats, contact_card};
///
/// let call = budget_call::<contact_card::Update>("+15551234567").unwrap();
/// assert_eq!(call.budget, "contact_card_writes");
/// assert!(budget_call::<chats::List>("").is_none());
/// ```
pub fn budget_call<O: Endpoint>(key: impl Into<String>) -> Option<BudgetCall> {
    let budget = O::CONTRACT.budget?;
    Some(BudgetCall {
        id: Uuid::from_u64_pair(fastrand::u64(..), fastrand::u64(..)),
        budget: budget.name,
        key: key.into(),
        calls: budget.calls,
        window: Duration::from_secs(budget.seconds),
    })
}

/// How a call ended, for a [`BudgetStore`](crate::budget_store::BudgetStore).
pub fn budget_end(counts: bool, retry_after: Option<Duration>) -> BudgetEnd {
    BudgetEnd {
        counts,
        retry_after,
    }
}

/// A [`Response`] with its envelope.
///
/// ```
/// use linq::testing::{ResponseBuilder, contact_card};
///
/// let response = ResponseBuilder::new(contact_card("+15551234567", "Ann")).attempts(2).build()?;
/// assert_eq!(response.value().first_name, "Ann");
/// assert_eq!((response.status().as_u16(), response.attempts()), (200, 2));
/// # Ok::<(), linq::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a response exists only once it is built"]
pub struct ResponseBuilder<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    body: Vec<u8>,
}

impl<T> ResponseBuilder<T> {
    /// A response after one attempt, with status 200 and without headers and body.
    pub fn new(value: T) -> Self {
        Self {
            value,
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            attempts: 1,
            body: Vec::new(),
        }
    }

    /// The status, which must be that of a success.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A header. The trace id is that of `x-trace-id`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The number of attempts, at least 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The raw body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Builds the response.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if the status is not that of a success, or there are no
    /// attempts.
    pub fn build(self) -> Result<Response<T>, Error> {
        if !self.status.is_success() || self.attempts == 0 {
            let text = "a response has the status of a success and at least one attempt";
            return Err(Error::invalid_input(text));
        }
        let received = Received {
            status: self.status,
            redirected: false,
            headers: self.headers,
            body: self.body.into(),
            end: BodyEnd::Complete,
        };
        Ok(Response::made_up(self.value, received, self.attempts))
    }
}

impl<T: Serialize> ResponseBuilder<T> {
    /// Makes the body from the value, for [`Response::json`] and [`Response::body`].
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if the value can't be written as JSON.
    pub fn with_json_body(mut self) -> Result<Self, Error> {
        self.body = serde_json::to_vec(&self.value)
            .map_err(|_| Error::invalid_input("the value can't be written as JSON"))?;
        Ok(self)
    }
}

/// The event in a delivery with this body, as
/// [`Verifier::verify`](crate::webhook::Verifier::verify) returns it. Needs the feature `webhooks`.
///
/// ```
/// use linq::serde_json::json;
/// use linq::testing;
/// use linq::webhook::EventKind;
///
/// let event = testing::event(&json!({
///     "event_type": "contact_card.received",
///     "event_id": "1",
///     "data": {
///         "first_name": "Ann",
///         "last_name": "Lee",
///         "sender_handle": "+15557654321",
///         "owner_handle": "+15551234567",
///     },
/// }))?;
/// assert!(matches!(event.kind, EventKind::ContactCardReceived(_)));
/// # Ok::<(), linq::webhook::WebhookError>(())
/// ```
///
/// # Errors
///
/// [`WebhookErrorKind::UnexpectedShape`](crate::webhook::WebhookErrorKind::UnexpectedShape) if the
/// body has no `event_id`.
#[cfg(feature = "webhooks")]
pub fn event(body: &Value) -> Result<crate::webhook::Event, crate::webhook::WebhookError> {
    crate::webhook::Event::read(body.to_string().as_bytes())
}
