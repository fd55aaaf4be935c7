//! What the API says in the body of a refusal or failure.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::{Answer, checked_trace_id};
use crate::api_code::ApiCode;

/// How much of a body is looked at.
const MAX_READ: usize = 64 << 10;
/// How much of a body is kept.
const MAX_EXCERPT: usize = 4096;
const MAX_MESSAGE: usize = 500;

/// The API's error envelope as far as the body has it, and an excerpt of the body whatever it is.
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
        let body = &answer.body[..answer.body.len().min(MAX_READ)];
        let text = String::from_utf8_lossy(body);
        let envelope = fields(text.trim_start_matches('\u{feff}'));
        let error = envelope
            .get("error")
            .map(|error| fields(error.get()))
            .unwrap_or_default();
        let shown = |name: &str| {
            let text: String = value(&error, name)?;
            Some(bounded(&redacted(&text, api_key), MAX_MESSAGE))
        };
        let trace_id: Option<String> = value(&envelope, "trace_id");
        Self {
            code: value(&error, "code").map(ApiCode::new),
            message: shown("message").filter(|message| !message.trim().is_empty()),
            doc_url: shown("doc_url"),
            retry_after: value(&error, "retry_after"),
            trace_id: answer
                .trace_id
                .clone()
                .or_else(|| checked_trace_id(trace_id.as_deref()?, api_key).map(str::to_owned)),
            excerpt: bounded(
                &without_cut_key(redacted(&text, api_key), api_key),
                MAX_EXCERPT,
            ),
        }
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// The fields of an object, each unread: a gateway can answer anything, and one odd field must not cost
/// the others.
fn fields(text: &str) -> Fields<'_> {
    serde_json::from_str(text).unwrap_or_default()
}

fn value<'a, T: Deserialize<'a>>(fields: &Fields<'a>, name: &str) -> Option<T> {
    serde_json::from_str(fields.get(name)?.get()).ok()
}

/// `text` without the API key, as it is or with slashes as JSON can write them.
fn redacted(text: &str, api_key: &SecretString) -> String {
    let key = api_key.expose_secret();
    text.replace(key, "[redacted]")
        .replace(&key.replace('/', "\\/"), "[redacted]")
}

/// `text` without the beginning of the API key that is at its end where the body was cut.
fn without_cut_key(mut text: String, api_key: &SecretString) -> String {
    let key = api_key.expose_secret();
    if let Some(cut) = (4..key.len())
        .rev()
        .find(|&cut| text.ends_with(&key[..cut]))
    {
        text.truncate(text.len() - cut);
    }
    text
}

/// The beginning of `text`, at most `max` bytes of it.
fn bounded(text: &str, max: usize) -> String {
    let end = (0..=max.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text[..end.unwrap_or(0)].to_owned()
}
