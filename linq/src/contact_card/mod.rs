//! Contact cards: the name and photo that people see for a phone number.

mod create;
mod ensure;
mod ensure_all;
mod ensured;
mod fields;
mod for_lines;
mod plan;
mod retrieve;
mod returned;
mod update;

use linq_gen::types::{ContactCardCreateRequest, ContactCardUpdateRequest};

use plan::Wanted;

use crate::client::Client;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::Request;

pub use linq_gen::types::{ContactCard, ContactCardRetrieveResponse};

pub use create::Create;
pub use ensure::Ensure;
pub use ensure_all::{EnsureAll, EnsureReport, EnsureReports};
pub use ensured::Ensured;
pub use for_lines::{CardState, ForLines, LineCard, LineCards};
pub use retrieve::{Get, Retrieve};
pub use update::Update;

impl Client {
    /// Contact cards: the name and photo that people see for a phone number.
    pub fn contact_card(&self) -> ContactCardResource {
        ContactCardResource {
            client: self.clone(),
        }
    }
}

/// The contact cards of a partner; see [`Client::contact_card`].
///
/// Source: [Contact cards](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct ContactCardResource {
    client: Client,
}

impl ContactCardResource {
    /// Returns every contact card of the partner or, with [`Request::phone_number`], that of one
    /// number.
    ///
    /// The list is empty if there is no card. It is not paginated.
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
    /// [`is_rate_limited`](crate::Error::is_rate_limited) and
    /// [`is_server`](crate::Error::is_server). [`is_mismatch`](crate::Error::is_mismatch): the
    /// card of one number was requested, and only cards of others were returned.
    ///
    /// Source: [Get contact cards](https://docs.linqapp.com), `GET /v3/contact_card`.
    pub fn retrieve(&self) -> Request<Retrieve> {
        Request::new(self.client.clone(), Ok(Retrieve::default()))
    }

    /// Returns the contact card of one phone number, or `None` if it has none.
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
    /// Those of [`retrieve`](Self::retrieve), and
    /// [`is_invalid_input`](crate::Error::is_invalid_input) for a string that is not a
    /// [`PhoneNumber`].
    ///
    /// Source: [Get contact cards](https://docs.linqapp.com), `GET /v3/contact_card`.
    pub fn get<N>(&self, phone_number: N) -> Request<Get>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::for_number(self.client.clone(), phone_number, |number| {
            Ok(Get::new(number))
        })
    }

    /// Returns every line of the partner with its contact card, or that it has none.
    ///
    /// It requests the lines and the cards once each, at the same time, and joins them by phone
    /// number. Cards of numbers that are not lines are in [`LineCards::other_cards`]. With
    /// [`Request::send`], the envelope is that of the cards.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use linq::contact_card::CardState;
    ///
    /// for line in client.contact_card().for_lines().await?.lines {
    ///     match line.state() {
    ///         CardState::Active => {}
    ///         CardState::Inactive => println!("{}: people don't see the card", line.line.phone_number),
    ///         _ => println!("{}: no card", line.line.phone_number),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`retrieve`](Self::retrieve) without a number, for either request.
    ///
    /// Source: [Get contact cards](https://docs.linqapp.com), `GET /v3/contact_card` and `GET
    /// /v3/phone_numbers`.
    pub fn for_lines(&self) -> Request<ForLines> {
        Request::new(self.client.clone(), Ok(ForLines))
    }

    /// Sets up the contact card of a phone number, once, and returns it.
    ///
    /// Use [`ensure`](Self::ensure) if there may be a card already. If the returned card has
    /// `is_active: false`, the service has stored it but not applied it to the device: people don't
    /// see it, and sharing it gets 404 (code 2012). Send the same request again later to complete
    /// the set-up.
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
    /// Names are sent unchanged, in any script. They have at most 4,096 characters and must not be
    /// blank; an empty last name means none.
    ///
    /// # Errors
    ///
    /// Those of [`update`](Self::update), and [`is_conflict`](crate::Error::is_conflict) if there
    /// is an active card.
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `POST /v3/contact_card`.
    pub fn create<N>(&self, phone_number: N, first_name: impl Into<String>) -> Request<Create>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::for_number(self.client.clone(), phone_number, |number| {
            Ok(Create {
                card: ContactCardCreateRequest {
                    phone_number: number.into(),
                    first_name: fields::first_name(first_name.into())?,
                    last_name: None,
                    image_url: None,
                },
            })
        })
    }

    /// Updates the given fields of a phone number's active contact card, at least one, and returns
    /// the card.
    ///
    /// If the returned card has `is_active: false`, the service has stored the change but not
    /// applied it to the device: people no longer see the card, and sharing it gets 404 (code
    /// 2012). Set it up again with [`create`](Self::create) or [`ensure`](Self::ensure).
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
    /// - [`is_invalid_input`](crate::Error::is_invalid_input): an argument is wrong; nothing was
    ///   sent.
    /// - [`is_rate_limited`](crate::Error::is_rate_limited): the service allows 3 creations and
    ///   updates of a number's card in 10 minutes; beyond that, nothing is sent.
    ///   [`retry_after`](crate::Error::retry_after) returns how long to wait.
    /// - [`is_not_found`](crate::Error::is_not_found): the number has no active card.
    /// - [`is_mismatch`](crate::Error::is_mismatch): the service reported success, but the returned
    ///   card belongs to another phone number or lacks a field that was sent. White space, Unicode
    ///   composition and the URL of a photo may differ.
    ///
    /// [`write_outcome`](crate::Error::write_outcome) returns what is known about the failed write.
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `PATCH /v3/contact_card`.
    pub fn update<N>(&self, phone_number: N) -> Request<Update>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::for_number(self.client.clone(), phone_number, |phone_number| {
            Ok(Update {
                phone_number,
                changes: ContactCardUpdateRequest::default(),
            })
        })
    }

    /// Makes sure that a phone number has an active contact card with these fields, and returns
    /// what was done.
    ///
    /// It reads the card first. If the active card matches, it sends nothing; if there is no active
    /// card, it sets one up; otherwise it changes only what differs. It then checks the returned
    /// card. If that is not active, if the outcome of a write is unknown, or if another process was
    /// faster, it reads the card again and continues, with at most 2 writes. Fields that are not
    /// given stay as they are. It can be repeated at any time.
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
    /// The service stores its own copy of an image and returns the URL of that copy, so a card does
    /// not say which image it was made from. `ensure` therefore only adds an image to a card
    /// without one. To replace an image, pass the URL of the last run, from your own records, to
    /// [`previous_image_url`](Request::previous_image_url), or call
    /// [`image_changed`](Request::image_changed).
    ///
    /// # Errors
    ///
    /// Those of [`create`](Self::create) except the conflict, and
    /// [`is_not_applied`](crate::Error::is_not_applied): after both writes, the service has stored
    /// the card but not applied it to the device; try again later.
    /// [`write_outcome`](crate::Error::write_outcome) covers all writes that were sent.
    ///
    /// A change that the service ignores is [`is_mismatch`](crate::Error::is_mismatch). The client
    /// and its clones remember it for 10 minutes, and until then fail with the same error without
    /// sending the write again, unless the card or the wanted fields differ. Each process sends
    /// such a write once.
    ///
    /// Source: [Contact cards](https://docs.linqapp.com), `GET`, `POST` and `PATCH
    /// /v3/contact_card`.
    pub fn ensure<N>(&self, phone_number: N, first_name: impl Into<String>) -> Request<Ensure>
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        Request::for_number(self.client.clone(), phone_number, |number| {
            let first_name = fields::first_name(first_name.into())?;
            Ok(Ensure {
                wanted: Wanted::new(number, first_name),
            })
        })
    }

    /// Runs many [`ensure`](Self::ensure) requests, a few at a time. One failure does not stop the
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
    /// All requests for a phone number that appears more than once fail, and nothing is sent for
    /// it.
    pub fn ensure_all(&self, requests: impl IntoIterator<Item = Request<Ensure>>) -> EnsureAll {
        EnsureAll::new(requests.into_iter().collect())
    }
}
