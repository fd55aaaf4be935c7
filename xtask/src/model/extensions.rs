//! The extensions, which `openapi/README.md` documents.

use std::num::{NonZeroU32, NonZeroU64};

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Of an operation: [`Retry`] and [`Pagination`].
pub(crate) const RETRY: &str = "x-linq-retry";
pub(crate) const PAGINATION: &str = "x-linq-pagination";
/// Of the document: [`RateLimits`] and a list of [`ErrorCode`].
pub(crate) const RATE_LIMITS: &str = "x-linq-rate-limits";
pub(crate) const ERROR_CODES: &str = "x-linq-error-codes";
/// Of a schema: the descriptions of the values of its `enum`, each by the value, as Redocly shows them.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enumDescriptions";

/// Why an extension can't be read, and where in it.
pub(crate) type PlacedError = serde_path_to_error::Error<serde_json::Error>;

/// Reads an extension of an object, if the object has it.
pub(crate) fn read<T: DeserializeOwned>(
    object: &Value,
    name: &str,
) -> Result<Option<T>, PlacedError> {
    let extension = object.get(name);
    extension.map(serde_path_to_error::deserialize).transpose()
}

/// What may be retried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retry {
    pub(crate) idempotent: bool,
    #[serde(default)]
    pub(crate) retry_on: Vec<RetryOn>,
    #[serde(default)]
    pub(crate) done_on: Vec<DoneOn>,
    pub(crate) rate_limit: Option<String>,
}

/// A refusal after which an operation that is not idempotent may be retried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetryOn {
    pub(crate) status: u16,
    pub(crate) code: Option<u32>,
    pub(crate) max_retries: Option<NonZeroU32>,
    pub(crate) requires: Option<Requirement>,
}

/// A refusal that shows that an earlier attempt, whose response was lost, was applied.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneOn {
    pub(crate) status: u16,
    pub(crate) code: Option<u32>,
}

/// What a response must have for a retry.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Requirement {
    RetryAfter,
}

/// The rate limits of a document by name.
pub(crate) type RateLimits = IndexMap<String, RateLimit>;

/// How many calls the service accepts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    pub(crate) calls: NonZeroU32,
    pub(crate) seconds: NonZeroU64,
    /// What has a limit of its own, for people.
    pub(crate) per: String,
    pub(crate) counts: Counts,
}

/// Which calls count toward a rate limit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Counts {
    All,
    /// Those that are not refused.
    Accepted,
}

/// An error code, what it is called in Rust, and what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    pub(crate) code: u32,
    /// The HTTP status that it usually comes with.
    pub(crate) status: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
}

/// How to get from one page of a list to the next.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pagination {
    /// The query parameter that takes the cursor.
    pub(crate) parameter: String,
    /// The field of the response that has the cursor of the next page.
    pub(crate) next: String,
    /// The field of the response that has the items.
    pub(crate) items: String,
}
