//! The client that all requests share.

pub(crate) mod api_key;
pub(crate) mod base_url;
mod budgets;
pub(crate) mod builder;
pub(crate) mod headers;
pub(crate) mod http;
pub(crate) mod ignored_changes;
#[cfg(feature = "testing")]
pub(crate) mod transport;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::budget::BudgetGuard;
use crate::budget_store::BudgetStore;
use crate::client::api_key::CurrentCredentials;
use crate::client::base_url::Server;
use crate::client::http::HttpClients;
use crate::client::ignored_changes::IgnoredChanges;
use crate::clock::Clock;
use crate::error::Error;
use crate::observer::Observer;

/// A client of the Linq Partner API.
///
/// A client is cheap to clone; clones share connections, settings and budgets. Any number of tasks
/// can use it at once, in a Tokio runtime with IO and time enabled.
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
    pub(crate) base_url: Arc<Url>,
    pub(crate) server: Server,
    pub(crate) credentials: CurrentCredentials,
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retry: RetryLimits,
    pub(crate) max_response_bytes: usize,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) observer: Option<Box<dyn Observer>>,
    /// Keyed by their names in the contract.
    pub(crate) budgets: HashMap<&'static str, BudgetGuard>,
    /// Counts instead of the guards.
    pub(crate) budget_store: Option<Arc<dyn BudgetStore>>,
    pub(crate) ignored: IgnoredChanges,
    #[cfg(feature = "testing")]
    pub(crate) transport: Option<Arc<dyn transport::Transport>>,
}

impl Client {
    pub(crate) fn from_settings(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}

/// How often a request may be retried, and the longest wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryLimits {
    pub(crate) max_retries: u32,
    pub(crate) max_wait: Duration,
}

/// Checks a timeout.
pub(crate) fn positive(setting: &str, timeout: Duration) -> Result<Duration, Error> {
    if timeout.is_zero() {
        let text = format!("`{setting}(..)` must be longer than zero");
        return Err(Error::invalid_input(text));
    }
    Ok(timeout)
}

/// Omits the API key, and the headers, which can hold other secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url.as_str())
            .field("timeout", &self.0.timeout)
            .field("deadline", &self.0.deadline)
            .field("retry", &self.0.retry)
            .field("max_response_bytes", &self.0.max_response_bytes)
            .finish_non_exhaustive()
    }
}
