//! The HTTP client that is used unless the caller brings one.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Url, redirect};

use crate::error::Error;

const MAX_REDIRECTS: usize = 10;

/// Builds an HTTP client for a base URL.
pub(crate) fn build(base_url: &Url, connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    if base_url.scheme() == "https" && !cfg!(any(feature = "rustls", feature = "native-tls")) {
        return Err(Error::invalid_input(
            "https needs TLS: enable the feature `rustls` or `native-tls` of the crate `linq`",
        ));
    }
    let mut builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(same_origin());
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
