//! The default HTTP clients, and how their connections are replaced.

#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) mod certificates;
mod chain;
pub(crate) mod failure;
pub(crate) mod network;
mod root_certificates;
mod tls;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use linq_gen::Operation;
use reqwest::{Url, redirect};

use crate::error::{Cause, Error};
use failure::Failure;
use network::Network;

const MAX_REDIRECTS: usize = 10;

/// How long an idle connection is kept for writes: shorter than servers usually keep one, since a
/// write on a connection that is being closed has an unknown outcome.
const WRITE_IDLE: Duration = Duration::from_secs(4);

/// How many idle connections are kept. Only HTTP/1.1 needs more than one: a program that makes half
/// as many calls at once then connects no more often than it has to, although some connections are
/// made while others become idle.
const MAX_IDLE: usize = 128;

/// An HTTP/2 connection that has been silent for this long is probed.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
/// A connection that does not respond to a probe within this time is closed.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection whose peer acknowledges nothing for this long is closed, whatever the version of
/// HTTP.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);

/// The HTTP clients for reads and for writes.
pub(crate) struct HttpClients {
    read: Connections,
    write: Connections,
    /// Whether they may follow a redirect of a write.
    pub(crate) may_redirect_writes: bool,
}

impl HttpClients {
    /// Builds HTTP clients for a base URL.
    pub(crate) fn build(base_url: &Url, mut network: Network) -> Result<Self, Error> {
        let connect_timeout = network.checked_connect_timeout()?;
        if let Some(http) = network.http_client {
            return Ok(http.into());
        }
        let is_https = base_url.scheme() == "https";
        if is_https && !cfg!(any(feature = "rustls", feature = "native-tls")) {
            return Err(Error::invalid_input(
                "https needs TLS: enable the feature `rustls` or `native-tls` of the crate `linq`",
            ));
        }
        if is_https {
            root_certificates::check_environment()?;
            network.load_certificates();
        }
        let base_url = base_url.clone();
        let builder = move || builder(&base_url, &network).connect_timeout(connect_timeout);
        let read = {
            let builder = builder.clone();
            move || builder().redirect(same_origin())
        };
        let write = move || {
            builder()
                .redirect(redirect::Policy::none())
                // One attempt is one request on the wire.
                .retry(reqwest::retry::never())
                .pool_idle_timeout(WRITE_IDLE)
        };
        Ok(Self {
            read: Connections::new(read)?,
            write: Connections::new(write)?,
            may_redirect_writes: false,
        })
    }

    /// The connections for an operation.
    pub(crate) fn connections(&self, operation: &Operation) -> &Connections {
        if operation.is_read() {
            &self.read
        } else {
            &self.write
        }
    }
}

/// A custom HTTP client is used for both.
impl From<reqwest::Client> for HttpClients {
    fn from(http: reqwest::Client) -> Self {
        // Only `Debug` shows the policy. If it doesn't, a redirect may be followed.
        let follows_none = format!("{http:?}").contains(r#"redirect_policy: "Policy(None)""#);
        Self {
            read: Connections::fixed(http.clone()),
            write: Connections::fixed(http),
            may_redirect_writes: !follows_none,
        }
    }
}

/// An HTTP client whose connections can all be replaced.
///
/// On HTTP/2, a timeout resets one stream, and the connection stays in the pool even if it is dead.
/// reqwest can't remove a connection from its pool, so the whole client is replaced. Requests on
/// the old one continue.
pub(crate) struct Connections {
    current: Mutex<Lease>,
    /// `None` for a custom client.
    builder: Option<Box<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>>,
}

/// The HTTP client of one attempt.
#[derive(Clone)]
pub(crate) struct Lease {
    pub(crate) http: reqwest::Client,
    generation: u64,
}

impl Connections {
    fn new(
        builder: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let http = builder()
            .build()
            .map_err(|error| cannot_be_built(Failure::from(error)))?;
        let mut connections = Self::fixed(http);
        connections.builder = Some(Box::new(builder));
        Ok(connections)
    }

    fn fixed(http: reqwest::Client) -> Self {
        let generation = 0;
        Self {
            current: Mutex::new(Lease { http, generation }),
            builder: None,
        }
    }

    pub(crate) fn lease(&self) -> Lease {
        self.lock().clone()
    }

    /// Makes later attempts use new connections, because an attempt on `lease` has timed out. Of
    /// several such attempts, the first does this for all.
    pub(crate) fn replace(&self, lease: &Lease) {
        let Some(builder) = &self.builder else { return };
        let mut current = self.lock();
        if current.generation == lease.generation
            // If no client can be built, such as when no file can be opened, the old one is kept.
            && let Ok(http) = builder().build()
        {
            let generation = current.generation.wrapping_add(1);
            *current = Lease { http, generation };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lease> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn builder(base_url: &Url, network: &Network) -> reqwest::ClientBuilder {
    let builder = network
        .apply(base_url, reqwest::Client::builder())
        .pool_max_idle_per_host(MAX_IDLE)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .http2_keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .http2_keep_alive_while_idle(true);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(TCP_USER_TIMEOUT);
    builder
}

fn cannot_be_built(failure: Failure) -> Error {
    Error::invalid_input(format!(
        "the HTTP client can't be built: {}; {}",
        failure.reason,
        root_certificates::REMEDY
    ))
    .with_source(Cause::new(failure.system, &failure.reason))
}

/// Follows redirects within one origin; any other would send the request to someone else.
fn same_origin() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let from = attempt.previous();
        let stays = from
            .iter()
            .all(|url| url.origin() == attempt.url().origin());
        if stays && from.len() <= MAX_REDIRECTS {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}
