//! The extensions `x-linq-retry` and `x-linq-rate-limits`: what a client may retry, and how many calls the
//! service accepts. `openapi/README.md` documents them.

use std::num::{NonZeroU32, NonZeroU64};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// The extension of an operation.
pub(crate) const RETRY: &str = "x-linq-retry";
/// The extension of the document.
pub(crate) const RATE_LIMITS: &str = "x-linq-rate-limits";

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

impl Retry {
    /// Reads what an operation has under [`RETRY`].
    pub(crate) fn read(statement: &Value) -> Result<Self, PlacedError> {
        serde_path_to_error::deserialize(statement)
    }
}

/// The rate limits of a document by name.
pub(crate) fn rate_limits(document: &Value) -> Result<IndexMap<String, RateLimit>, PlacedError> {
    match document.get(RATE_LIMITS) {
        Some(value) => serde_path_to_error::deserialize(value),
        None => Ok(IndexMap::new()),
    }
}

pub(crate) type PlacedError = serde_path_to_error::Error<serde_json::Error>;
