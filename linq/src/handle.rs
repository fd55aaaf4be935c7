//! Handles: the phone numbers and email addresses of people.

use crate::error::Error;
use crate::phone_number::PhoneNumber;

/// The longest email address that SMTP can carry.
const MAX_EMAIL: usize = 254;

/// Checks a phone number in E.164 format, or an email address. The error does not show it.
pub(crate) fn checked(handle: String) -> Result<String, Error> {
    if is_email(&handle) || PhoneNumber::try_from(handle.as_str()).is_ok() {
        return Ok(handle);
    }
    Err(Error::invalid_input(
        "the handle is neither a phone number in E.164 format, such as +15551234567, nor an email address",
    ))
}

/// Whether it has the form of an email address, not whether the address exists.
fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    text.len() <= MAX_EMAIL
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c))
        && !user.is_empty()
        && !user.contains('@')
        && host.contains('.')
        && host.split('.').all(is_label)
}
