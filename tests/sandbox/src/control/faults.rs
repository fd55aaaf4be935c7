//! Faults in the JSON of the control endpoint.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Mistake};
use crate::Fault;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::fault::Action;
use crate::sendable;

/// How many faults can wait at once.
const MAX_WAITING: usize = 100;

/// The longest wait of a fault.
const MAX_MILLISECONDS: u64 = 60 * 60 * 1_000;

/// A [`Fault`] in JSON: what happens, how it is sent, and to which requests.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Described {
    code: Option<u32>,
    status: Option<u16>,
    message: Option<String>,
    body: Option<String>,
    body_base64: Option<String>,
    json: Option<Value>,
    connection: Option<Connection>,

    headers: BTreeMap<String, Values>,
    retry_after: Option<u64>,
    delay_ms: u64,
    cut_after: Option<usize>,
    stall_after: Option<usize>,
    drip: Option<Drip>,
    after_applying: bool,

    operation: Option<String>,
    method: Option<String>,
    times: Option<usize>,
    always: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Connection {
    Cut,
    Stall,
}

/// What a header is sent with, once or several times.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a header is a text or a list of texts")]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl Values {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drip {
    bytes: usize,
    pause_ms: u64,
}

pub(super) fn queue(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    let described: Described = call.fields()?;
    let fault = described.fault(&exchange.api.contract)?;
    if exchange.faults.len() >= MAX_WAITING {
        let why = format!("{MAX_WAITING} faults are waiting already; DELETE /sandbox/faults");
        return Err(Mistake::new(StatusCode::CONFLICT, why));
    }
    exchange.faults.push(fault);
    list(exchange, call)
}

pub(super) fn list(exchange: &Exchange, _: &Call<'_>) -> Result<Value, Mistake> {
    let waiting = exchange.faults.waiting();
    let faults: Vec<_> = waiting.iter().map(described).collect();
    Ok(json!({"faults": faults}))
}

pub(super) fn clear(exchange: &Exchange, call: &Call<'_>) -> Result<Value, Mistake> {
    exchange.faults.clear();
    list(exchange, call)
}

/// A fault that is still waiting.
fn described(fault: &Fault) -> Value {
    let what = match &fault.answer {
        Action::Usual => json!("the usual response"),
        Action::Instead(status, _) => json!(format!("status {}", status.as_u16())),
        Action::Documented(code) => json!(format!("code {code}")),
        Action::Cut => json!("connection cut"),
        Action::Stall => json!("connection stalled"),
    };
    json!({
        "answer": what,
        "operation": fault.operation,
        "method": fault.method.as_ref().map(|method| method.as_str()),
        "times": fault.times,
        "always": fault.times.is_none(),
    })
}

impl Described {
    fn fault(self, contract: &Contract) -> Result<Fault, Mistake> {
        self.check(contract)?;
        let mut fault = self.answer()?;
        for (name, values) in &self.headers {
            for value in values.as_slice() {
                sendable::header(name, value).map_err(Mistake::because)?;
                fault = fault.header(name, value);
            }
        }
        if let Some(seconds) = self.retry_after {
            fault = fault.retry_after(seconds);
        }
        fault = fault.delay(milliseconds("delay_ms", self.delay_ms)?);
        if let Some(bytes) = self.cut_after {
            fault = fault.cut_after(bytes);
        }
        if let Some(bytes) = self.stall_after {
            fault = fault.stall_after(bytes);
        }
        if let Some(drip) = self.drip {
            if drip.bytes == 0 {
                return Err(Mistake::because("`drip.bytes` must be at least 1"));
            }
            fault = fault.drip(drip.bytes, milliseconds("drip.pause_ms", drip.pause_ms)?);
        }
        if self.after_applying {
            fault = fault.after_applying();
        }
        if let Some(operation) = self.operation {
            fault = fault.on_operation(operation);
        }
        if let Some(method) = self.method {
            let method = sendable::method(method.as_str());
            fault = fault.on(method.map_err(Mistake::because)?);
        }
        Ok(match self.times {
            _ if self.always => fault.always(),
            Some(times) => fault.times(times),
            None => fault,
        })
    }

    /// Refuses combinations that make no sense, and names that do not exist.
    fn check(&self, contract: &Contract) -> Result<(), Mistake> {
        let bodies = [
            self.body.is_some(),
            self.body_base64.is_some(),
            self.json.is_some(),
        ];
        let bodies = bodies.into_iter().filter(|is_given| *is_given).count();
        let has_body = bodies > 0;
        let has_response = self.code.is_some() || self.status.is_some() || has_body;
        let has_end = self.cut_after.is_some() || self.stall_after.is_some() || self.drip.is_some();
        let conflicts = [
            (
                self.connection.is_some() && (has_response || has_end),
                "`connection` excludes any other response",
            ),
            (
                self.code.is_some() && has_body,
                "`code` has its own body; leave out any other",
            ),
            (bodies > 1, "use one of `body`, `body_base64` and `json`"),
            (
                self.message.is_some() && (self.code.is_none() || self.status.is_none()),
                "`message` needs `status` and `code`",
            ),
            (
                self.cut_after.is_some() && self.stall_after.is_some(),
                "use either `cut_after` or `stall_after`",
            ),
            (
                self.always && self.times.is_some(),
                "use either `times` or `always`",
            ),
            (self.times == Some(0), "`times` must be at least 1"),
        ];
        if let Some((_, why)) = conflicts.iter().find(|(is_wrong, _)| *is_wrong) {
            return Err(Mistake::because(why));
        }
        if let Some(status) = self.status {
            sendable::status(status).map_err(Mistake::because)?;
        }
        let codes = contract.codes();
        if let (Some(code), None) = (self.code, self.status)
            && !codes.contains(&code)
        {
            let codes: Vec<_> = codes.iter().map(u32::to_string).collect();
            return Err(Mistake::because(format!(
                "the contract has no code {code}; it has {}; add `status` for any other code",
                codes.join(", ")
            )));
        }
        let operations = contract.operation_ids();
        if let Some(operation) = &self.operation
            && !operations.contains(operation.as_str())
        {
            let operations: Vec<_> = operations.into_iter().collect();
            return Err(Mistake::because(format!(
                "there is no operation {operation:?}; there are {}",
                operations.join(", ")
            )));
        }
        Ok(())
    }

    fn answer(&self) -> Result<Fault, Mistake> {
        match (&self.connection, self.status, self.code) {
            (Some(Connection::Cut), ..) => return Ok(Fault::cut()),
            (Some(Connection::Stall), ..) => return Ok(Fault::stall()),
            (None, Some(status), Some(code)) => {
                let message = self.message.as_deref().unwrap_or("A fault of the sandbox");
                return Ok(Fault::error(status, code.cast_signed(), message));
            }
            (None, None, Some(code)) => return Ok(Fault::documented(code)),
            (None, ..) => {}
        }
        let fault = self.status.map_or_else(Fault::none, Fault::status);
        Ok(match (&self.body, &self.body_base64, &self.json) {
            (Some(body), ..) => fault.body(body.clone()),
            (None, Some(body), _) => {
                let body = STANDARD.decode(body);
                fault.body(body.map_err(|_| Mistake::because("`body_base64` is not base64"))?)
            }
            (None, None, Some(json)) => fault.json(json.clone()),
            (None, None, None) => fault,
        })
    }
}

fn milliseconds(name: &str, number: u64) -> Result<Duration, Mistake> {
    if number > MAX_MILLISECONDS {
        let why = format!("`{name}` must be at most {MAX_MILLISECONDS}, an hour");
        return Err(Mistake::because(why));
    }
    Ok(Duration::from_millis(number))
}
