//! The operations on webhook subscriptions.

mod create;
mod fields;
mod update;

use std::sync::Arc;

use axum::{Extension, Json};
use http::StatusCode;
use serde_json::{Value, json};

pub(crate) use create::create;
pub(crate) use update::update;

use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;
use crate::state::State;
use crate::subscription::Subscription;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// `GET /v3/webhook-subscriptions`.
pub(crate) async fn list(Extension(account): Extension<Arc<Account>>) -> Json<Value> {
    let state = account.state();
    let subscriptions = state.subscriptions.iter();
    let shown: Vec<_> = subscriptions.map(Subscription::shown).collect();
    Json(json!({"subscriptions": shown}))
}

/// `GET /v3/webhook-subscriptions/{subscriptionId}`.
pub(crate) async fn retrieve(
    Extension(account): Extension<Arc<Account>>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Json<Value>, Refusal> {
    let state = account.state();
    let place = place(&state, &parameters)?;
    Ok(Json(state.subscriptions[place].shown()))
}

/// `DELETE /v3/webhook-subscriptions/{subscriptionId}`.
pub(crate) async fn delete(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    Extension(parameters): Extension<Parameters>,
) -> Result<StatusCode, Refusal> {
    let mut state = account.state();
    let place = place(&state, &parameters)?;
    let mut deleted = state.subscriptions.remove(place);
    deleted.close();
    let event = Event::subscription(&deleted, "deleted", None, trace_id, account.now());
    account.notify(&state, event);
    Ok(StatusCode::NO_CONTENT)
}

/// Where the subscription in the path is.
fn place(state: &State, parameters: &Parameters) -> Result<usize, Refusal> {
    let id = parameters.text("subscriptionId");
    let mut subscriptions = state.subscriptions.iter();
    let place = subscriptions.position(|subscription| Some(subscription.id.as_str()) == id);
    place.ok_or(Refusal::SUBSCRIPTION_NOT_FOUND)
}

/// Refuses a URL of any subscription except the one at `place`.
fn check_unique(state: &State, url: &reqwest::Url, place: Option<usize>) -> Result<(), Refusal> {
    let mut subscriptions = state.subscriptions.iter().enumerate();
    let is_taken =
        subscriptions.any(|(other, it)| Some(other) != place && it.settings.target_url == *url);
    if is_taken {
        return Err(Refusal::INVALID_PARAMETER);
    }
    Ok(())
}
