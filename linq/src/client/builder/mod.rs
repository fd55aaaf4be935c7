//! The settings of a client, and the checks on them.

mod budgets;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod certificates;
mod environment;
mod network;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use linq_gen::operations::CONTACT_CARD_WRITES;
use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use secrecy::SecretString;

use crate::budget::Budget;
use crate::budget_store::BudgetStore;
use crate::client::api_key::{API_KEY_VARIABLE, CurrentCredentials};
use crate::client::base_url::{self, BASE_URL, Server};
use crate::client::http::HttpClients;
use crate::client::http::network::Network;
use crate::client::ignored_changes::IgnoredChanges;
use crate::client::{self, Client, RetryLimits, Settings, headers, positive};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::observer::Observer;

/// Enough for more than 50,000 contact cards, and a limit on the memory for concurrent responses.
const MAX_RESPONSE_BYTES: usize = 8 << 20;

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
}

/// The settings of a [`Client`]; start with [`Client::builder`] or [`ClientBuilder::from_env`].
///
/// | setting | default | per request |
/// |---|---|---|
/// | [`api_key`](Self::api_key) | none, required | |
/// | [`base_url`](Self::base_url) | `https://api.linqapp.com/api/partner` | |
/// | [`timeout`](Self::timeout) of each attempt | 60 s | yes |
/// | [`deadline`](Self::deadline) of the whole call | none | yes |
/// | [`connect_timeout`](Self::connect_timeout) | 5 s | |
/// | [`max_retries`](Self::max_retries) | 2 | yes |
/// | [`max_retry_wait`](Self::max_retry_wait) | 60 s | yes |
/// | [`default_header`](Self::default_header) | none | [`header`](crate::Request::header) |
/// | [`user_agent_suffix`](Self::user_agent_suffix) | none | |
/// | [`max_response_bytes`](Self::max_response_bytes) | 8 MiB | |
/// | [`write_budget`](Self::write_budget) for each phone number | 3 in 10 min | |
/// | [`share_budget`](Self::share_budget) for each chat | 1 in 5 min | |
/// | [`budget_store`](Self::budget_store) | the memory of this process | |
/// | [`proxy`](Self::proxy) | `HTTPS_PROXY`, or the proxy of the system | |
/// | [`root_certificate`](Self::root_certificate) | those of the system | |
/// | [`identity`](Self::identity) | none | |
/// | [`http_client`](Self::http_client) | one that follows only redirects of reads, within the origin | |
/// | [`clock`](Self::clock) | the system clock | |
/// | [`observer`](Self::observer) | none | |
#[must_use = "settings do nothing until they are built"]
pub struct ClientBuilder {
    api_key: Option<SecretString>,
    base_url: String,
    timeout: Duration,
    deadline: Option<Duration>,
    max_retries: u32,
    max_retry_wait: Duration,
    user_agent_suffix: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(super) network: Network,
    max_response_bytes: usize,
    clock: Arc<dyn Clock>,
    observer: Option<Box<dyn Observer>>,
    /// Keyed by their names in the contract.
    pub(super) budgets: HashMap<&'static str, Budget>,
    pub(super) budget_store: Option<Arc<dyn BudgetStore>>,
    /// The first invalid setting of those that are checked at once; `build` reports it.
    invalid: Option<Error>,
    #[cfg(feature = "testing")]
    transport: Option<Arc<dyn client::transport::Transport>>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            base_url: BASE_URL.to_owned(),
            timeout: Duration::from_secs(60),
            deadline: None,
            max_retries: 2,
            max_retry_wait: Duration::from_secs(60),
            user_agent_suffix: None,
            headers: HeaderMap::new(),
            network: Network::default(),
            max_response_bytes: MAX_RESPONSE_BYTES,
            clock: Arc::new(SystemClock),
            observer: None,
            budgets: client::budgets::documented(),
            budget_store: None,
            invalid: None,
            #[cfg(feature = "testing")]
            transport: None,
        }
    }
}

impl ClientBuilder {
    /// Applies a valid setting; an invalid one makes `build` fail.
    pub(super) fn with<T>(
        mut self,
        setting: Result<T, Error>,
        set: impl FnOnce(&mut Self, T),
    ) -> Self {
        match setting {
            Ok(value) => set(&mut self, value),
            Err(error) => self.invalid = self.invalid.or(Some(error)),
        }
        self
    }

    /// The partner's API key, sent as `Authorization: Bearer …`. It never appears in logs, errors
    /// or `Debug`. [`Client::set_api_key`] replaces it later.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into().into());
        self
    }

    /// Where the API is; by default `https://api.linqapp.com/api/partner`.
    ///
    /// It must be an absolute `https` URL without query, fragment or credentials; plain `http` is
    /// accepted only for loopback addresses. Trailing slashes are ignored, and so is a last path
    /// segment `v3`, which every request adds itself: `https://api.linqapp.com/api/partner/v3/` is
    /// the default too. For a gateway that serves the API below a path which itself ends in `/v3`,
    /// repeat the segment: `/v3/v3`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// How long each attempt may take, from connecting to the last byte of the body. Defaults to
    /// 60 s. [`deadline`](Self::deadline) limits all attempts together.
    ///
    /// A write that it cuts off before there is a connection was not sent. After that, there is no
    /// telling whether the service has applied it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a call may take, over all its attempts and the waits between them. By default it
    /// takes as long as its attempts and waits do.
    ///
    /// The time starts when the request is first polled, and the attempt that it cuts off fails as
    /// by [`timeout`](Self::timeout), with [`Error::is_timeout`]. The client does not begin to wait
    /// for a retry that would come too late: the call fails at once with the last error, and
    /// [`Error::retry_after`] returns how long the service asks to wait. Once the time is over,
    /// nothing more is sent; if nothing was sent before, [`Error::attempts`] is 0.
    ///
    /// The reads and writes of an [`ensure`](crate::contact_card::ContactCardResource::ensure)
    /// share one deadline. Of a [stream](crate::Request::stream), each page has its own, and of
    /// [`ensure_all`](crate::contact_card::ContactCardResource::ensure_all), each card.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let client = linq::Client::builder()
    ///     .api_key("key")
    ///     .timeout(Duration::from_secs(10)) // of each attempt
    ///     .deadline(Duration::from_secs(25)) // of all together
    ///     .build()?;
    /// # Ok::<(), linq::Error>(())
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often a request may be sent again. Defaults to 2, so at most 3 attempts.
    ///
    /// See [`retries`](crate::retries) for which failures are retried, and when.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// The longest wait that the service may ask for before a retry. Defaults to 60 s.
    ///
    /// If the service asks for a longer wait, the request fails at once, and [`Error::retry_after`]
    /// returns how long to wait. Up to 5 s of jitter come on top of what the service asks for. A
    /// limit below 8 s also shortens the client's own waits, but not to less than 0.25 to 0.5 s.
    pub fn max_retry_wait(mut self, max_retry_wait: Duration) -> Self {
        self.max_retry_wait = max_retry_wait;
        self
    }

    /// Text to append to the `User-Agent` header `linq-rust/<version>`, such as `my-app/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// A header to send with every request, in place of an earlier one of the same name. Its value
    /// is treated as a secret.
    ///
    /// A client has at most 100 of them, each of at most 8,192 bytes. The names that
    /// [`Request::header`](crate::Request::header) refuses are refused here too, by
    /// [`ClientBuilder::build`].
    pub fn default_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let added = headers::add(&mut self.headers, name.as_ref(), value.as_ref());
        self.with(added, |_, ()| ())
    }

    /// The largest response body to accept, in bytes. Defaults to 8 MiB, which holds more than
    /// 50,000 contact cards.
    ///
    /// With the cards that are read from it, a body takes up to three times its size in memory.
    pub fn max_response_bytes(mut self, max_response_bytes: usize) -> Self {
        self.max_response_bytes = max_response_bytes;
        self
    }

    /// The clock. Replace it in tests, so that retries do not wait.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What sees each attempt, for metrics. It takes the place of an earlier one.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// What responds in place of the network.
    #[cfg(feature = "testing")]
    pub(crate) fn transport(mut self, transport: Arc<dyn client::transport::Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`]; the text names the setting and says how to fix it. The API key
    /// must be visible ASCII, timeouts, the deadline and the windows of budgets must be longer than zero, and the
    /// base URL and the headers must be as described at their methods. If the environment variable
    /// `SSL_CERT_FILE` is set, it must name a file of root certificates, which replaces those of
    /// the system.
    pub fn build(self) -> Result<Client, Error> {
        if let Some(error) = self.invalid {
            return Err(error);
        }
        let api_key = self.api_key.ok_or_else(|| {
            Error::invalid_input(format!(
                "no API key: set {API_KEY_VARIABLE} and use `from_env()`, or call `api_key(..)`"
            ))
        })?;
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, user_agent(self.user_agent_suffix.as_deref())?);
        headers.extend(self.headers);
        let credentials = CurrentCredentials::new(api_key, headers)?;
        let base_url = base_url::parse(&self.base_url)?;
        if self.max_response_bytes == 0 {
            return Err(Error::invalid_input(
                "`max_response_bytes(..)` must be greater than zero",
            ));
        }
        let http = HttpClients::build(&base_url, self.network)?;
        let budgets = client::budgets::guards(self.budgets, &self.clock)?;
        let window = Duration::from_secs(CONTACT_CARD_WRITES.seconds);
        let ignored = IgnoredChanges::new(window, Arc::clone(&self.clock));
        Ok(Client::from_settings(Settings {
            http,
            server: Server::from(&base_url),
            base_url: Arc::new(base_url),
            credentials,
            timeout: positive("timeout", self.timeout)?,
            deadline: self
                .deadline
                .map(|deadline| positive("deadline", deadline))
                .transpose()?,
            retry: RetryLimits {
                max_retries: self.max_retries,
                max_wait: self.max_retry_wait,
            },
            max_response_bytes: self.max_response_bytes,
            clock: self.clock,
            observer: self.observer,
            budgets,
            budget_store: self.budget_store,
            ignored,
            #[cfg(feature = "testing")]
            transport: self.transport,
        }))
    }
}

/// Omits what can hold secrets: the API key, the headers, the unchecked base URL, the proxy, the
/// certificates and the caller's HTTP client.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("connect_timeout", &self.network.connect_timeout)
            .field("max_retries", &self.max_retries)
            .field("max_retry_wait", &self.max_retry_wait)
            .field("user_agent_suffix", &self.user_agent_suffix)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("clock", &self.clock)
            .field("budgets", &self.budgets)
            .finish_non_exhaustive()
    }
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let ours = concat!("linq-rust/", env!("CARGO_PKG_VERSION"));
    let whole = match suffix {
        Some(suffix) => format!("{ours} {suffix}"),
        None => ours.to_owned(),
    };
    HeaderValue::try_from(whole).map_err(|_| {
        Error::invalid_input("`user_agent_suffix(..)` must not contain control characters")
    })
}
