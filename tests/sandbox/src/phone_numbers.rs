//! `GET /v3/phone_numbers` and `PUT /v3/phone_numbers/{phoneNumberId}`.

use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::Line;
use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;
use crate::rules::is_e164;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// The documentation page of the reputation of a line.
const DOC_URL: &str = "https://docs.linqapp.com";

/// Returns every line.
pub(crate) async fn list(Extension(account): Extension<Arc<Account>>) -> Json<Value> {
    let state = account.state();
    let lines: Vec<_> = state
        .lines()
        .iter()
        .map(|line| {
            let mut shown = changeable(line);
            shown["line_type"] = line.line_type.as_str().into();
            shown["reputation"] = json!({"status": line.reputation, "doc_url": DOC_URL});
            shown
        })
        .collect();
    Json(json!({"phone_numbers": lines}))
}

/// Sets or clears the number that a line forwards calls to.
pub(crate) async fn update(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    Extension(parameters): Extension<Parameters>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let id = parameters.text("phoneNumberId").unwrap_or_default();
    let mut state = account.state();
    let line = state.line_mut(id).ok_or(Refusal::LINE_NOT_FOUND)?;
    let to = forwarding_number(&body)?;
    let from = std::mem::replace(&mut line.forwarding_number, to.clone());
    let line = line.clone();
    if from != to {
        let change = json!({"from": from, "to": to});
        let event = Event::forwarding_updated(&line, change, trace_id, account.now());
        account.notify(&state, event);
    }
    Ok(Json(changeable(&line)))
}

/// The part of a line in the response to an update.
fn changeable(line: &Line) -> Value {
    json!({
        "id": line.id(),
        "phone_number": line.phone_number,
        "forwarding_number": line.forwarding_number,
    })
}

/// The number in a body; null and the empty text clear it.
fn forwarding_number(body: &[u8]) -> Result<Option<String>, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::INVALID_BODY)?;
    let fields = body.as_object().ok_or(Refusal::INVALID_BODY)?;
    match fields.get("forwarding_number") {
        None => Err(Refusal::MISSING_FIELD),
        Some(Value::Null) => Ok(None),
        Some(Value::String(number)) if number.is_empty() => Ok(None),
        Some(Value::String(number)) if is_e164(number) => Ok(Some(number.clone())),
        Some(Value::String(_)) => Err(Refusal::PHONE_NUMBER_NOT_E164),
        Some(_) => Err(Refusal::INVALID_BODY),
    }
}
