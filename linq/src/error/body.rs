//! The API's error in the body of a response.

use std::borrow::Cow;
use std::fmt;

use linq_gen::{ApiCode, Received};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::line::Line;
use super::redact::redacted;
use super::trace_id;
use crate::decode::without_bom;

/// How many bytes of a body are kept, and of a text in it are examined.
const MAX_EXCERPT: usize = 4096;

/// The API's error, as far as the body has one, and an excerpt of any body.
#[derive(Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<ApiCode>,
    pub(crate) message: Option<Line>,
    pub(crate) doc_url: Option<Line>,
    pub(crate) retry_after: Option<f64>,
    pub(crate) trace_id: Option<String>,
    pub(crate) excerpt: String,
}

impl ErrorBody {
    /// Reads the body of a response, and removes the API key if it is echoed.
    pub(crate) fn read(received: &Received, api_key: &SecretString) -> Self {
        let text = String::from_utf8_lossy(without_bom(&received.body));
        let excerpt = |text: &str| redacted(beginning(text), api_key.expose_secret());
        let [error, trace_id] = fields(&text, ["error", "trace_id"]);
        let [code, message, doc_url, retry_after] = fields(
            error.map(RawValue::get).unwrap_or_default(),
            ["code", "message", "doc_url", "retry_after"],
        );
        let shown = |field| Some(Line::new(&excerpt(&value::<String>(field)?)));
        Self {
            code: value(code).map(ApiCode::new),
            message: shown(message).filter(|message| !message.as_str().trim().is_empty()),
            doc_url: shown(doc_url),
            retry_after: value(retry_after),
            trace_id: trace_id::in_headers(received, api_key).or_else(|| {
                let trace_id: String = value(trace_id)?;
                trace_id::shown(&trace_id, api_key).map(str::to_owned)
            }),
            excerpt: excerpt(&text),
        }
    }
}

/// The fields of an object with these names, each still undecoded: a gateway can respond with
/// anything, and one odd field must not spoil the others. Of two fields with one name, the later
/// counts.
fn fields<'a, const N: usize>(text: &'a str, names: [&str; N]) -> [Option<&'a RawValue>; N] {
    let fields = Fields(names);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let found = deserializer.deserialize_map(fields);
    match deserializer.end() {
        Ok(()) => found.unwrap_or([None; N]),
        Err(_) => [None; N],
    }
}

struct Fields<'n, const N: usize>([&'n str; N]);

impl<'a, const N: usize> Visitor<'a> for Fields<'_, N> {
    type Value = [Option<&'a RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(Name(name)) = map.next_key()? {
            match self.0.iter().position(|known| *known == name) {
                Some(position) => found[position] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// The name of a field.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

fn value<'a, T: Deserialize<'a>>(field: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(field?.get()).ok()
}

/// The beginning of `text`, with at most as many bytes as an excerpt.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = end.take_while(|end| *end <= MAX_EXCERPT).last();
    &text[..end.unwrap_or(0)]
}
