//! Sets up a contact card.

use linq_gen::operations::CREATE_CONTACT_CARD;
use linq_gen::types::{ContactCard, ContactCardCreateRequest, ContactCardUpdateRequest};

use super::{fields, returned};
use crate::error::{Condition, Error};
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of [`ContactCardResource::create`](super::ContactCardResource::create).
#[derive(Clone, Debug)]
pub struct Create {
    pub(super) card: ContactCardCreateRequest,
}

impl Create {
    /// Sends the request. The returned card is that of the number; its fields are not checked.
    pub(super) async fn send(&self, call: &Call) -> Result<Response<ContactCard>, Error> {
        let card = &self.card;
        let number = card.phone_number.as_str();
        let response = call
            .send(&CREATE_CONTACT_CARD, number, |api| async move {
                api.create_contact_card(card).await
            })
            .await
            .map_err(|error| match error.condition() {
                Some(Condition::CardExists) => {
                    error.with_advice("change the card with `update`, or use `ensure`")
                }
                _ => error,
            })?;
        returned::check_number(call, &CREATE_CONTACT_CARD, response, number)
    }
}

impl Request<Create> {
    /// The last name on the card; an empty one means none.
    pub fn last_name(self, last_name: impl Into<String>) -> Self {
        self.with(fields::last_name(last_name.into()), |operation, name| {
            operation.card.last_name = Some(name);
        })
    }

    /// The photo on the card: a public `https` URL with a host name, in ASCII and without user name
    /// and password. The service keeps a copy, and returns the URL of that copy.
    pub fn image_url(self, image_url: impl Into<String>) -> Self {
        self.with(fields::image_url(image_url.into()), |operation, url| {
            operation.card.image_url = Some(url);
        })
    }
}

impl Operation for Create {
    type Output = ContactCard;

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(mut self, call: &Call) -> Result<Response<ContactCard>, Error> {
        let card = &mut self.card;
        let asked = ContactCardUpdateRequest {
            first_name: Some(card.first_name.clone()),
            last_name: card.last_name.clone(),
            image_url: card.image_url.clone(),
        };
        // An empty last name is not documented here.
        card.last_name.take_if(|name| name.is_empty());
        let response = self.send(call).await?;
        returned::with_fields(call, &CREATE_CONTACT_CARD, response, asked)
    }
}
