//! `POST /v3/webhook-subscriptions`.

use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::check_unique;
use super::fields::Fields;
use crate::account::Account;
use crate::refusal::Refusal;
use crate::subscription::{Settings, Subscription};
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// How many subscriptions an account can have; more are refused with code 1005.
const MAX_SUBSCRIPTIONS: usize = 100;

/// Creates a subscription, and shows its secret only in this response.
pub(crate) async fn create(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let settings = settings(&body)?;
    let mut state = account.state();
    check_unique(&state, &settings.target_url, None)?;
    if state.subscriptions.len() >= MAX_SUBSCRIPTIONS {
        return Err(Refusal::INVALID_PARAMETER);
    }
    let now = account.now();
    let (created, secret) = Subscription::new(settings, now).ok_or(Refusal::INTERNAL_ERROR)?;
    state.subscriptions.push(created.clone());
    let mut event = Event::subscription(&created, "created", None, trace_id, now);
    event.data["webhook_subscription"]["events"] = json!(created.settings.events);
    account.notify(&state, event);
    let mut shown = created.shown();
    shown["signing_secret"] = secret.into();
    Ok((StatusCode::CREATED, Json(shown)))
}

fn settings(body: &[u8]) -> Result<Settings, Refusal> {
    let fields = Fields::read(body)?;
    // Only an update can clear something.
    if fields.has_null(&["phone_numbers", "routing_id_header", "routing_key_header"]) {
        return Err(Refusal::INVALID_BODY);
    }
    Ok(Settings {
        target_url: fields.target_url()?.ok_or(Refusal::MISSING_FIELD)?,
        events: fields.events()?.ok_or(Refusal::MISSING_FIELD)?,
        phone_numbers: fields.phone_numbers()?.unwrap_or_default(),
        is_active: true,
        routing_id_header: fields.header("routing_id_header")?.flatten(),
        routing_key_header: fields.header("routing_key_header")?.flatten(),
    })
}
