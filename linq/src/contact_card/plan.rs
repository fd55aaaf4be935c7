//! What is still to be done for a card to be as it should be.

use icu_normalizer::ComposingNormalizerBorrowed;
use linq_gen::types::{ContactCard, ContactCardCreateRequest, ContactCardUpdateRequest};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields;
use crate::error::Error;
use crate::phone_number::PhoneNumber;

/// The card that there should be. Fields that are `None` may be anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) phone_number: Option<PhoneNumber>,
    pub(super) first_name: String,
    pub(super) last_name: Option<String>,
    pub(super) image_url: Option<String>,
    pub(super) previous_image_url: Option<String>,
    pub(super) image_changed: Option<bool>,
}

/// What the writes so far have told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Which method the service has asked for instead.
    pub(super) method: Option<Method>,
    /// The URL of the card's image before another image was sent, if that may have been applied.
    pub(super) image_before: Option<Option<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Create,
    Update,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// The card is as it should be.
    Nothing(ContactCard),
    Write(Step),
}

/// A write.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Create(ContactCardCreateRequest),
    Update(ContactCardUpdateRequest),
}

impl Step {
    pub(super) fn has_image(&self) -> bool {
        match self {
            Self::Create(card) => card.image_url.is_some(),
            Self::Update(changes) => changes.image_url.is_some(),
        }
    }

    /// The card as this step would leave it.
    pub(super) fn foreseen(&self, card: Option<&ContactCard>) -> Result<ContactCard, Error> {
        let fields = match self {
            Self::Create(new) => merged((), new),
            Self::Update(changes) => merged(card, changes),
        };
        fields
            .and_then(serde_json::from_value)
            .map_err(|error| Error::invalid_input(format!("no card can be foreseen: {error}")))
    }
}

/// An active card with the fields of `old`, and over them those of `new`.
fn merged(old: impl Serialize, new: impl Serialize) -> serde_json::Result<Value> {
    let mut fields = Map::new();
    for part in [serde_json::to_value(old)?, serde_json::to_value(new)?] {
        if let Value::Object(part) = part {
            fields.extend(part);
        }
    }
    if fields.get("last_name").is_some_and(|name| name == "") {
        fields.remove("last_name");
    }
    fields.insert("is_active".to_owned(), true.into());
    Ok(fields.into())
}

impl Wanted {
    /// Empty where a wrong one was given, of which nothing is sent.
    pub(super) fn number(&self) -> &str {
        self.phone_number.as_ref().map_or("", PhoneNumber::as_str)
    }

    /// What comes next, given the card that there is.
    pub(super) fn next_step(&self, card: Option<ContactCard>, told: &Told) -> Next {
        let nothing = ContactCardUpdateRequest::default();
        let mut changes = self.changes(card.as_ref(), told);
        let is_active = match card {
            Some(card) if card.is_active && changes == nothing => return Next::Nothing(card),
            Some(ref card) => card.is_active,
            None => false,
        };
        let method = told.method.unwrap_or(match is_active {
            true => Method::Update,
            false => Method::Create,
        });
        Next::Write(match method {
            Method::Create => Step::Create(self.set_up(card)),
            Method::Update => {
                if changes == nothing {
                    // Writing it anew is the way to make a card active that can't be set up again.
                    changes.first_name = Some(self.first_name.clone());
                }
                Step::Update(changes)
            }
        })
    }

    fn changes(&self, card: Option<&ContactCard>, told: &Told) -> ContactCardUpdateRequest {
        let first_name = card.map(|card| card.first_name.as_str());
        let last_name = card.and_then(|card| card.last_name.as_deref());
        ContactCardUpdateRequest {
            first_name: Some(&self.first_name)
                .filter(|wanted| first_name.is_none_or(|name| !is_same_name(name, wanted)))
                .cloned(),
            last_name: self
                .last_name
                .clone()
                .filter(|wanted| !is_same_name(last_name.unwrap_or_default(), wanted)),
            image_url: self
                .image_url
                .clone()
                .filter(|wanted| self.needs_image(card, wanted, told)),
        }
    }

    /// Whether the image is to be sent. The service answers the URL of its own copy, which tells only
    /// whether there is an image, and whether it has been replaced meanwhile.
    fn needs_image(&self, card: Option<&ContactCard>, wanted: &str, told: &Told) -> bool {
        let Some(card) = card else {
            // Of a card that is there and can't be read, nobody knows whether it has an image.
            return told.method != Some(Method::Update) || self.is_another_image();
        };
        let Some(url) = &card.image_url else {
            return true;
        };
        if url == wanted {
            return false;
        }
        match &told.image_before {
            Some(before) => before.as_ref() == Some(url),
            None => self.is_another_image(),
        }
    }

    fn is_another_image(&self) -> bool {
        self.image_changed.unwrap_or_else(|| {
            self.previous_image_url.is_some() && self.previous_image_url != self.image_url
        })
    }

    /// Whether an active card keeps its image for the only reason that nothing tells whether it is the
    /// wanted one.
    pub(super) fn keeps_image(&self, card: Option<&ContactCard>, told: &Told) -> bool {
        let Some(card) = card.filter(|card| card.is_active && card.image_url.is_some()) else {
            return false;
        };
        let is_known = self.image_changed.is_some()
            || self.previous_image_url.is_some()
            || told.image_before.is_some()
            || card.image_url == self.image_url;
        self.image_url.is_some() && !is_known
    }

    /// A set-up that keeps what an inactive card has and nobody asked to change.
    fn set_up(&self, inactive: Option<ContactCard>) -> ContactCardCreateRequest {
        let (last_name, image_url) = match inactive {
            Some(card) => (card.last_name, card.image_url),
            None => (None, None),
        };
        let last_name = self.last_name.clone().or(last_name);
        let kept_image = image_url.filter(|url| fields::image_url(url.clone()).is_ok());
        ContactCardCreateRequest {
            phone_number: self.number().to_owned(),
            first_name: self.first_name.clone(),
            last_name: last_name.filter(|name| !name.is_empty()),
            image_url: self.image_url.clone().or(kept_image),
        }
    }
}

/// Composition and white space are nothing that people see, and the service may change them.
fn is_same_name(one: &str, other: &str) -> bool {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let [one, other] = [one, other].map(|name| nfc.normalize(name));
    one.split_whitespace().eq(other.split_whitespace())
}
