//! What the API says in the body of a refusal or failure.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::answer::{Answer, is_trace_id};
use crate::api_code::ApiCode;

/// How much of a body is kept, and looked at.
const MAX_BYTES: usize = 4096;
const MAX_MESSAGE: usize = 500;

/// The API's error envelope as far as the body has it, and an excerpt of the body whatever it is.
///
/// Read field by field: a gateway in front of the API can answer anything, and one odd field must not
/// cost the others.
pub(crate) struct ErrorBody {
    pub(crate) code: Option<ApiCode>,
    pub(crate) message: Option<String>,
    pub(crate) doc_url: Option<String>,
    pub(crate) retry_after: Option<f64>,
    pub(crate) trace_id: Option<String>,
    pub(crate) excerpt: String,
}

impl ErrorBody {
    /// Reads what `answer` says; the API key, should it be echoed, is taken out.
    pub(crate) fn read(answer: &Answer, api_key: &SecretString) -> Self {
        let redact = |text: &str| text.replace(api_key.expose_secret(), "[redacted]");
        let envelope: Value = match answer.body.len() {
            0..=MAX_BYTES => serde_json::from_slice(&answer.body).unwrap_or_default(),
            _ => Value::Null,
        };
        let error = &envelope["error"];
        let text = |value: &Value| {
            value
                .as_str()
                .map(|text| bounded(&redact(text), MAX_MESSAGE))
        };
        Self {
            code: error["code"]
                .as_u64()
                .and_then(|code| u32::try_from(code).ok())
                .map(ApiCode::new),
            message: text(&error["message"]).filter(|message| !message.trim().is_empty()),
            doc_url: text(&error["doc_url"]),
            retry_after: error["retry_after"].as_f64(),
            trace_id: answer
                .trace_id()
                .or(envelope["trace_id"].as_str())
                .map(redact)
                .filter(|id| is_trace_id(id)),
            // A key that straddles the cut is whole in the longer part.
            excerpt: bounded(
                &redact(&String::from_utf8_lossy(
                    &answer.body[..answer.body.len().min(2 * MAX_BYTES)],
                )),
                MAX_BYTES,
            ),
        }
    }
}

/// The beginning of `text`, at most `max` bytes of it.
fn bounded(text: &str, max: usize) -> String {
    let end = (0..=max.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text[..end.unwrap_or(0)].to_owned()
}
