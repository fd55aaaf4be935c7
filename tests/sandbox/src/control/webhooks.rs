//! Webhooks on demand.

use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Mistake};
use crate::exchange::Exchange;
use crate::trace_id::TraceId;
use crate::webhook::Event;

/// The most bytes in an event type: more than any has.
const MAX_TYPE: usize = 200;

/// How many bytes of data an event can have, since many can be on their way.
const MAX_DATA: usize = 64 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    event_type: String,
    data: Option<Value>,
}

/// Sends an event of a type, with the caller's data or the example of the contract.
pub(super) fn send(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let Webhook { event_type, data } = call.fields()?;
    let examples = exchange.api.contract.webhook_data();
    let Some(data) = data.or_else(|| examples.get(&event_type).cloned()) else {
        let types: Vec<_> = examples.keys().map(String::as_str).collect();
        return Err(Mistake::because(format!(
            "the contract has no example of {event_type:?}: send `data` with it; there are \
             examples of {}",
            types.join(", ")
        )));
    };
    if event_type.len() > MAX_TYPE || HeaderValue::from_str(&event_type).is_err() {
        return Err(Mistake::because(
            "`event_type` is not the name of an event type",
        ));
    }
    if data.to_string().len() > MAX_DATA {
        let why = format!("`data` is larger than {MAX_DATA} bytes");
        return Err(Mistake::because(why));
    }
    let account = &exchange.accounts.main;
    let event = Event {
        event_type: event_type.clone(),
        data,
        trace_id: TraceId::fresh(),
        created_at: account.now(),
    };
    let deliveries = account.notify(&account.state(), event);
    let Some(first) = deliveries.first() else {
        let base_path = exchange.api.contract.base_path();
        let why = format!(
            "no active subscription takes {event_type:?}; create one with POST \
             {base_path}/v3/webhook-subscriptions"
        );
        return Err(Mistake::new(StatusCode::CONFLICT, why));
    };
    Ok(json!({"event_id": first.event_id(), "deliveries": deliveries.len()}))
}
