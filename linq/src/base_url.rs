//! Where the API is.

use reqwest::Url;

use crate::error::Error;
use crate::http_client::is_loopback;

pub(crate) const BASE_URL_VARIABLE: &str = "LINQ_API_V3_BASE_URL";
pub(crate) const BASE_URL: &str = "https://api.linqapp.com/api/partner";

/// Checks a base URL. What is wrong is told without the URL's path, query and credentials.
pub(crate) fn check(text: &str) -> Result<Url, Error> {
    let wrong = |problem: &str| {
        Error::invalid_input(format!(
            "the base URL ({BASE_URL_VARIABLE} or `base_url(..)`) {problem}; \
             expected something like {BASE_URL}"
        ))
    };
    let url =
        Url::parse(text).map_err(|error| wrong(&format!("is not an absolute URL ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("is neither https nor http"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name or a password"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(wrong(
            "is plain http to another machine, where the API key could be read on the way; use https",
        ));
    }
    Ok(url)
}
