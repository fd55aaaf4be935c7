//! Errors of connections that could not be made, or broke, by how far the request got.

use std::net::IpAddr;

use linq_gen::Operation;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::Settings;
use crate::client::http::failure::Failure;
use crate::error::redact::redacted;
use crate::error::{Cause, Error, Kind};

/// How far a request got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    NotSent,
    /// Some of it may have left this machine. For a read, nothing more is known.
    Sent,
    /// The head of the response has arrived.
    Answered,
}

/// The error of a connection that could not be made, or broke.
pub(super) fn failed(
    operation: &Operation,
    error: reqwest::Error,
    progress: Progress,
    settings: &Settings,
    api_key: &SecretString,
) -> Error {
    let failure = Failure::from(error);
    let host = host(&settings.base_url);
    let reason = redacted(&failure.reason, api_key.expose_secret());
    let cause = Cause::new(failure.system, &reason);
    let proxy = proxy(&failure, &settings.base_url);
    let kind = match failure.kind {
        Kind::Connect if proxy.is_some() => Kind::Proxy,
        kind => kind,
    };
    let problem = match (kind, &proxy) {
        (Kind::InvalidInput, _) => format!("the request can't be built: {reason}"),
        (Kind::Connect, _) => format!("no connection to {host}: {reason}"),
        (Kind::ConnectTimeout, None) => format!("no connection to {host} in time"),
        (Kind::ConnectTimeout, Some(proxy)) => {
            format!("no connection to {host} through {proxy} in time")
        }
        (Kind::Proxy | Kind::ProxyAuthorization, proxy) => {
            let proxy = proxy.as_deref().unwrap_or("the proxy");
            format!("no connection to {host} through {proxy}: {reason}")
        }
        (Kind::Tls, None) => format!("no TLS connection to {host}: {reason}"),
        (Kind::Tls, Some(proxy)) => format!("no TLS connection to {proxy}: {reason}"),
        (Kind::Refused, _) => format!("{host} did not process the request: {reason}"),
        (Kind::Timeout, _) => format!("{host} sent no complete response in time"),
        (Kind::Broken, _) if progress == Progress::NotSent => {
            format!("the connection to {host} broke before the request was sent: {reason}")
        }
        (Kind::Broken, _) => {
            format!("the connection to {host} broke before the response was complete: {reason}")
        }
        _ => reason,
    };
    let is_write = !operation.is_read();
    let may_redirect = settings.http.may_redirect_writes;
    let kind = match (kind, progress) {
        (Kind::Broken, Progress::NotSent) => Kind::Connect,
        (Kind::Timeout, Progress::NotSent) => Kind::ConnectTimeout,
        // A custom client may have followed a redirect, and then the failed request was not the
        // first.
        (Kind::InvalidInput, Progress::Sent) if may_redirect => Kind::Redirected,
        (_, Progress::Sent) if is_write && may_redirect && failure.is_connect => Kind::Redirected,
        (Kind::Refused | Kind::Tls, Progress::Sent) if is_write && may_redirect => Kind::Broken,
        // A server that responds has processed the request.
        (Kind::Refused | Kind::Tls, Progress::Answered) => Kind::Broken,
        (kind, _) => kind,
    };
    if kind == Kind::Redirected && is_write {
        let detail =
            format!("your own HTTP client followed a redirect of a write, and then: {problem}");
        let error = Error::new(kind, detail).with_source(cause);
        return error.with_advice(NO_REDIRECTS);
    }
    let error = Error::new(kind, problem).with_source(cause);
    match failure.advice {
        Some(advice) => error.with_advice(advice),
        None => error,
    }
}

/// The advice about redirects for a custom HTTP client.
pub(super) const NO_REDIRECTS: &str = "build it with `redirect(Policy::none())`";

/// The proxy that a connection was made through, if any.
fn proxy(failure: &Failure, base_url: &Url) -> Option<String> {
    let elsewhere = failure.address.filter(|address| {
        let host = base_url.host_str().unwrap_or_default();
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_host = ip.is_err() || ip == Ok(address.ip());
        !is_host || base_url.port_or_known_default() != Some(address.port())
    });
    match (elsewhere, failure.is_proxy) {
        (Some(address), _) => Some(format!("the proxy {address}")),
        (None, true) => Some("the proxy".to_owned()),
        (None, false) => None,
    }
}

/// The host of a base URL, with the port unless it is the usual one.
pub(super) fn host(base_url: &Url) -> &str {
    base_url.authority()
}

#[cfg(test)]
mod tests {
    use linq_gen::operations::UPDATE_CONTACT_CARD;
    use tokio::net::TcpListener;

    use super::*;
    use crate::Client;

    /// An error of a connection that is closed as soon as it is made.
    async fn broken() -> reqwest::Error {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let close = async move { drop(listener.accept().await) };
        tokio::join!(http.get(url).send(), close).0.unwrap_err()
    }

    #[tokio::test]
    async fn a_connection_that_breaks_before_the_request_is_sent_counts_as_not_made() {
        let builder = Client::builder().api_key("key");
        let client = builder.base_url("https://linq.invalid").build().unwrap();
        for (progress, kind, text) in [
            (
                Progress::NotSent,
                Kind::Connect,
                "before the request was sent",
            ),
            (
                Progress::Sent,
                Kind::Broken,
                "before the response was complete",
            ),
        ] {
            let error = failed(
                &UPDATE_CONTACT_CARD,
                broken().await,
                progress,
                client.settings(),
                &SecretString::from("key"),
            );
            assert_eq!(error.kind(), kind, "{error}");
            let text = format!("the connection to linq.invalid broke {text}: ");
            assert!(error.to_string().starts_with(&text), "{error}");
        }
    }
}
