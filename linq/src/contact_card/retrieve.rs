//! Reads contact cards.

use linq_gen::operations::RETRIEVE_CONTACT_CARD;
use linq_gen::types::{ContactCard, ContactCardRetrieveResponse};

use super::returned;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of [`ContactCardResource::retrieve`](super::ContactCardResource::retrieve).
#[derive(Clone, Debug, Default)]
pub struct Retrieve {
    phone_number: Option<PhoneNumber>,
}

impl Request<Retrieve> {
    /// Returns only the card of this number.
    ///
    /// A string that is not a [`PhoneNumber`], such as an empty one, makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn phone_number<N>(self, phone_number: N) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.with(phone_number.try_into(), |operation, number| {
            operation.phone_number = Some(number);
        })
    }
}

impl Operation for Retrieve {
    type Output = ContactCardRetrieveResponse;

    const MAX_WRITES: u32 = 0;
    const PARAMETERS: &'static [linq_gen::Parameter] = RETRIEVE_CONTACT_CARD.parameters;

    async fn run(self, call: &Call) -> Result<Response<Self::Output>, Error> {
        let phone_number = self.phone_number.as_ref().map(PhoneNumber::as_str);
        let key = phone_number.unwrap_or_default();
        let response = call
            .send(&RETRIEVE_CONTACT_CARD, key, |api| async move {
                api.retrieve_contact_card(phone_number).await
            })
            .await?;
        match phone_number {
            Some(phone_number) => returned::check_numbers(call, response, phone_number),
            None => Ok(response),
        }
    }
}

/// The operation of [`ContactCardResource::get`](super::ContactCardResource::get).
#[derive(Clone, Debug)]
pub struct Get(Retrieve);

impl Get {
    pub(super) fn new(phone_number: PhoneNumber) -> Self {
        Self(Retrieve {
            phone_number: Some(phone_number),
        })
    }
}

impl Operation for Get {
    type Output = Option<ContactCard>;

    const MAX_WRITES: u32 = Retrieve::MAX_WRITES;
    const PARAMETERS: &'static [linq_gen::Parameter] = RETRIEVE_CONTACT_CARD.parameters;

    async fn run(self, call: &Call) -> Result<Response<Self::Output>, Error> {
        let response = match self.0.run(call).await {
            Ok(response) => response,
            Err(error) if error.is_no_card() => return Response::from_error(error, None),
            Err(error) => return Err(error),
        };
        // The API documents one card for each number; if there are more, the active one counts.
        Ok(response.map(|cards| {
            let cards = cards.contact_cards.into_iter();
            cards.max_by_key(|card| card.is_active)
        }))
    }
}
