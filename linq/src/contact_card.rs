//! Contact cards: the name and photo that people see for a phone number.

use linq_gen::types::{ContactCard, ContactCardRetrieveResponse};

use crate::api_code::ApiCode;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::{Operation, Request};
use crate::response::Response;

/// The contact cards of a partner; [`Client::contact_card`] gives it.
///
/// Source: [Contact cards](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct ContactCardResource {
    client: Client,
}

impl ContactCardResource {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Asks for every contact card of the partner or, with [`Request::phone_number`], for that number's.
    ///
    /// The list is empty when there is no card. It is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// for card in client.contact_card().retrieve().await?.contact_cards {
    ///     println!("{} {} {:?}", card.phone_number, card.first_name, card.last_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The API documents [`is_bad_request`](crate::Error::is_bad_request),
    /// [`is_authentication`](crate::Error::is_authentication),
    /// [`is_permission`](crate::Error::is_permission),
    /// [`is_rate_limited`](crate::Error::is_rate_limited) and [`is_server`](crate::Error::is_server).
    ///
    /// Source: [Get contact cards](https://docs.linqapp.com), `GET /v3/contact_card`.
    pub fn retrieve(&self) -> Request<Retrieve> {
        Request::new(self.client.clone(), Retrieve { phone_number: None })
    }

    /// Asks for the contact card of one phone number: `None` when it has none.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// match client.contact_card().get("+15551234567").await? {
    ///     Some(card) => println!("{}", card.first_name),
    ///     None => println!("no card"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`retrieve`](Self::retrieve); a string that is no [`PhoneNumber`] is
    /// [`is_invalid_input`](crate::Error::is_invalid_input).
    ///
    /// Source: [Get contact cards](https://docs.linqapp.com), `GET /v3/contact_card`.
    pub fn get<N>(&self, phone_number: N) -> Request<Get>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::new(self.client.clone(), Get(Retrieve { phone_number: None }))
            .change(phone_number.try_into(), |request, number| {
                request.operation.0.phone_number = Some(number)
            })
    }
}

/// The operation of [`ContactCardResource::retrieve`].
#[derive(Clone, Debug)]
pub struct Retrieve {
    phone_number: Option<PhoneNumber>,
}

impl Request<Retrieve> {
    /// Asks for the card of this number only.
    ///
    /// A string that is no [`PhoneNumber`], the empty one included, makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn phone_number<N>(self, phone_number: N) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.change(phone_number.try_into(), |request, number| {
            request.operation.phone_number = Some(number);
        })
    }
}

impl Operation for Retrieve {
    type Answer = ContactCardRetrieveResponse;

    async fn run(self, call: Call) -> Result<Response<Self::Answer>, Error> {
        let phone_number = self.phone_number.as_ref().map(PhoneNumber::as_str);
        call.send("contact_card.retrieve", |api| async move {
            api.retrieve_contact_card(phone_number).await
        })
        .await
    }
}

/// The operation of [`ContactCardResource::get`].
#[derive(Clone, Debug)]
pub struct Get(Retrieve);

impl Operation for Get {
    type Answer = Option<ContactCard>;

    async fn run(self, call: Call) -> Result<Response<Self::Answer>, Error> {
        let wanted = self.0.phone_number.clone();
        let response = match self.0.run(call).await {
            Ok(response) => response,
            Err(error) if error.api_code() == Some(ApiCode::CONTACT_CARD_NOT_FOUND) => {
                return error.into_response(None);
            }
            Err(error) => return Err(error),
        };
        Ok(response.map(|cards| {
            cards.contact_cards.into_iter().find(|card| {
                wanted
                    .as_ref()
                    .is_some_and(|number| number.as_str() == card.phone_number)
            })
        }))
    }
}
