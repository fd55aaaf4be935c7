//! `PUT /v3/webhook-subscriptions/{subscriptionId}`.

use std::sync::Arc;

use axum::{Extension, Json};
use bytes::Bytes;
use reqwest::Url;
use serde_json::{Value, json};

use super::fields::Fields;
use super::{check_unique, place};
use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;
use crate::subscription::Settings;
use crate::trace_id::TraceId;
use crate::webhook::{Event, public};

/// What happened to a subscription: the end of an event's type, and the change.
type Changed = (&'static str, Option<Value>);

/// Changes the fields that are in the body.
pub(crate) async fn update(
    Extension(account): Extension<Arc<Account>>,
    Extension(trace_id): Extension<TraceId>,
    Extension(parameters): Extension<Parameters>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut state = account.state();
    let place = place(&state, &parameters)?;
    let before = state.subscriptions[place].settings.clone();
    let after = changed(before.clone(), &Fields::read(&body)?)?;
    check_unique(&state, &after.target_url, Some(place))?;
    let subscription = &mut state.subscriptions[place];
    if before.is_active && !after.is_active {
        subscription.close();
    }
    if before != after {
        subscription.updated_at = account.now();
    }
    subscription.settings = after.clone();
    let subscription = subscription.clone();
    for (what, change) in changes(&before, &after) {
        let now = account.now();
        let event = Event::subscription(&subscription, what, change, trace_id.clone(), now);
        account.notify(&state, event);
    }
    Ok(Json(subscription.shown()))
}

fn changed(old: Settings, fields: &Fields) -> Result<Settings, Refusal> {
    let header = |name, old| fields.header(name).map(|new| new.unwrap_or(old));
    Ok(Settings {
        target_url: fields.target_url()?.unwrap_or(old.target_url),
        events: fields.events()?.unwrap_or(old.events),
        phone_numbers: fields.phone_numbers()?.unwrap_or(old.phone_numbers),
        is_active: fields.is_active()?.unwrap_or(old.is_active),
        routing_id_header: header("routing_id_header", old.routing_id_header)?,
        routing_key_header: header("routing_key_header", old.routing_key_header)?,
    })
}

/// The changes, each of which sends its own event.
fn changes(before: &Settings, after: &Settings) -> Vec<Changed> {
    let mut changes = Vec::new();
    let mut note = |what, from: Value, to: Value| {
        if from != to {
            changes.push((what, Some(json!({"from": from, "to": to}))));
        }
    };
    let url = |url: &Url| json!(public(url));
    note(
        "target_url_changed",
        url(&before.target_url),
        url(&after.target_url),
    );
    note("events.updated", json!(before.events), json!(after.events));
    note(
        "phone_numbers.updated",
        json!(before.phone_numbers),
        json!(after.phone_numbers),
    );
    let headers = |settings: &Settings| {
        json!({
            "routing_id_header": settings.routing_id_header,
            "routing_key_header": settings.routing_key_header,
        })
    };
    let is_cleared = after.routing_id_header.is_none() && after.routing_key_header.is_none();
    note(
        if is_cleared {
            "routing_headers_cleared"
        } else {
            "routing_headers_set"
        },
        headers(before),
        headers(after),
    );
    match (before.is_active, after.is_active) {
        (false, true) => changes.push(("enabled", None)),
        (true, false) => changes.push(("disabled", None)),
        _ => {}
    }
    changes
}
