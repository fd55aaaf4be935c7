//! Failures below HTTP, described in words of this crate: nothing that a server sent is quoted.

use std::io;
use std::net::SocketAddr;

use h2::Reason;

use super::chain::Chain;
use super::tls;
use crate::error::Kind;

/// Why a request got no response, or not all of one.
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// The reason, without the host.
    pub(crate) reason: String,
    /// What to do about it, unless that follows from the kind.
    pub(crate) advice: Option<&'static str>,
    /// The error code of the operating system, if there is one.
    pub(crate) system: Option<i32>,
    /// The address of the failed connection, if it is known.
    pub(crate) address: Option<SocketAddr>,
    /// Whether the connection was to be made by a proxy.
    pub(crate) is_proxy: bool,
    /// Whether there was no connection yet.
    pub(crate) is_connect: bool,
}

/// Reads what reqwest reports.
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // The URL holds the phone number.
        let error = error.without_url();
        let chain = Chain::new(&error);
        let (kind, reason, advice) = match tls::problem(&chain, error.is_connect()) {
            Some(problem) => (Kind::Tls, problem.to_string(), problem.advice()),
            None => (kind(&error, &chain), reason(&error, &chain), None),
        };
        Self {
            kind,
            reason,
            advice,
            system: chain.find::<io::Error>().and_then(io::Error::raw_os_error),
            address: chain.address(),
            is_proxy: chain.has_proxy(),
            is_connect: error.is_connect(),
        }
    }
}

fn kind(error: &reqwest::Error, chain: &Chain<'_>) -> Kind {
    match chain.find::<h2::Error>() {
        _ if error.is_builder() => Kind::InvalidInput,
        _ if error.is_redirect() => Kind::Redirected,
        _ if error.is_connect() && error.is_timeout() => Kind::ConnectTimeout,
        _ if error.is_connect() && chain.lacks_proxy_authorization() => Kind::ProxyAuthorization,
        _ if error.is_connect() && chain.has_proxy() => Kind::Proxy,
        _ if error.is_connect() => Kind::Connect,
        Some(error) if is_not_processed(error) => Kind::Refused,
        // Any other timeout is that of a connection that gave no sign of life.
        None if error.is_timeout() && !chain.has::<hyper::Error>() && !chain.has::<io::Error>() => {
            Kind::Timeout
        }
        _ => Kind::Broken,
    }
}

fn reason(error: &reqwest::Error, chain: &Chain<'_>) -> String {
    if error.is_redirect() {
        let root = chain.root();
        return match root.as_str() {
            "too many redirects" => root,
            _ => "the HTTP client refused a redirect".to_owned(),
        };
    }
    if error.is_builder() || error.is_dns() {
        return chain.root();
    }
    chain.reason()
}

/// Whether the server states that it has not processed a request: it refused the stream, or it
/// shuts down and names the last stream that it processes. After a shutdown for another reason,
/// nothing is certain.
fn is_not_processed(error: &h2::Error) -> bool {
    error.is_remote()
        && match error.reason() {
            Some(Reason::REFUSED_STREAM) => error.is_reset(),
            Some(Reason::NO_ERROR) => error.is_go_away(),
            _ => false,
        }
}
