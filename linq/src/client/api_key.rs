//! The API key.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

pub(crate) const API_KEY_VARIABLE: &str = "LINQ_API_V3_API_KEY";

/// The value of the header `Authorization`, if the key can be sent.
pub(super) fn bearer(api_key: &SecretString) -> Result<HeaderValue, Error> {
    let key = api_key.expose_secret();
    if key.is_empty() {
        return Err(Error::invalid_input(format!(
            "the API key is empty; set {API_KEY_VARIABLE}, or pass the key to `api_key(..)`"
        )));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid_input(format!(
            "the API key ({API_KEY_VARIABLE} or `api_key(..)`) contains white space or other characters that \
             are not visible ASCII; pass the key alone, without `Bearer` or a line break"
        )));
    }
    let mut value = HeaderValue::try_from(format!("Bearer {key}"))
        .map_err(|_| Error::invalid_input("the API key can't be sent in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}
