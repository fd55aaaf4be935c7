//! Plans the next step until a card is as it should be.

use linq_gen::Operation;
use linq_gen::operations::{CREATE_CONTACT_CARD, UPDATE_CONTACT_CARD};
use linq_gen::types::{ContactCard, ContactCardCreateRequest, ContactCardUpdateRequest};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{fields, returned};
use crate::error::Error;
use crate::phone_number::PhoneNumber;

/// The wanted card. Fields that are `None` may have any value.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) phone_number: PhoneNumber,
    pub(super) first_name: String,
    pub(super) last_name: Option<String>,
    pub(super) image_url: Option<String>,
    pub(super) previous_image_url: Option<String>,
    pub(super) image_changed: Option<bool>,
}

/// What is known from the writes so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The method that the service requires instead.
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
    /// The fields that this step sends.
    pub(super) fn fields(&self) -> ContactCardUpdateRequest {
        match self {
            Self::Create(card) => ContactCardUpdateRequest {
                first_name: Some(card.first_name.clone()),
                last_name: card.last_name.clone(),
                image_url: card.image_url.clone(),
            },
            Self::Update(changes) => changes.clone(),
        }
    }

    pub(super) fn operation(&self) -> &'static Operation {
        match self {
            Self::Create(_) => &CREATE_CONTACT_CARD,
            Self::Update(_) => &UPDATE_CONTACT_CARD,
        }
    }

    /// The card as this step would leave it.
    pub(super) fn result(&self, card: Option<&ContactCard>) -> Result<ContactCard, Error> {
        let fields = match self {
            Self::Create(new) => merged((), new),
            Self::Update(changes) => merged(card, changes),
        };
        fields.and_then(serde_json::from_value).map_err(|error| {
            Error::invalid_input(format!("the resulting card can't be determined: {error}"))
        })
    }
}

/// An active card with the fields of `old`, replaced by those of `new`.
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
    pub(super) fn new(phone_number: PhoneNumber, first_name: String) -> Self {
        Self {
            phone_number,
            first_name,
            last_name: None,
            image_url: None,
            previous_image_url: None,
            image_changed: None,
        }
    }

    /// The next step, given the current card.
    pub(super) fn next_step(&self, card: Option<ContactCard>, known: &Known) -> Next {
        let nothing = ContactCardUpdateRequest::default();
        let mut changes = self.changes(card.as_ref(), known);
        let is_active = match card {
            Some(card) if card.is_active && changes == nothing => return Next::Nothing(card),
            Some(ref card) => card.is_active,
            None => false,
        };
        let method = known.method.unwrap_or(match is_active {
            true => Method::Update,
            false => Method::Create,
        });
        Next::Write(match method {
            Method::Create => Step::Create(self.set_up(card)),
            Method::Update => {
                if changes == nothing {
                    // Writing any field activates a card that can't be set up again.
                    changes.first_name = Some(self.first_name.clone());
                }
                Step::Update(changes)
            }
        })
    }

    fn changes(&self, card: Option<&ContactCard>, known: &Known) -> ContactCardUpdateRequest {
        let asked = ContactCardUpdateRequest {
            first_name: Some(self.first_name.clone()),
            last_name: self.last_name.clone(),
            image_url: self.image_url.clone(),
        };
        match card {
            Some(card) => returned::lacking(card, asked, |shown| self.is_other_photo(shown, known)),
            // A card that exists but can't be read may have the photo.
            None if known.method == Some(Method::Update) && !self.is_another_image() => {
                ContactCardUpdateRequest {
                    image_url: None,
                    ..asked
                }
            }
            None => asked,
        }
    }

    /// Whether the photo at this URL is known not to be the wanted one. The service returns the URL
    /// of its own copy, which only shows whether the photo was replaced in the meantime.
    fn is_other_photo(&self, shown: &str, known: &Known) -> bool {
        match &known.image_before {
            Some(before) => before.as_deref() == Some(shown),
            None => self.is_another_image(),
        }
    }

    fn is_another_image(&self) -> bool {
        self.image_changed.unwrap_or_else(|| {
            self.previous_image_url.is_some() && self.previous_image_url != self.image_url
        })
    }

    /// Whether an active card keeps an image that may not be the wanted one.
    pub(super) fn keeps_image(&self, card: Option<&ContactCard>, known: &Known) -> bool {
        let Some(card) = card.filter(|card| card.is_active && returned::photo(card).is_some())
        else {
            return false;
        };
        let is_known = self.image_changed.is_some()
            || self.previous_image_url.is_some()
            || known.image_before.is_some()
            || card.image_url == self.image_url;
        self.image_url.is_some() && !is_known
    }

    /// A set-up that keeps the fields of an inactive card that are not to be changed.
    fn set_up(&self, inactive: Option<ContactCard>) -> ContactCardCreateRequest {
        let (last_name, image_url) = match inactive {
            Some(card) => (card.last_name, card.image_url),
            None => (None, None),
        };
        let last_name = self.last_name.clone().or(last_name);
        let kept_image = image_url.filter(|url| fields::image_url(url.clone()).is_ok());
        ContactCardCreateRequest {
            phone_number: self.phone_number.as_str().to_owned(),
            first_name: self.first_name.clone(),
            last_name: last_name.filter(|name| !name.is_empty()),
            image_url: self.image_url.clone().or(kept_image),
        }
    }
}
