//! The recorded requests in JSON.

use axum::extract::Query;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Call, Mistake};
use crate::ReceivedRequest;
use crate::auth;
use crate::exchange::Exchange;
use crate::webhook::rfc3339;

/// How many requests are shown at most.
const MAX_SHOWN: usize = 100;

/// How many bytes of a body are shown.
const MAX_BODY: usize = 64 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Selection {
    #[serde(default = "default_limit")]
    limit: usize,
}

const fn default_limit() -> usize {
    20
}

pub(super) fn list(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let selection = Query::<Selection>::try_from_uri(&call.head.uri);
    let Query(Selection { limit }) =
        selection.map_err(|error| Mistake::because(error.body_text()))?;
    if !(1..=MAX_SHOWN).contains(&limit) {
        let why = format!("`limit` must be from 1 to {MAX_SHOWN}");
        return Err(Mistake::because(why));
    }
    let requests: Vec<_> = exchange
        .recorder
        .newest(limit)
        .iter()
        .map(|request| shown(exchange, request))
        .collect();
    Ok(json!({"requests": requests}))
}

pub(super) fn forget(exchange: &Exchange, _: &Call<'_>) -> Result<Value, Mistake> {
    exchange.recorder.forget();
    Ok(json!({"requests": []}))
}

fn shown(exchange: &Exchange, request: &ReceivedRequest) -> Value {
    // A key of the sandbox is not secret; another may be a real one that was sent here by mistake.
    let is_known = auth::account(&exchange.accounts, &request.headers).is_some();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut headers = Map::new();
    for name in request.headers.keys() {
        let values = request.headers.get_all(name).iter();
        let values: Vec<_> = match name {
            &AUTHORIZATION if !is_known => vec!["not a key of this sandbox".to_owned()],
            _ => values.map(text).collect(),
        };
        headers.insert(name.to_string(), values.join(", ").into());
    }
    let body = &request.body[..request.body.len().min(MAX_BODY)];
    json!({
        "received_at": rfc3339(request.received_at),
        "method": request.method.as_str(),
        "path": request.path,
        "query": request.query,
        "headers": headers,
        "body": String::from_utf8_lossy(body),
        "body_bytes": request.body.len(),
    })
}
