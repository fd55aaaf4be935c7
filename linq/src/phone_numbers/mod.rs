//! Phone numbers that you send from, called lines.

mod list;
mod update;

use uuid::Uuid;

use crate::client::Client;
use crate::id;
use crate::request::Request;

pub use linq_gen::types::{Line, LineListResponse, LineReputation, LineReputationStatus, LineType};

pub use list::List;
pub use update::Update;

impl Client {
    /// The phone numbers that you send from, called lines.
    pub fn phone_numbers(&self) -> PhoneNumbersResource {
        PhoneNumbersResource {
            client: self.clone(),
        }
    }
}

/// The lines of a partner; [`Client::phone_numbers`] returns it.
///
/// Source: [Phone numbers](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct PhoneNumbersResource {
    client: Client,
}

impl PhoneNumbersResource {
    /// Returns every line of the partner. The list is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// for line in client.phone_numbers().list().await?.phone_numbers {
    ///     println!("{} {:?}", line.phone_number, line.forwarding_number);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those that every request can have, such as
    /// [`is_authentication`](crate::Error::is_authentication).
    ///
    /// Source: [Phone numbers](https://docs.linqapp.com), `GET /v3/phone_numbers`.
    pub fn list(&self) -> Request<List> {
        Request::new(self.client.clone(), Ok(List))
    }

    /// Updates a line, and returns it. `id` is that of the [`Line`], a UUID.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let lines = client.phone_numbers().list().await?.phone_numbers;
    /// client.phone_numbers().update(lines[0].id).forwarding_number("+15557654321").await?;
    /// client.phone_numbers().update(lines[0].id).clear_forwarding_number().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`is_invalid_input`](crate::Error::is_invalid_input): an argument is not valid, or there
    ///   is nothing to update; nothing was sent.
    /// - [`is_not_found`](crate::Error::is_not_found): there is no such line.
    /// - [`is_mismatch`](crate::Error::is_mismatch): the returned line is another one, or does not
    ///   have the forwarding number that was sent.
    ///
    /// An update is idempotent, so the client retries it as it retries reads.
    ///
    /// Source: [Phone numbers](https://docs.linqapp.com), `PUT /v3/phone_numbers/{phoneNumberId}`.
    pub fn update(&self, id: impl TryInto<Uuid>) -> Request<Update> {
        let operation = id::uuid("line", id).map(Update::new);
        Request::new(self.client.clone(), operation)
    }
}
