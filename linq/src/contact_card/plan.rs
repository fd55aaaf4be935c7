//! What is still to be done for a card to be as it should be.

use linq_gen::types::{ContactCard, ContactCardCreateRequest, ContactCardUpdateRequest};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;

/// The card that there should be. Fields that are `None` may be anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) phone_number: String,
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

/// The next step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Step {
    #[default]
    Nothing,
    Create(ContactCardCreateRequest),
    Update(ContactCardUpdateRequest),
}

impl Step {
    pub(super) fn has_image(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Create(card) => card.image_url.is_some(),
            Self::Update(changes) => changes.image_url.is_some(),
        }
    }

    /// The card as this step would leave it.
    pub(super) fn foreseen(&self, card: Option<ContactCard>) -> Result<ContactCard, Error> {
        let fields = match self {
            Self::Nothing => merged(card, ()),
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
    fields.insert("is_active".to_owned(), true.into());
    Ok(fields.into())
}

impl Wanted {
    /// What to do about the card that there is.
    pub(super) fn step(&self, card: Option<&ContactCard>, told: &Told) -> Step {
        let is_active = card.is_some_and(|card| card.is_active);
        let mut changes = self.changes(card, told);
        let nothing = ContactCardUpdateRequest::default();
        if is_active && changes == nothing {
            return Step::Nothing;
        }
        let method = told.method.unwrap_or(match is_active {
            true => Method::Update,
            false => Method::Create,
        });
        match method {
            Method::Create => Step::Create(self.set_up(card)),
            Method::Update => {
                if changes == nothing {
                    // Writing it anew is the way to make a card active that can't be set up again.
                    changes.first_name = Some(self.first_name.clone());
                }
                Step::Update(changes)
            }
        }
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
        let Some(url) = card.and_then(|card| card.image_url.as_ref()) else {
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

    /// A set-up that keeps what an inactive card has and nobody asked to change.
    fn set_up(&self, inactive: Option<&ContactCard>) -> ContactCardCreateRequest {
        let kept = |field: fn(&ContactCard) -> &Option<String>| {
            inactive
                .and_then(|card| field(card).clone())
                .filter(|text| !text.is_empty())
        };
        ContactCardCreateRequest {
            phone_number: self.phone_number.clone(),
            first_name: self.first_name.clone(),
            last_name: (self.last_name.clone()).or_else(|| kept(|card| &card.last_name)),
            image_url: (self.image_url.clone()).or_else(|| kept(|card| &card.image_url)),
        }
    }
}

/// White space around a name is nothing that people see, and the service may take it away.
fn is_same_name(one: &str, other: &str) -> bool {
    one.trim() == other.trim()
}
