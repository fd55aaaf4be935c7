//! The HTTP clients that are used unless the caller brings one.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Url, redirect};

use crate::error::Error;

const MAX_REDIRECTS: usize = 10;

/// The longest that an idle connection is kept for a write: less than servers commonly keep one, since a
/// write that meets a connection being closed has an unknown outcome.
const WRITE_IDLE: Duration = Duration::from_secs(4);

/// The HTTP clients for what changes nothing and for what does.
pub(crate) struct HttpClients {
    pub(crate) read: reqwest::Client,
    pub(crate) write: reqwest::Client,
    /// Whether nobody here knows what they do with redirects.
    pub(crate) are_callers_own: bool,
}

impl HttpClients {
    /// Builds HTTP clients for a base URL.
    pub(crate) fn build(base_url: &Url, connect_timeout: Duration) -> Result<Self, Error> {
        if base_url.scheme() == "https" && !cfg!(any(feature = "rustls", feature = "native-tls")) {
            return Err(Error::invalid_input(
                "https needs TLS: enable the feature `rustls` or `native-tls` of the crate `linq`",
            ));
        }
        let builder = || builder(base_url).connect_timeout(connect_timeout);
        let write = builder()
            .redirect(redirect::Policy::none())
            // One attempt is one request on the wire.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(WRITE_IDLE);
        Ok(Self {
            read: finish(builder().redirect(same_origin()))?,
            write: finish(write)?,
            are_callers_own: false,
        })
    }
}

/// A caller's own HTTP client does everything.
impl From<reqwest::Client> for HttpClients {
    fn from(http: reqwest::Client) -> Self {
        Self {
            read: http.clone(),
            write: http,
            are_callers_own: true,
        }
    }
}

fn builder(base_url: &Url) -> reqwest::ClientBuilder {
    let mut builder = reqwest::Client::builder();
    if is_loopback(base_url) {
        // A proxy would take plain text off this machine.
        builder = builder.no_proxy();
    }
    #[cfg(feature = "rustls")]
    {
        builder = builder.tls_backend_rustls();
    }
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    if base_url.scheme() == "http" {
        // Loading the platform's root certificates takes most of the time that a client takes to build.
        builder = builder.tls_certs_only([]);
    }
    builder
}

fn finish(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    builder.build().map_err(|error| {
        let root = root_cause(&error);
        Error::invalid_input(format!(
            "the HTTP client can't be built: {root}; \
             if the system has no root certificates, install them (such as the package ca-certificates)"
        ))
        .with_source(error)
    })
}

/// Follows redirects within one origin; any other would take the request to somebody else.
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

/// Whether a URL leads to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// What is at the end of an error's chain of sources.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
