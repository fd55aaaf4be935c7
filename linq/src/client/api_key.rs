//! The API key, which can be replaced while the client is used.

use std::sync::{Arc, PoisonError, RwLock};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::Client;
use crate::error::Error;

pub(crate) const API_KEY_VARIABLE: &str = "LINQ_API_V3_API_KEY";

/// The API key, and the headers that are sent with it.
///
/// An attempt keeps those that it began with: what the service echoes is redacted by the key that
/// it was sent.
pub(crate) struct Credentials {
    pub(crate) api_key: SecretString,
    /// Those of every request, with `Authorization`.
    pub(crate) headers: Arc<HeaderMap>,
}

/// The credentials of the next attempt.
pub(crate) struct CurrentCredentials(RwLock<Arc<Credentials>>);

impl CurrentCredentials {
    /// Credentials with these headers.
    pub(super) fn new(api_key: SecretString, headers: HeaderMap) -> Result<Self, Error> {
        let credentials = Credentials::new(api_key, headers)?;
        Ok(Self(RwLock::new(Arc::new(credentials))))
    }

    pub(crate) fn get(&self) -> Arc<Credentials> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, api_key: SecretString) -> Result<(), Error> {
        let headers = HeaderMap::clone(&self.get().headers);
        let credentials = Credentials::new(api_key, headers)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(credentials);
        Ok(())
    }
}

impl Credentials {
    fn new(api_key: SecretString, mut headers: HeaderMap) -> Result<Self, Error> {
        headers.insert(AUTHORIZATION, bearer(&api_key)?);
        Ok(Self {
            api_key,
            headers: Arc::new(headers),
        })
    }
}

impl Client {
    /// Replaces the API key of this client and its clones.
    ///
    /// Every attempt that starts from now on sends the new key, also the next attempt of a request
    /// that is being retried or of a list that is being streamed. Connections, budgets and all
    /// settings stay as they are. What an attempt returns is redacted by the key that it sent.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// /// Reads the key again every minute; something else writes the file.
    /// async fn follow(client: linq::Client) -> std::io::Result<()> {
    ///     loop {
    ///         tokio::time::sleep(Duration::from_secs(60)).await;
    ///         let key = std::fs::read_to_string("/run/secrets/linq-api-key")?;
    ///         if let Err(error) = client.set_api_key(key.trim()) {
    ///             eprintln!("the old key stays in use: {error}");
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] if the key is empty, or is not visible ASCII. Then the old key
    /// stays in use.
    pub fn set_api_key(&self, api_key: impl Into<String>) -> Result<(), Error> {
        self.settings().credentials.replace(api_key.into().into())
    }
}

/// The value of the header `Authorization`, if the key can be sent.
fn bearer(api_key: &SecretString) -> Result<HeaderValue, Error> {
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
