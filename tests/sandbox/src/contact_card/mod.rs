//! The operations on contact cards.

mod create;
mod retrieve;
mod update;

pub(crate) use create::create;
pub(crate) use retrieve::retrieve;
pub(crate) use update::update;

use crate::refusal::Refusal;
use crate::rules::is_e164;

/// The `phone_number` of a query string.
fn phone_number(parameters: &[(String, String)]) -> Result<Option<&str>, Refusal> {
    let mut values = parameters
        .iter()
        .filter_map(|(name, value)| (name == "phone_number").then_some(value.as_str()));
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Refusal::INVALID_PARAMETER),
        (Some(number), None) if !is_e164(number) => Err(Refusal::PHONE_NUMBER_NOT_E164),
        (number, None) => Ok(number),
    }
}
