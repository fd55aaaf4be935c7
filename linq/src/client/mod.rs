//! The client, which all requests share.

pub(crate) mod base_url;
pub(crate) mod builder;
mod environment;
pub(crate) mod headers;
pub(crate) mod http;
pub(crate) mod ignored_changes;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use secrecy::SecretString;

use crate::budget::BudgetGuard;
use crate::chats::ChatsResource;
use crate::client::builder::ClientBuilder;
use crate::client::http::HttpClients;
use crate::client::ignored_changes::IgnoredChanges;
use crate::clock::Clock;
use crate::contact_card::ContactCardResource;
use crate::error::Error;
use crate::request::retry::Limits;

/// A client of the Linq Partner API.
///
/// A client is cheap to clone; clones share connections, settings and budgets. Any number of tasks can use
/// it at once, in a Tokio runtime with IO and time enabled.
///
/// ```no_run
/// # async fn example() -> linq::Result<()> {
/// let client = linq::Client::from_env()?;
/// let cards = client.contact_card().retrieve().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Settings>);

/// The settings a client was built with.
pub(crate) struct Settings {
    pub(crate) http: HttpClients,
    pub(crate) base_url: String,
    pub(crate) api_key: SecretString,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) retry: Limits,
    pub(crate) max_response_bytes: usize,
    pub(crate) clock: Arc<dyn Clock>,
    /// Keyed by their names in the contract.
    pub(crate) budgets: HashMap<&'static str, BudgetGuard>,
    pub(crate) ignored: IgnoredChanges,
}

impl Client {
    /// Builds a client from environment variables: `LINQ_API_V3_API_KEY` and, if they are set,
    /// `LINQ_API_V3_BASE_URL` and `LINQ_API_V3_CUSTOM_HEADERS`.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Builds a client with this API key and default settings.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(api_key).build()
    }

    /// Starts a client with settings of your own.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let client = linq::Client::builder()
    ///     .api_key("key")
    ///     .timeout(Duration::from_secs(10))
    ///     .max_retries(4)
    ///     .user_agent_suffix("my-app/1.2")
    ///     .build()?;
    /// # Ok::<(), linq::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Contact cards: the name and photo that people see for a phone number.
    pub fn contact_card(&self) -> ContactCardResource {
        ContactCardResource::new(self.clone())
    }

    /// Chats, to share contact cards in.
    pub fn chats(&self) -> ChatsResource {
        ChatsResource::new(self.clone())
    }

    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}

/// Omits the API key, and the headers, which can hold other secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("timeout", &self.0.timeout)
            .field("retry", &self.0.retry)
            .field("max_response_bytes", &self.0.max_response_bytes)
            .finish_non_exhaustive()
    }
}
