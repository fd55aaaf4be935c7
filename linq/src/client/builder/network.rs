//! The settings for connections.

use std::time::Duration;

use super::ClientBuilder;
use crate::client::http::network::{Proxy, own_proxy};
#[cfg(doc)]
use crate::error::Error;

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

    /// Connects to the service directly, regardless of the environment and the system's settings.
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
