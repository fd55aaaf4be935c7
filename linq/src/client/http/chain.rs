//! The chain of errors behind a failed request, and its texts that are safe to show.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

/// The beginning of the text of a proxy's error, whose type is private.
const TUNNEL: &str = "tunnel error: ";

/// An error and its sources, outermost first.
pub(super) struct Chain<'a>(Vec<&'a (dyn StdError + 'static)>);

impl<'a> Chain<'a> {
    pub(super) fn new(error: &'a (dyn StdError + 'static)) -> Self {
        /// More errors than any chain has.
        const MAX_LENGTH: usize = 64;
        let mut chain = vec![error];
        while let Some(next) = chain.last().and_then(|error| next(*error))
            && chain.len() < MAX_LENGTH
        {
            chain.push(next);
        }
        Self(chain)
    }

    pub(super) fn find<T: StdError + 'static>(&self) -> Option<&'a T> {
        self.0.iter().rev().find_map(|error| error.downcast_ref())
    }

    pub(super) fn has<T: StdError + 'static>(&self) -> bool {
        self.find::<T>().is_some()
    }

    pub(super) fn root(&self) -> String {
        self.0.last().map(ToString::to_string).unwrap_or_default()
    }

    /// Whether a proxy was asked for a connection to the host. The types of its errors are private.
    pub(super) fn has_proxy(&self) -> bool {
        let mut texts = self.0.iter().map(ToString::to_string);
        texts.any(|text| text.starts_with(TUNNEL) || text.contains("socks proxy"))
    }

    /// Whether a proxy refused the user name or the password, or their absence (407).
    pub(super) fn lacks_proxy_authorization(&self) -> bool {
        self.reason() == "proxy authorization required"
    }

    /// The address of a failed connection, which only the `Debug` form of a private type has.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        let mut texts = self.0.iter().map(|error| format!("{error:?}"));
        texts.find_map(|text| {
            let (_, rest) = text.split_once("ConnectError(\"tcp connect error\", ")?;
            rest.split(',').next()?.parse().ok()
        })
    }

    /// The text of the innermost error that is known to be harmless.
    pub(super) fn reason(&self) -> String {
        let known = self.0.iter().rev().find_map(|error| {
            if let Some(error) = error.downcast_ref::<h2::Error>() {
                h2_reason(error)
            } else if let Some(error) = error.downcast_ref::<io::Error>() {
                Some(io_reason(error))
            } else if error.downcast_ref().is_some_and(hyper::Error::is_timeout) {
                Some("no response to an HTTP/2 ping".to_owned())
            } else if error.is::<hyper::Error>() || error.is::<reqwest::Error>() {
                Some(error.to_string())
            } else {
                let text = error.to_string();
                text.strip_prefix(TUNNEL).map(str::to_owned)
            }
        });
        known.unwrap_or_default()
    }
}

/// The source of `error`, also where `io::Error` and `h2::Error` do not return it as `source`.
fn next<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.get_ref().map(|inner| inner as _);
    }
    if let Some(io) = error
        .downcast_ref::<h2::Error>()
        .and_then(h2::Error::get_io)
    {
        return Some(io);
    }
    error.source()
}

/// The error of the system, or else its kind: any other content of an `io::Error` is unknown.
fn io_reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.kind().to_string(),
    }
}

/// What ended a stream or a connection, without the data that a server may add.
fn h2_reason(error: &h2::Error) -> Option<String> {
    let reason = error.reason()?;
    let frame = match error {
        _ if error.is_go_away() => "GOAWAY",
        _ if error.is_reset() => "RST_STREAM",
        _ => "error",
    };
    let side = if error.is_remote() {
        "the server sent"
    } else {
        "this client sent"
    };
    Some(format!("{side} HTTP/2 {frame} {reason:?}"))
}
