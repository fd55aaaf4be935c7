//! Controls budgets, the upstream and the clock, and resets everything.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, ENDPOINTS, Mistake, ROOT};
use crate::exchange::Exchange;
use crate::rules::is_e164;
use crate::webhook::rfc3339;

/// For how many numbers the upstream can fail.
const MAX_FAILING: usize = 1_000;

/// Lists the endpoints, and shows the state.
pub(super) fn overview(exchange: &Exchange, _: &Call<'_>) -> Result<Value, Mistake> {
    let account = &exchange.accounts.main;
    let contract = &exchange.api.contract;
    let endpoints = ENDPOINTS.iter().map(|endpoint| {
        let request = format!("{} {ROOT}{}", endpoint.method, endpoint.path);
        (request, json!(endpoint.purpose))
    });
    Ok(json!({
        "endpoints": endpoints.collect::<serde_json::Map<_, _>>(),
        "now": rfc3339(account.now()),
        "budgets": account.state().has_budgets,
        "faults": exchange.faults.len(),
        "operations": contract.operation_ids(),
        "codes": contract.codes(),
        "webhooks": contract.webhook_data().keys().collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    enforced: bool,
}

/// Turns the budgets of writes and shares on or off.
pub(super) fn budgets(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let Budgets { enforced } = call.fields()?;
    exchange.enforce_budgets(enforced);
    Ok(json!({"enforced": enforced}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance_seconds: u64,
}

/// Advances the time.
pub(super) fn clock(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let Clock { advance_seconds } = call.fields()?;
    let account = &exchange.accounts.main;
    account.clock.advance(Duration::from_secs(advance_seconds));
    Ok(json!({"now": rfc3339(account.now())}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upstream {
    phone_number: String,
    limit_seconds: Option<u64>,
    leave_incomplete: Option<usize>,
    leave_inactive: Option<usize>,
}

/// Makes writes of a number's card fail behind the API.
pub(super) fn upstream(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let given: Upstream = call.fields()?;
    let number = given.phone_number;
    if !is_e164(&number) {
        let why = "`phone_number` must be in E.164 format, such as +15551234567";
        return Err(Mistake::because(why));
    }
    let account = &exchange.accounts.main;
    let now = account.now();
    let upstream = &mut account.state().upstream;
    if upstream.len() > MAX_FAILING {
        let why = "too many numbers fail already; POST /sandbox/reset";
        return Err(Mistake::new(StatusCode::CONFLICT, why));
    }
    if let Some(seconds) = given.limit_seconds {
        upstream.limit(number.clone(), Duration::from_secs(seconds), now);
    }
    if let Some(times) = given.leave_incomplete {
        upstream.leave_incomplete(number.clone(), times);
    }
    if let Some(times) = given.leave_inactive {
        upstream.leave_inactive(number.clone(), times);
    }
    Ok(json!({"phone_number": number}))
}

/// Restores the state at the start.
pub(super) fn reset(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    exchange.reset();
    overview(exchange, call)
}
