//! The extensions `x-linq-retry` and `x-linq-budgets`: what a client may send again, and how often the
//! service takes a call.

use std::num::{NonZeroU32, NonZeroU64};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// The extension of an operation.
pub(crate) const RETRY: &str = "x-linq-retry";
/// The extension of the document.
pub(crate) const BUDGETS: &str = "x-linq-budgets";

/// What may be sent again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retry {
    pub(crate) repeatable: bool,
    #[serde(default)]
    pub(crate) again: Vec<Again>,
    pub(crate) budget: Option<String>,
}

/// A refusal after which an operation that is not repeatable may be sent again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Again {
    pub(crate) status: u16,
    pub(crate) code: Option<u32>,
    pub(crate) times: Option<NonZeroU32>,
    pub(crate) wait: Option<Wait>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wait {
    /// Only after the wait that the answer asks for.
    Asked,
}

/// How often the service takes a call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    pub(crate) calls: NonZeroU32,
    pub(crate) seconds: NonZeroU64,
    /// What has a budget of its own, for people.
    pub(crate) per: String,
    pub(crate) counts: Counts,
}

/// Which calls count against a budget.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Counts {
    All,
    /// Those that are not refused.
    Accepted,
}

impl Retry {
    /// What an operation says under [`RETRY`].
    pub(crate) fn read(statement: &Value) -> Result<Self, PlacedError> {
        serde_path_to_error::deserialize(statement)
    }
}

/// The budgets of a document by their names.
pub(crate) fn budgets(document: &Value) -> Result<IndexMap<String, Budget>, PlacedError> {
    match document.get(BUDGETS) {
        Some(value) => serde_path_to_error::deserialize(value),
        None => Ok(IndexMap::new()),
    }
}

pub(crate) type PlacedError = serde_path_to_error::Error<serde_json::Error>;
