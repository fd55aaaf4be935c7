//! How a client reaches the service: proxy, certificates, or an HTTP client of the caller's own.

use std::time::Duration;

use reqwest::Url;

use crate::client::base_url::is_loopback;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::client::http::certificates::Certificates;
use crate::client::positive;
use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings for connections.
#[derive(Clone, Default)]
pub(crate) struct Network {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) proxy: Proxy,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) certificates: Certificates,
    pub(crate) http_client: Option<reqwest::Client>,
}

#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// That of the environment or of the system.
    #[default]
    System,
    None,
    Own(Box<reqwest::Proxy>),
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

    /// Loads the certificates of the system, for all HTTP clients with these settings.
    pub(super) fn load_certificates(&mut self) {
        #[cfg(feature = "rustls")]
        self.certificates.load();
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
pub(crate) fn own_proxy(url: &str) -> Result<reqwest::Proxy, Error> {
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
