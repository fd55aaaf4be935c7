//! Finds the examples of a document, which responses return.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{fields, resolved};
use crate::error_body::ErrorBody;

/// The first example of a media type, or that of its schema.
pub(super) fn first<'a>(document: &'a Value, media: &'a Value) -> Option<&'a Value> {
    let schema = media.get("schema").map(|schema| resolved(document, schema));
    all(media).next().or_else(|| schema?.get("example"))
}

/// The examples of a media type.
fn all(media: &Value) -> impl Iterator<Item = &Value> {
    let named = media.get("examples").into_iter().flat_map(fields);
    let named = named.filter_map(|(_, example)| example.get("value"));
    media.get("example").into_iter().chain(named)
}

/// The errors in the examples of a response.
pub(super) fn errors(response: &Value) -> impl Iterator<Item = ErrorBody> {
    all(&response["content"]["application/json"]).filter_map(ErrorBody::read)
}

/// By the types of the webhooks of a document, the data of the first example of each.
pub(super) fn webhook_data(document: &Value) -> BTreeMap<String, Value> {
    let webhooks = fields(&document["x-webhooks"]);
    let data = webhooks.filter_map(|(event_type, webhook)| {
        let media = &webhook["post"]["requestBody"]["content"]["application/json"];
        let example = all(media).next()?;
        Some((event_type.clone(), example.get("data")?.clone()))
    });
    data.collect()
}
