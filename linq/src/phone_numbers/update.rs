//! Updates a line.

use linq_gen::Field;
use linq_gen::operations::UPDATE_PHONE_NUMBER;
use linq_gen::types::{Line, LineUpdateRequest};
use uuid::Uuid;

use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of [`PhoneNumbersResource::update`](super::PhoneNumbersResource::update).
#[derive(Clone, Debug)]
pub struct Update {
    id: Uuid,
    forwarding_number: Field<PhoneNumber>,
}

impl Update {
    pub(super) fn new(id: Uuid) -> Self {
        Self {
            id,
            forwarding_number: Field::Absent,
        }
    }
}

impl Request<Update> {
    /// The number to forward calls to.
    ///
    /// A string that is not a [`PhoneNumber`] makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn forwarding_number<N>(self, phone_number: N) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.with(phone_number.try_into(), |operation, number| {
            operation.forwarding_number = Field::Value(number);
        })
    }

    /// Stops forwarding calls.
    pub fn clear_forwarding_number(self) -> Self {
        self.set(|operation| operation.forwarding_number = Field::Null)
    }
}

impl Operation for Update {
    type Output = Line;

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<Line>, Error> {
        let id = &self.id;
        let forwarding_number = match self.forwarding_number {
            Field::Value(number) => Some(String::from(number)),
            Field::Null => None,
            Field::Absent => {
                return Err(Error::invalid_input(
                    "the update changes nothing; call `forwarding_number(..)` or `clear_forwarding_number()`",
                ));
            }
        };
        let body = &LineUpdateRequest { forwarding_number };
        let response = call
            .send(&UPDATE_PHONE_NUMBER, "", |api| async move {
                api.update_phone_number(id, body).await
            })
            .await
            .map_err(|error| error.with_advice_if_not_found(format!("check the line id {id}")))?;
        let response = call.check_same(&UPDATE_PHONE_NUMBER, response, "line", |line| {
            line.id == *id
        })?;
        let returned = response.value().forwarding_number.as_deref();
        let is_there =
            returned.unwrap_or_default() == body.forwarding_number.as_deref().unwrap_or_default();
        let fields = [("forwarding_number", is_there)];
        call.check_fields(&UPDATE_PHONE_NUMBER, response, "line", &fields)
    }
}
