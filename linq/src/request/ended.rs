//! How an attempt, or a call, ended.

use linq_gen::Operation;

use crate::error::Error;
use crate::observer::AttemptEnd;
use crate::request::response::Response;

/// The `error.type` of what was dropped.
pub(super) const CANCELLED: &str = "cancelled";

/// The template of the path, if the contract has one.
pub(super) fn url_template(operation: &'static Operation) -> Option<&'static str> {
    Some(operation.path).filter(|path| !path.is_empty())
}

/// How an attempt, or a call, ended.
pub(super) fn end_of<'a, T>(outcome: Result<&'a Response<T>, &'a Error>) -> AttemptEnd<'a> {
    match outcome {
        Ok(response) => AttemptEnd {
            status: Some(response.status()),
            trace_id: response.trace_id(),
            ..AttemptEnd::default()
        },
        Err(error) => AttemptEnd {
            status: error.status(),
            error_type: Some(error.error_type()),
            api_code: error.api_code(),
            trace_id: error.trace_id(),
            write_outcome: error.write_outcome(),
            ..AttemptEnd::default()
        },
    }
}

pub(super) fn cancelled() -> AttemptEnd<'static> {
    AttemptEnd {
        error_type: Some(CANCELLED),
        ..AttemptEnd::default()
    }
}
