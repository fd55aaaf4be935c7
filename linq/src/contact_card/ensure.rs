//! Making sure that a card is as it should be.

use linq_gen::types::ContactCard;

use super::create::Create;
use super::ensured::Ensured;
use super::fields;
use super::plan::{Method, Next, Step, Told, Wanted};
use super::retrieve::Get;
use super::update::Update;
use crate::api_code::ApiCode;
use crate::call::Call;
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::{Operation, Request};
use crate::response::Response;
use crate::write_outcome::WriteOutcome;

/// The operation of [`ContactCardResource::ensure`](super::ContactCardResource::ensure).
#[derive(Clone, Debug)]
pub struct Ensure {
    wanted: Wanted,
    dry_run: bool,
}

impl Ensure {
    pub(super) fn new() -> Self {
        Self {
            wanted: Wanted::default(),
            dry_run: false,
        }
    }

    pub(super) fn set_phone_number(&mut self, phone_number: PhoneNumber) {
        self.wanted.phone_number = Some(phone_number);
    }

    pub(super) fn set_first_name(&mut self, first_name: String) {
        self.wanted.first_name = first_name;
    }

    /// None where a wrong one was given.
    pub(super) fn phone_number(&self) -> Option<&PhoneNumber> {
        self.wanted.phone_number.as_ref()
    }

    async fn write(&self, step: &Step, call: &Call) -> Result<Response<ContactCard>, Error> {
        let written = match step.clone() {
            Step::Create(card) => Create { card }.run(call).await,
            Step::Update(changes) => {
                let phone_number = self.wanted.number().to_owned();
                let update = Update {
                    phone_number,
                    changes,
                };
                update.run(call).await
            }
        };
        written.map_err(|error| match error.api_code() {
            Some(ApiCode::CONTACT_CARD_EXISTS | ApiCode::CONTACT_CARD_NOT_FOUND) => {
                error.with_advice("something else is changing this card; try again later")
            }
            _ => error,
        })
    }
}

impl Request<Ensure> {
    /// The last name that the card should have; an empty text for none. How white space is spaced and letters
    /// are composed makes no difference in names.
    pub fn last_name(self, last_name: impl Into<String>) -> Self {
        self.change(fields::last_name(last_name.into()), |request, name| {
            request.operation.wanted.last_name = Some(name);
        })
    }

    /// The photo that the card should have: a public `https` URL, from which the service makes a copy of its
    /// own. A card that has a photo keeps it, unless
    /// [`previous_image_url`](Self::previous_image_url) or [`image_changed`](Self::image_changed) tell that
    /// this is another one; the answer's `image_kept` tells where nothing did. The API documents no way to
    /// take a photo away.
    pub fn image_url(self, image_url: impl Into<String>) -> Self {
        self.change(fields::image_url(image_url.into()), |request, url| {
            request.operation.wanted.image_url = Some(url);
        })
    }

    /// What was given to [`image_url`](Self::image_url) the last time, as your own records have it: the
    /// photo is replaced where that is another URL. Record the URL after a run that did not fail. Without
    /// `image_url` it means nothing.
    pub fn previous_image_url(mut self, image_url: impl Into<String>) -> Self {
        self.operation.wanted.previous_image_url = Some(image_url.into());
        self
    }

    /// Whether [`image_url`](Self::image_url) is another photo than the card has, whatever
    /// [`previous_image_url`](Self::previous_image_url) says. With `true`, each run replaces it: good for a
    /// first run, of which there are no records yet. Without `image_url` it means nothing.
    pub fn image_changed(mut self, image_changed: bool) -> Self {
        self.operation.wanted.image_changed = Some(image_changed);
        self
    }

    /// Writes nothing, and answers what would be done.
    pub fn dry_run(mut self) -> Self {
        self.operation.dry_run = true;
        self
    }
}

impl Operation for Ensure {
    type Answer = Ensured;

    fn max_writes(&self) -> u32 {
        if self.dry_run { 0 } else { 2 }
    }

    async fn run(self, call: &Call) -> Result<Response<Ensured>, Error> {
        let get = Get::of(self.wanted.phone_number.clone());
        let mut past = Past::default();
        loop {
            let read = match get.clone().run(call).await {
                Ok(read) => read,
                // That a write has failed matters more than that reading has.
                Err(error) => return Err(past.failed.unwrap_or(error)),
            };
            let card = read.value().clone();
            let image_kept = self.wanted.keeps_image(card.as_ref(), &past.told);
            let step = match self.wanted.next_step(card, &past.told) {
                Next::Nothing(card) => {
                    return Ok(read.map(|_| Ensured::by(past.begun, card, image_kept)));
                }
                Next::Write(step) => step,
            };
            if self.dry_run {
                let card = step.foreseen(read.value().as_ref())?;
                return Ok(read.map(|_| Ensured::by(Some(step), card, image_kept)));
            }
            if !call.may_write()
                && let Some(failed) = past.failed
            {
                return Err(failed);
            }
            match self.write(&step, call).await {
                Ok(response) => {
                    return Ok(response.map(|card| Ensured::by(Some(step), card, image_kept)));
                }
                Err(error) => past.learn(step, read.into_value(), error)?,
            }
        }
    }
}

/// What the writes so far have come to; none of them has succeeded.
#[derive(Default)]
struct Past {
    told: Told,
    /// The first step that may have been carried out all the same.
    begun: Option<Step>,
    failed: Option<Error>,
}

impl Past {
    /// Learns from a write that failed. An error where reading again can't help.
    fn learn(&mut self, step: Step, card: Option<ContactCard>, error: Error) -> Result<(), Error> {
        let code = error.api_code();
        let may_be_done = error.write_outcome() == Some(WriteOutcome::Unknown)
            || code == Some(ApiCode::CONTACT_CARD_INCOMPLETE);
        self.told.method = if error.is_conflict() {
            Some(Method::Update)
        } else if code == Some(ApiCode::CONTACT_CARD_NOT_FOUND) {
            Some(Method::Create)
        } else {
            None
        };
        let error = match self.failed.take() {
            // The write that was sent matters more than the one that was not.
            Some(earlier) if error.write_outcome() == Some(WriteOutcome::NotSent) => {
                return Err(earlier.with_retry_after(error.retry_after()));
            }
            Some(earlier) => error.after(&earlier),
            None => error,
        };
        if !may_be_done && self.told.method.is_none() {
            return Err(error);
        }
        if may_be_done {
            if step.has_image() {
                let image = card.and_then(|card| card.image_url);
                self.told.image_before.get_or_insert(image);
            }
            self.begun.get_or_insert(step);
        }
        self.failed = Some(error);
        Ok(())
    }
}
