//! The errors of the API, and their bodies.

use std::borrow::Cow;
use std::time::Duration;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};

use crate::trace_id::TraceId;

/// An error of the API, as its envelope has it.
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
    pub(crate) const UNAUTHORIZED: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        2004,
        "Unauthorized - missing or invalid authentication token",
    );
    pub(crate) const PHONE_NUMBER_NOT_E164: Self = Self::new(
        StatusCode::BAD_REQUEST,
        1002,
        "Phone number must be in E.164 format",
    );
    pub(crate) const INVALID_PARAMETER: Self =
        Self::new(StatusCode::BAD_REQUEST, 1005, "Invalid parameter value");
    pub(crate) const CHAT_NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, 2001, "Chat not found");
    pub(crate) const MISSING_FIELD: Self =
        Self::new(StatusCode::BAD_REQUEST, 1001, "A required field is missing");
    pub(crate) const INVALID_BODY: Self =
        Self::new(StatusCode::BAD_REQUEST, 1003, "Invalid request body");
    pub(crate) const RATE_LIMITED: Self = Self {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: 1007,
        message: Cow::Borrowed("Rate limit exceeded"),
        doc_url: Some(Cow::Borrowed(
            "https://docs.linqapp.com/error/codes/1xxx/1007/",
        )),
        retry_after: None,
    };
    pub(crate) const CARD_NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, 2012, "Contact card not found");
    pub(crate) const CARD_EXISTS: Self = Self::new(
        StatusCode::CONFLICT,
        2014,
        "A contact card already exists for this phone number",
    );
    pub(crate) const INCOMPLETE: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        2022,
        "Contact card setup did not complete",
    );
    pub(crate) const UPSTREAM_RATE_LIMITED: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        4004,
        "Upstream rate limit exceeded",
    );

    /// The service crashes on what it does not expect.
    pub(crate) const INTERNAL_ERROR: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        3006,
        "Internal server error",
    );

    const fn new(status: StatusCode, code: i32, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
            doc_url: None,
            retry_after: None,
        }
    }

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

    /// The errors in the table of codes of a contract, each with what it means for its message.
    pub(crate) fn of_table(contract: &Value) -> impl Iterator<Item = Self> {
        let entries = contract["x-linq-error-codes"].as_array();
        entries.into_iter().flatten().filter_map(|entry| {
            let mut error = entry.clone();
            error["message"] = entry["meaning"].clone();
            Self::read(&json!({"error": error}))
        })
    }

    /// Asks for a wait, in seconds rounded up: waiting as long as asked is waiting long enough.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait
            .as_secs()
            .saturating_add(u64::from(wait.subsec_nanos() > 0));
        Self {
            retry_after: Some(seconds),
            ..self
        }
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

/// A response whose JSON is still to be written: `TraceId::stamp` does that, so that the handlers
/// need not know the trace id.
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn stamped(error: ErrorBody) -> (Response, Value) {
        let mut response =
            TraceId("2eff5df5c6f688733c007523c4d61cd9".into()).stamp(error.into_response());
        let body = std::mem::take(response.body_mut());
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        (response, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn the_body_is_the_documented_one_and_repeats_the_trace_id() {
        let (response, body) = stamped(ErrorBody::UNAUTHORIZED).await;
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(
            response.headers()["x-trace-id"],
            "2eff5df5c6f688733c007523c4d61cd9"
        );
        assert_eq!(
            body,
            json!({
                "success": false,
                "error": {
                    "status": 401,
                    "code": 2004,
                    "message": "Unauthorized - missing or invalid authentication token"
                },
                "trace_id": "2eff5df5c6f688733c007523c4d61cd9"
            })
        );
    }

    #[tokio::test]
    async fn a_wait_is_in_the_header_and_in_the_body() {
        let wait = Duration::from_millis(29_001);
        let (response, body) = stamped(ErrorBody::RATE_LIMITED.retry_after(wait)).await;
        assert_eq!(response.headers()["retry-after"], "30");
        assert_eq!(
            body["error"],
            json!({
                "status": 429,
                "code": 1007,
                "message": "Rate limit exceeded",
                "doc_url": "https://docs.linqapp.com/error/codes/1xxx/1007/",
                "retry_after": 30
            })
        );
    }
}
