//! How a client reaches the service: proxy, certificates, or an HTTP client of the caller's own.

use std::time::Duration;

use reqwest::Url;

use crate::client::base_url::is_loopback;
use crate::client::builder::ClientBuilder;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::client::certificates::Certificates;
use crate::client::positive;
use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings for connections.
#[derive(Clone, Default)]
pub(crate) struct Network {
    pub(super) connect_timeout: Option<Duration>,
    proxy: Proxy,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(super) certificates: Certificates,
    pub(super) http_client: Option<reqwest::Client>,
}

#[derive(Clone, Default)]
enum Proxy {
    /// That of the environment or of the system.
    #[default]
    System,
    None,
    Own(Box<reqwest::Proxy>),
}

impl ClientBuilder {
    /// How long connecting may take, as part of [`timeout`](Self::timeout). Defaults to 5 s.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.network.connect_timeout = Some(connect_timeout);
        self
    }

    /// The proxy that connects to the service, in place of that of the environment.
    ///
    /// It is an `http` or `https` URL; a user name and a password in it are sent to the proxy, and
    /// never shown. The proxy opens a tunnel (`CONNECT`), so it sees the host, but neither the API
    /// key nor anything else. A plain `http` base URL, which always leads to this machine, is used
    /// without a proxy.
    ///
    /// ```
    /// let client = linq::Client::builder()
    ///     .api_key("key")
    ///     .proxy("http://user:password@proxy.example.com:3128")
    ///     .build()?;
    /// # Ok::<(), linq::Error>(())
    /// ```
    ///
    /// By default the proxy is that of the environment variable `HTTPS_PROXY`, or else of
    /// `ALL_PROXY`, or else, on macOS and Windows, of the system; hosts that `NO_PROXY` lists are
    /// reached without one, and so is this machine. The names can also be in lower case. The
    /// variables are read when the client is built; `NO_PROXY` has no effect on the proxy that is
    /// passed here.
    pub fn proxy(self, url: impl AsRef<str>) -> Self {
        self.with(own_proxy(url.as_ref()), |builder, proxy| {
            builder.network.proxy = Proxy::Own(Box::new(proxy));
        })
    }

    /// Connects to the service directly, whatever the environment and the system say.
    pub fn no_proxy(mut self) -> Self {
        self.network.proxy = Proxy::None;
        self
    }

    /// Your own HTTP client, such as one with a DNS resolver or with connection pools of your own.
    ///
    /// Build it with the settings of the default one:
    ///
    /// ```
    /// use linq::reqwest::{self, redirect::Policy, retry};
    /// use std::time::Duration;
    ///
    /// let http = reqwest::Client::builder()
    ///     // A write must not be redirected, nor be sent again unseen.
    ///     .redirect(Policy::none())
    ///     .retry(retry::never())
    ///     // A connection that hangs is closed within 25 s.
    ///     .http2_keep_alive_interval(Duration::from_secs(15))
    ///     .http2_keep_alive_timeout(Duration::from_secs(10))
    ///     .http2_keep_alive_while_idle(true)
    ///     // A write does not meet a connection that the server is closing.
    ///     .pool_idle_timeout(Duration::from_secs(4))
    ///     .pool_max_idle_per_host(64)
    ///     .connect_timeout(Duration::from_secs(5))
    ///     .build()?;
    /// let client = linq::Client::builder().api_key("key").http_client(http).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Without the keep-alive, a hung HTTP/2 connection is used again and again: after a timeout,
    /// only the default client's connections are replaced. Keep its timeouts longer than
    /// [`ClientBuilder::timeout`], which still applies.
    ///
    /// If it follows redirects, a write that was redirected fails with [`Error::is_redirect`], and
    /// fewer failures prove that a write was not sent. On a redirect to another origin reqwest
    /// removes the API key, but not the headers of [`ClientBuilder::default_header`]. Give it
    /// `no_proxy()` for a plain `http` base URL, or the API key goes to the proxy.
    pub fn http_client(mut self, http_client: reqwest::Client) -> Self {
        self.network.http_client = Some(http_client);
        self
    }
}

impl Network {
    /// The timeout. Fails if a setting has no effect.
    pub(super) fn checked_connect_timeout(&self) -> Result<Duration, Error> {
        if let Some(name) = self.own().filter(|_| self.http_client.is_some()) {
            return Err(Error::invalid_input(format!(
                "`{name}(..)` has no effect with `http_client(..)`; set it on that client"
            )));
        }
        let timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        positive("connect_timeout", timeout)
    }

    /// The name of a setting that is not the default.
    fn own(&self) -> Option<&'static str> {
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        if let Some(name) = self.certificates.own() {
            return Some(name);
        }
        match self.proxy {
            Proxy::None => Some("no_proxy"),
            Proxy::Own(_) => Some("proxy"),
            Proxy::System => self.connect_timeout.map(|_| "connect_timeout"),
        }
    }

    /// Applies the proxy and the certificates.
    pub(super) fn apply(
        &self,
        base_url: &Url,
        builder: reqwest::ClientBuilder,
    ) -> reqwest::ClientBuilder {
        let builder = match &self.proxy {
            Proxy::Own(proxy) => builder.proxy(proxy.as_ref().clone()),
            Proxy::System if !is_loopback(base_url) => builder,
            Proxy::System | Proxy::None => builder.no_proxy(),
        };
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let builder = self.certificates.apply(base_url, builder);
        builder
    }
}

/// A proxy for `https` only: it would see the API key in plain `http`.
fn own_proxy(url: &str) -> Result<reqwest::Proxy, Error> {
    let invalid = |problem: &str| {
        Error::invalid_input(format!(
            "the URL of `proxy(..)` {problem}; \
             expected something like http://user:password@proxy.example.com:3128"
        ))
    };
    let url =
        Url::parse(url).map_err(|error| invalid(&format!("is not an absolute URL ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(invalid("is neither http nor https"));
    }
    reqwest::Proxy::https(url).map_err(|_| invalid("can't be used"))
}
