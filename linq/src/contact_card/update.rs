//! Updates a contact card.

use linq_gen::operations::UPDATE_CONTACT_CARD;
use linq_gen::types::{ContactCard, ContactCardUpdateRequest};

use super::{fields, returned};
use crate::error::{Condition, Error};
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of [`ContactCardResource::update`](super::ContactCardResource::update).
#[derive(Clone, Debug)]
pub struct Update {
    pub(super) phone_number: PhoneNumber,
    pub(super) changes: ContactCardUpdateRequest,
}

impl Update {
    /// Sends the request. The returned card is that of the number; its fields are not checked.
    pub(super) async fn send(&self, call: &Call) -> Result<Response<ContactCard>, Error> {
        let (number, changes) = (self.phone_number.as_str(), &self.changes);
        let response = call
            .send(&UPDATE_CONTACT_CARD, number, |api| async move {
                api.update_contact_card(number, changes).await
            })
            .await
            .map_err(|error| match error.condition() {
                Some(Condition::NoActiveCard) => {
                    error.with_advice("set up a card with `create`, or use `ensure`")
                }
                Some(Condition::UpstreamRateLimited) => error.with_advice(
                    "the card is no longer active: set it up again later with `create` or `ensure`",
                ),
                _ => error,
            })?;
        returned::check_number(call, &UPDATE_CONTACT_CARD, response, number)
    }
}

impl Request<Update> {
    /// The new first name.
    pub fn first_name(self, first_name: impl Into<String>) -> Self {
        self.with(fields::first_name(first_name.into()), |operation, name| {
            operation.changes.first_name = Some(name);
        })
    }

    /// The new last name; empty for none, although the API does not document that this works.
    pub fn last_name(self, last_name: impl Into<String>) -> Self {
        self.with(fields::last_name(last_name.into()), |operation, name| {
            operation.changes.last_name = Some(name);
        })
    }

    /// The new photo: a public `https` URL with a host name, in ASCII and without user name and
    /// password. The service keeps a copy, and returns the URL of that copy. The API has no way to
    /// remove a photo.
    pub fn image_url(self, image_url: impl Into<String>) -> Self {
        self.with(fields::image_url(image_url.into()), |operation, url| {
            operation.changes.image_url = Some(url);
        })
    }
}

impl Operation for Update {
    type Output = ContactCard;

    const MAX_WRITES: u32 = u32::MAX;
    const PARAMETERS: &'static [linq_gen::Parameter] = UPDATE_CONTACT_CARD.parameters;

    async fn run(self, call: &Call) -> Result<Response<ContactCard>, Error> {
        if self.changes == ContactCardUpdateRequest::default() {
            return Err(Error::invalid_input(
                "the update changes nothing; call `first_name(..)`, `last_name(..)` or `image_url(..)`",
            ));
        }
        let response = self.send(call).await?;
        returned::with_fields(call, &UPDATE_CONTACT_CARD, response, self.changes)
    }
}
