//! Ensures that a card is as it should be.

use std::hash::Hash;

use linq_gen::operations::RETRIEVE_CONTACT_CARD;
use linq_gen::types::{ContactCard, ContactCardUpdateRequest};

use super::create::Create;
use super::ensured::Ensured;
use super::plan::{Known, Method, Next, Step, Wanted};
use super::retrieve::Get;
use super::update::Update;
use super::{fields, returned};
use crate::error::write_outcome::WriteOutcome;
use crate::error::{Condition, Error, Kind};
use crate::request::response::Response;
use crate::request::returned::OTHER_RESOURCE_ADVICE;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The field by which a card of another phone number is remembered.
const PHONE_NUMBER: &str = "phone_number";

/// The operation of [`ContactCardResource::ensure`](super::ContactCardResource::ensure).
#[derive(Clone, Debug)]
pub struct Ensure {
    pub(super) wanted: Wanted,
}

impl Ensure {
    /// Sends a step. The returned card is active and has the fields of the step. `card` is the card
    /// before.
    async fn write(
        &self,
        step: &Step,
        card: Option<&ContactCard>,
        known: &Known,
        call: &Call,
    ) -> Result<Response<ContactCard>, Error> {
        let (number, sent) = (self.wanted.phone_number.as_str(), step.fields());
        let remember = |fields: &_, card, ignored: &[&'static str]| {
            let change = Change::new(number, fields, card);
            call.ignored().remember(&change, ignored);
        };
        let response = match step.clone() {
            Step::Create(card) => Create { card }.send(call).await,
            Step::Update(changes) => {
                let update = Update {
                    phone_number: self.wanted.phone_number.clone(),
                    changes,
                };
                update.send(call).await
            }
        };
        let response = response.map_err(|error| {
            if error.is_mismatch() {
                remember(&sent, card, &[PHONE_NUMBER]);
            }
            let exists = error.condition() == Some(Condition::CardExists);
            if exists || error.is_no_card() {
                return error.with_advice("something else is changing this card; try again later");
            }
            error
        })?;
        let returned = response.value();
        if !returned.is_active {
            let problem = "the card is stored, but not applied to the device";
            return Err(call.reject(step.operation(), &response, Kind::NotApplied, problem));
        }
        let image_before = match &known.image_before {
            Some(before) => before.as_deref(),
            None => card.and_then(returned::photo),
        };
        let lacking =
            returned::lacking(returned, sent.clone(), |shown| image_before == Some(shown));
        let names = returned::names(&lacking);
        if names.is_empty() {
            return Ok(response);
        }
        // The next run finds the card as it was or, if other fields were changed, as it is now.
        remember(&sent, card, &names);
        remember(&lacking, Some(returned), &names);
        Err(returned::mismatch(
            call,
            step.operation(),
            &response,
            &names,
        ))
    }
}

impl Request<Ensure> {
    /// The wanted last name; empty for none, although the API does not document that this works.
    /// Differences in white space and Unicode composition do not count.
    pub fn last_name(self, last_name: impl Into<String>) -> Self {
        self.with(fields::last_name(last_name.into()), |operation, name| {
            operation.wanted.last_name = Some(name);
        })
    }

    /// The wanted photo: a public `https` URL. The service stores its own copy.
    ///
    /// A card that has a photo keeps it, unless [`previous_image_url`](Self::previous_image_url) or
    /// [`image_changed`](Self::image_changed) says that this is a different one. Without either,
    /// [`Ensured::image_kept`] is true. The API has no way to remove a photo.
    pub fn image_url(self, image_url: impl Into<String>) -> Self {
        self.with(fields::image_url(image_url.into()), |operation, url| {
            operation.wanted.image_url = Some(url);
        })
    }

    /// The [`image_url`](Self::image_url) of the last run, from your own records: the photo is
    /// replaced if the two differ. Record the URL after each successful run. Without `image_url`
    /// this has no effect.
    pub fn previous_image_url(self, image_url: impl Into<String>) -> Self {
        self.set(|operation| operation.wanted.previous_image_url = Some(image_url.into()))
    }

    /// Whether [`image_url`](Self::image_url) is a different photo from the one on the card. This
    /// overrides [`previous_image_url`](Self::previous_image_url). With `true`, each run replaces
    /// the photo, which suits a first run without records. Without `image_url` this has no effect.
    pub fn image_changed(self, image_changed: bool) -> Self {
        self.set(|operation| operation.wanted.image_changed = Some(image_changed))
    }

    /// Writes nothing, and returns what would be done.
    pub fn dry_run(self) -> Self {
        self.without_writes()
    }
}

impl Operation for Ensure {
    type Output = Ensured;

    const MAX_WRITES: u32 = 2;
    const PARAMETERS: &'static [linq_gen::Parameter] = RETRIEVE_CONTACT_CARD.parameters;

    async fn run(self, call: &Call) -> Result<Response<Ensured>, Error> {
        let get = Get::new(self.wanted.phone_number.clone());
        let mut progress = Progress::default();
        let mut read = get.clone().run(call).await?;
        loop {
            let card = read.value().as_ref();
            let image_kept = self.wanted.keeps_image(card, &progress.known);
            let step = match self.wanted.next_step(card.cloned(), &progress.known) {
                Next::Nothing(card) => {
                    let step = progress.done.or(progress.begun);
                    return Ok(read.map(|_| Ensured::from_step(step, card, image_kept)));
                }
                Next::Write(step) => step,
            };
            if progress.is_empty() {
                let fields = step.fields();
                let change = Change::new(self.wanted.phone_number.as_str(), &fields, card);
                if let Some(names) = call.ignored().fields(&change) {
                    return Err(ignored(&names));
                }
            }
            if call.is_dry_run() {
                let card = step.result(card)?;
                return Ok(read.map(|_| Ensured::from_step(Some(step), card, image_kept)));
            }
            if let Some(done) = &progress.done {
                // The remaining fields were not sent: a set-up without a last name can keep the old
                // one.
                let names = returned::names(&step.fields());
                progress.failed.get_or_insert_with(|| {
                    returned::mismatch(call, done.operation(), &read, &names)
                });
            }
            if !call.may_write()
                && let Some(failed) = progress.failed
            {
                return Err(failed);
            }
            read = match self.write(&step, card, &progress.known, call).await {
                Ok(response) => {
                    progress.succeed(step, read.into_value());
                    response.map(Some)
                }
                Err(error) => {
                    let paused = if error.is_not_applied() {
                        call.pause().await
                    } else {
                        Ok(())
                    };
                    progress.learn(step, read.into_value(), error)?;
                    let read_again = match paused {
                        Ok(()) => get.clone().run(call).await,
                        Err(no_time) => Err(no_time),
                    };
                    match read_again {
                        Ok(read) => read,
                        // A failed write matters more than a failed read.
                        Err(error) => {
                            return Err(match progress.failed {
                                Some(failed) => failed.followed_by(&error),
                                None => error,
                            });
                        }
                    }
                }
            };
        }
    }
}

/// Identifies a write: the number, the fields sent, and the values that the card has in them. Other
/// fields, such as a photo's URL that is signed anew each time, make no difference.
#[derive(Hash)]
struct Change<'a> {
    phone_number: &'a str,
    sent: [&'a Option<String>; 3],
    /// The values on the card, and whether it is active.
    card: Option<([Option<String>; 3], bool)>,
}

impl<'a> Change<'a> {
    fn new(
        phone_number: &'a str,
        sent: &'a ContactCardUpdateRequest,
        card: Option<&ContactCard>,
    ) -> Self {
        let shown_in_sent = |card: &ContactCard| {
            let last_name = card.last_name.as_deref().unwrap_or_default();
            [
                sent.first_name
                    .as_ref()
                    .map(|_| returned::shown(&card.first_name)),
                sent.last_name.as_ref().map(|_| returned::shown(last_name)),
                sent.image_url
                    .as_ref()
                    .and_then(|_| returned::photo(card).map(str::to_owned)),
            ]
        };
        Self {
            phone_number,
            sent: [&sent.first_name, &sent.last_name, &sent.image_url],
            card: card.map(|card| (shown_in_sent(card), card.is_active)),
        }
    }
}

/// The error of a change that the service ignored recently.
fn ignored(names: &[&str]) -> Error {
    let (found, advice) = if names == [PHONE_NUMBER] {
        let found = "returned the card of another phone number".to_owned();
        (found, OTHER_RESOURCE_ADVICE)
    } else {
        let names = names.join(", ");
        let found = format!("returned a card without the requested {names}");
        (found, returned::MISMATCH_ADVICE)
    };
    let problem = format!("nothing was sent: the same write recently {found}");
    Error::new(Kind::Mismatch, problem).with_advice(advice)
}

/// The outcome of the writes so far.
#[derive(Default)]
struct Progress {
    known: Known,
    /// The first step that may have been applied.
    begun: Option<Step>,
    /// The first step that was applied.
    done: Option<Step>,
    /// The failure because of which the card may not yet be as it should be.
    failed: Option<Error>,
}

impl Progress {
    fn is_empty(&self) -> bool {
        self.done.is_none() && self.failed.is_none()
    }

    fn succeed(&mut self, step: Step, card: Option<ContactCard>) {
        self.note_image(&step, card);
        self.known.method = None;
        self.done.get_or_insert(step);
        self.failed = None;
    }

    /// Takes a failed write into account. Returns the error if another read can't help.
    fn learn(&mut self, step: Step, card: Option<ContactCard>, error: Error) -> Result<(), Error> {
        if error.is_mismatch() {
            return Err(error);
        }
        let may_be_done =
            error.write_outcome() == Some(WriteOutcome::Unknown) || error.is_incomplete();
        self.known.method = if error.is_conflict() {
            Some(Method::Update)
        } else if error.is_no_card() {
            Some(Method::Create)
        } else {
            None
        };
        let is_not_sent = error.write_outcome() == Some(WriteOutcome::NotSent);
        let error = match self.failed.take() {
            // A write that was applied matters more than one that was not.
            Some(earlier)
                if is_not_sent || (earlier.is_not_applied() && error.is_rate_limited()) =>
            {
                return Err(earlier.followed_by(&error));
            }
            // The returned card shows the result of all writes.
            Some(_) if error.is_not_applied() => error,
            Some(earlier) => error.after(&earlier),
            None => error,
        };
        if !may_be_done && self.known.method.is_none() {
            return Err(error);
        }
        if may_be_done {
            self.note_image(&step, card);
            self.begun.get_or_insert(step);
        }
        self.failed = Some(error);
        Ok(())
    }

    /// Remembers the image that `card` had before `step`, if the step sent another.
    fn note_image(&mut self, step: &Step, card: Option<ContactCard>) {
        if step.fields().image_url.is_some() {
            let image = card.and_then(|card| card.image_url);
            self.known.image_before.get_or_insert(image);
        }
    }
}
