//! The control endpoint: makes a running sandbox misbehave from outside, in any language.
//!
//! It is a thin layer over what `Sandbox` offers in Rust. The README of this crate documents it.

mod faults;
mod guard;
mod requests;
mod steering;
mod webhooks;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::request_body::RequestBody;

const ROOT: &str = "/sandbox";

/// The endpoints.
const ENDPOINTS: &[Endpoint] = &[
    endpoint(
        "GET",
        "",
        "list the endpoints, and show the state",
        steering::overview,
    ),
    endpoint(
        "POST",
        "/faults",
        "make the next requests fail",
        faults::queue,
    ),
    endpoint("GET", "/faults", "list the waiting faults", faults::list),
    endpoint("DELETE", "/faults", "behave again", faults::clear),
    endpoint(
        "POST",
        "/upstream",
        "fail writes of one number's card",
        steering::upstream,
    ),
    endpoint(
        "POST",
        "/budgets",
        "turn rate limits off or on",
        steering::budgets,
    ),
    endpoint("POST", "/clock", "advance the time", steering::clock),
    endpoint("POST", "/webhooks", "send a webhook", webhooks::send),
    endpoint(
        "GET",
        "/requests",
        "list the newest requests, oldest first",
        requests::list,
    ),
    endpoint("DELETE", "/requests", "forget them", requests::forget),
    endpoint(
        "POST",
        "/reset",
        "restore the state at the start",
        steering::reset,
    ),
];

struct Endpoint {
    method: &'static str,
    /// Below [`ROOT`].
    path: &'static str,
    purpose: &'static str,
    run: fn(&Exchange, &Call<'_>) -> Result<Value, Mistake>,
}

const fn endpoint(
    method: &'static str,
    path: &'static str,
    purpose: &'static str,
    run: fn(&Exchange, &Call<'_>) -> Result<Value, Mistake>,
) -> Endpoint {
    Endpoint {
        method,
        path,
        purpose,
        run,
    }
}

/// A request to the control endpoint.
struct Call<'a> {
    head: &'a Parts,
    body: &'a Bytes,
}

impl Call<'_> {
    /// The fields of the body; an empty body has none.
    fn fields<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        let body: &[u8] = if self.body.is_empty() {
            b"{}"
        } else {
            self.body
        };
        serde_json::from_slice(body).map_err(Mistake::because)
    }
}

/// Why a request to the control endpoint is refused.
#[derive(Debug)]
struct Mistake {
    status: StatusCode,
    why: String,
}

impl Mistake {
    fn because(why: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, why)
    }

    fn new(status: StatusCode, why: impl ToString) -> Self {
        let why = why.to_string();
        Self { status, why }
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        (self.status, legible(&json!({"error": self.why}))).into_response()
    }
}

/// Whether a path belongs to the control endpoint; no path of the API does.
pub(crate) fn is_for(path: &str) -> bool {
    let below = path.strip_prefix(ROOT);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

pub(crate) fn handle(exchange: &Exchange, head: &Parts, body: &RequestBody) -> Response {
    match answer(exchange, head, body) {
        Ok(response) => response,
        Err(mistake) => mistake.into_response(),
    }
}

fn answer(exchange: &Exchange, head: &Parts, body: &RequestBody) -> Result<Response, Mistake> {
    guard::check(head, body)?;
    let path = head.uri.path();
    let below = path.strip_prefix(ROOT).unwrap_or(path);
    let at_path = || ENDPOINTS.iter().filter(|endpoint| endpoint.path == below);
    if let Some(endpoint) = at_path().find(|endpoint| endpoint.method == head.method) {
        let body = &body.bytes;
        let answer = (endpoint.run)(exchange, &Call { head, body })?;
        return Ok(legible(&answer).into_response());
    }
    let methods: Vec<_> = at_path().map(|endpoint| endpoint.method).collect();
    if methods.is_empty() {
        let why = format!("there is no {path}; there are {}", endpoints().join(", "));
        return Err(Mistake::new(StatusCode::NOT_FOUND, why));
    }
    let why = format!("{path} takes {}", methods.join(", "));
    let mistake = Mistake::new(StatusCode::METHOD_NOT_ALLOWED, why);
    Ok(([(ALLOW, methods.join(","))], mistake).into_response())
}

/// JSON for people who read it in a terminal.
fn legible(answer: &Value) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "application/json")],
        format!("{answer:#}\n"),
    )
}

/// Every endpoint: its method and its path.
fn endpoints() -> Vec<String> {
    let endpoints = ENDPOINTS.iter();
    endpoints
        .map(|endpoint| format!("{} {ROOT}{}", endpoint.method, endpoint.path))
        .collect()
}
