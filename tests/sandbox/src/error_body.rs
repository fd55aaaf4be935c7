//! The errors of the API, and their bodies.

use std::borrow::Cow;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};

use crate::trace_id::TraceId;

/// An error in the envelope of the API.
#[derive(Clone, Debug)]
pub(crate) struct ErrorBody {
    pub(crate) status: StatusCode,
    pub(crate) code: i32,
    pub(crate) message: Cow<'static, str>,
    pub(crate) doc_url: Option<Cow<'static, str>>,
    /// Whole seconds.
    pub(crate) retry_after: Option<u64>,
}

impl ErrorBody {
    /// The error in a body, such as an example of the contract.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let error = body.get("error")?;
        let text = |field: &str| error.get(field)?.as_str().map(str::to_owned);
        let number = |field: &str| error.get(field)?.as_u64();
        Some(Self {
            status: StatusCode::from_u16(number("status")?.try_into().ok()?).ok()?,
            code: number("code")?.try_into().ok()?,
            message: text("message")?.into(),
            doc_url: text("doc_url").map(Cow::Owned),
            retry_after: number("retry_after"),
        })
    }

    /// The errors in the table of codes of a contract, with their meanings as messages.
    pub(crate) fn from_table(contract: &Value) -> impl Iterator<Item = Self> {
        let entries = contract["x-linq-error-codes"].as_array();
        entries.into_iter().flatten().filter_map(|entry| {
            let mut error = entry.clone();
            error["message"] = entry["meaning"].clone();
            Self::read(&json!({"error": error}))
        })
    }

    pub(crate) fn json(&self, trace_id: &TraceId) -> Value {
        let mut error = json!({
            "status": self.status.as_u16(),
            "code": self.code,
            "message": self.message,
        });
        if let Some(url) = &self.doc_url {
            error["doc_url"] = url.as_ref().into();
        }
        if let Some(seconds) = self.retry_after {
            error["retry_after"] = seconds.into();
        }
        json!({"success": false, "error": error, "trace_id": trace_id.0})
    }
}

/// `TraceId::stamp` writes the JSON later, so that the trace id need not be known here.
impl IntoResponse for ErrorBody {
    fn into_response(self) -> Response {
        let retry_after = self
            .retry_after
            .map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
        (
            self.status,
            [(CONTENT_TYPE, "application/json")],
            retry_after,
            Extension(self),
        )
            .into_response()
    }
}
