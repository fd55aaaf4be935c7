//! The base URL of the API.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::Error;

pub(crate) use linq_gen::BASE_URL;

pub(crate) const BASE_URL_VARIABLE: &str = "LINQ_API_V3_BASE_URL";

/// Every request's path starts with it.
const VERSION: &str = "v3";

/// The host and the port of a base URL.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) port: u16,
}

impl From<&Url> for Server {
    fn from(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        Self {
            address: host.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
        }
    }
}

/// Checks a base URL. Its path loses trailing slashes, and then one last segment `v3`.
///
/// An error does not repeat the URL, whose path, query and credentials can be secret.
pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let invalid = |problem: &str| {
        Error::invalid_input(format!(
            "the base URL ({BASE_URL_VARIABLE} or `base_url(..)`) {problem}; \
             expected something like {BASE_URL}"
        ))
    };
    let mut url =
        Url::parse(text).map_err(|error| invalid(&format!("is not an absolute URL ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(invalid("is neither https nor http"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("has a user name or a password"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(invalid(
            "is plain http to another machine, which would expose the API key; use https",
        ));
    }
    let path = without_version(url.path()).to_owned();
    url.set_path(&path);
    Ok(url)
}

fn without_version(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((rest, last)) if last.eq_ignore_ascii_case(VERSION) => rest.trim_end_matches('/'),
        _ => path,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_v3_is_dropped_once() {
        for (given, used) in [
            ("/api/partner", "/api/partner"),
            ("/api/partner///", "/api/partner"),
            ("/api/partner/v3", "/api/partner"),
            ("/api/partner/v3/", "/api/partner"),
            ("/api/partner/v3//", "/api/partner"),
            ("/api/partner//v3", "/api/partner"),
            ("/api/partner/V3", "/api/partner"),
            ("/api/partner/./v3/../v3", "/api/partner"),
            ("/v3", "/"),
            ("/v3//", "/"),
            ("//v3", "/"),
            ("/", "/"),
            ("", "/"),
            ("/v3/v3", "/v3"),
            ("/v3/v3/v3", "/v3/v3"),
            ("/v3/api", "/v3/api"),
            ("/api/v3x", "/api/v3x"),
            ("/api/xv3", "/api/xv3"),
            ("/api/v30", "/api/v30"),
            ("/api/v2", "/api/v2"),
            ("/api/%763", "/api/%763"),
            ("/api%2Fv3", "/api%2Fv3"),
            ("/a%20b/v3", "/a%20b"),
            ("/caf\u{e9}/v3", "/caf%C3%A9"),
        ] {
            let url = parse(&format!("https://example.com{given}")).unwrap();
            assert_eq!(url.path(), used, "{given}");
        }
    }
}
