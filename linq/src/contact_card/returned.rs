//! Checks that a returned card is the requested one.

use icu_normalizer::ComposingNormalizerBorrowed;
use linq_gen::Operation;
use linq_gen::operations::RETRIEVE_CONTACT_CARD;
use linq_gen::types::{ContactCard, ContactCardRetrieveResponse, ContactCardUpdateRequest};

use crate::error::{Error, Kind};
use crate::request::response::Response;
use crate::request::returned::OTHER_RESOURCE_ADVICE;
use crate::request::send::Call;

pub(super) const MISMATCH_ADVICE: &str = "use another value, or contact Linq support";

/// The fields of `asked` that `card` lacks. The service stores its own copy of a photo, so any
/// photo will do unless `is_other_photo` says that its URL is known to be that of another one.
pub(super) fn lacking(
    card: &ContactCard,
    asked: ContactCardUpdateRequest,
    is_other_photo: impl FnOnce(&str) -> bool,
) -> ContactCardUpdateRequest {
    let last_name = card.last_name.as_deref().unwrap_or_default();
    ContactCardUpdateRequest {
        first_name: asked
            .first_name
            .filter(|name| !is_same_name(name, &card.first_name)),
        last_name: asked
            .last_name
            .filter(|name| !is_same_name(name, last_name)),
        image_url: asked.image_url.filter(|url| match photo(card) {
            None => true,
            Some(shown) => shown != url && is_other_photo(shown),
        }),
    }
}

/// The URL of a card's photo; an empty one counts as none.
pub(super) fn photo(card: &ContactCard) -> Option<&str> {
    card.image_url.as_deref().filter(|url| !url.is_empty())
}

fn is_same_name(one: &str, other: &str) -> bool {
    shown(one) == shown(other)
}

/// A name as people see it. Unicode composition and white space make no visible difference, and the
/// service may change them.
pub(super) fn shown(name: &str) -> String {
    let name = ComposingNormalizerBorrowed::new_nfc().normalize(name);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names of the fields that are given.
pub(super) fn names(fields: &ContactCardUpdateRequest) -> Vec<&'static str> {
    [
        ("first_name", &fields.first_name),
        ("last_name", &fields.last_name),
        ("image_url", &fields.image_url),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.is_some().then_some(name))
    .collect()
}

/// The returned card, unless it belongs to another phone number.
pub(super) fn check_number(
    call: &Call,
    operation: &'static Operation,
    response: Response<ContactCard>,
    phone_number: &str,
) -> Result<Response<ContactCard>, Error> {
    if response.value().phone_number == phone_number {
        return Ok(response);
    }
    let problem = "the returned card belongs to another phone number";
    let error = call.reject(operation, &response, Kind::OtherResource, problem);
    Err(error.with_advice(OTHER_RESOURCE_ADVICE))
}

/// The returned cards of a phone number. If there are only cards of other numbers, there is no
/// telling whether this one has a card.
pub(super) fn check_numbers(
    call: &Call,
    response: Response<ContactCardRetrieveResponse>,
    phone_number: &str,
) -> Result<Response<ContactCardRetrieveResponse>, Error> {
    let is_asked = |card: &ContactCard| card.phone_number == phone_number;
    let cards = &response.value().contact_cards;
    if !cards.is_empty() && !cards.iter().any(is_asked) {
        let problem = "the returned cards belong to other phone numbers";
        let error = call.reject(
            &RETRIEVE_CONTACT_CARD,
            &response,
            Kind::OtherResource,
            problem,
        );
        return Err(error.with_advice(OTHER_RESOURCE_ADVICE));
    }
    Ok(response.map(|mut cards| {
        cards.contact_cards.retain(is_asked);
        cards
    }))
}

/// The returned card, unless it lacks requested fields.
pub(super) fn with_fields(
    call: &Call,
    operation: &'static Operation,
    response: Response<ContactCard>,
    asked: ContactCardUpdateRequest,
) -> Result<Response<ContactCard>, Error> {
    let lacking = names(&lacking(response.value(), asked, |_| false));
    if lacking.is_empty() {
        return Ok(response);
    }
    Err(mismatch(call, operation, &response, &lacking))
}

/// The error of a returned card that lacks fields.
pub(super) fn mismatch<T>(
    call: &Call,
    operation: &'static Operation,
    response: &Response<T>,
    lacking: &[&str],
) -> Error {
    call.reject_lacking(operation, response, "card", lacking)
        .with_advice(MISMATCH_ADVICE)
}
