//! Contact cards: the name and photo that people see for a phone number.

mod create;
mod ensure;
mod ensure_all;
mod ensured;
mod fields;
mod plan;
mod retrieve;
mod update;

use crate::client::Client;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::Request;

pub use create::Create;
pub use ensure::Ensure;
pub use ensure_all::{EnsureAll, EnsureReport, EnsureReports};
pub use ensured::Ensured;
pub use retrieve::{Get, Retrieve};
pub use update::Update;

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
        Request::new(self.client.clone(), Retrieve::new())
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
        self.for_number(Get::of(None), phone_number, Get::set_phone_number)
    }

    /// Sets up the contact card of a phone number, once, and answers it.
    ///
    /// Use [`ensure`](Self::ensure) where there may be a card already.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let card = client
    ///     .contact_card()
    ///     .create("+15551234567", "John")
    ///     .last_name("Doe")
    ///     .image_url("https://example.com/john.jpg")
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Names are sent unchanged, in any script. They have at most 4,096 characters and must not be blank; an
    /// empty last name means none.
    ///
    /// # Errors
    ///
    /// [`is_conflict`](crate::Error::is_conflict) where there is an active card; and as
    /// [`update`](Self::update).
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `POST /v3/contact_card`.
    pub fn create<N>(&self, phone_number: N, first_name: impl Into<String>) -> Request<Create>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.for_number(Create::new(), phone_number, Create::set_phone_number)
            .change(fields::first_name(first_name.into()), |request, name| {
                request.operation.set_first_name(name);
            })
    }

    /// Changes those fields of a phone number's contact card that are given, one at the least, and answers
    /// the card.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let card = client.contact_card().update("+15551234567").first_name("Ann").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Wrong arguments are [`is_invalid_input`](crate::Error::is_invalid_input), and nothing is sent. The
    /// service takes 3 creations and changes of a number's card in 10 minutes; beyond them nothing is sent
    /// either, and [`is_rate_limited`](crate::Error::is_rate_limited) comes with the wait.
    /// [`is_not_found`](crate::Error::is_not_found): the number has no active card.
    /// [`write_outcome`](crate::Error::write_outcome) tells what is known of a write that failed.
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `PATCH /v3/contact_card`.
    pub fn update<N>(&self, phone_number: N) -> Request<Update>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.for_number(Update::new(), phone_number, Update::set_phone_number)
    }

    /// Makes sure that a phone number has an active contact card with these fields, and answers what was
    /// done for it.
    ///
    /// It reads first. It sends nothing where the active card already matches, sets a card up where there
    /// is no active one, and else changes only what differs. Where the outcome of a write is unknown, or
    /// somebody else was faster, it reads again and goes on from there; it sends 2 writes at the most. Fields
    /// that are not given stay as they are. It can be run as often as one likes.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use linq::Ensured;
    ///
    /// let ensured = client
    ///     .contact_card()
    ///     .ensure("+15551234567", "John")
    ///     .last_name("Doe")
    ///     .image_url("https://example.com/john.jpg")
    ///     .await?;
    /// match &ensured {
    ///     Ensured::Unchanged { card, .. } => println!("{} is as it should be", card.phone_number),
    ///     Ensured::Created { card, .. } => println!("{} is new", card.phone_number),
    ///     Ensured::Updated { card, fields, .. } => println!("{}: {fields:?}", card.phone_number),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Images
    ///
    /// The service keeps a copy of an image and answers the URL of that copy, so the card doesn't tell
    /// which image it was made from. By itself, `ensure` therefore gives an image only to a card that has
    /// none. To replace one, say that it is another: with
    /// [`previous_image_url`](Request::previous_image_url), the URL that your own records have from the last
    /// time, or with [`image_changed`](Request::image_changed).
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), less the conflict. [`write_outcome`](crate::Error::write_outcome) covers
    /// all writes that were sent.
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `GET`, `POST` and `PATCH /v3/contact_card`.
    pub fn ensure<N>(&self, phone_number: N, first_name: impl Into<String>) -> Request<Ensure>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.for_number(Ensure::new(), phone_number, Ensure::set_phone_number)
            .change(fields::first_name(first_name.into()), |request, name| {
                request.operation.set_first_name(name);
            })
    }

    /// Runs many [`ensure`](Self::ensure) requests, a few at a time; the failure of one does not stop the
    /// others.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let staff = [("+15551234567", "John"), ("+15557654321", "Ann")];
    /// let cards = client.contact_card();
    /// let requests = staff.map(|(number, name)| cards.ensure(number, name));
    /// for report in cards.ensure_all(requests).concurrency(4).await {
    ///     println!("card {}: {:?}", report.index, report.result);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A phone number that is given more than once fails each time, and nothing is sent for it.
    pub fn ensure_all(&self, requests: impl IntoIterator<Item = Request<Ensure>>) -> EnsureAll {
        EnsureAll::new(requests.into_iter().collect())
    }

    /// Begins a request for a number, which fails without being sent where that is not one.
    fn for_number<O, N>(
        &self,
        operation: O,
        phone_number: N,
        set: impl FnOnce(&mut O, PhoneNumber),
    ) -> Request<O>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::new(self.client.clone(), operation).change(
            phone_number.try_into(),
            |request, number| {
                set(&mut request.operation, number);
            },
        )
    }
}
