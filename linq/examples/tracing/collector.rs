//! A stand-in for an OpenTelemetry collector, which keeps what it gets as lines of text.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SHOWN: [&str; 5] = ["error.", "http.", "linq.", "server.", "url."];

type Lines = Arc<Mutex<Vec<String>>>;

pub(crate) struct Collector {
    endpoint: String,
    lines: Lines,
}

impl Collector {
    /// Starts it on a free port. It stops with the runtime.
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let lines = Lines::default();
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .with_state(Arc::clone(&lines));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { endpoint, lines })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What it has received, one span or metric a line.
    pub(crate) fn received(&self) -> Vec<String> {
        let lines = self.lines.lock();
        lines.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn traces(State(lines): State<Lines>, Json(body): Json<Value>) -> Json<Value> {
    let spans = nested(&body, &["resourceSpans", "scopeSpans", "spans"]);
    keep(&lines, spans.into_iter().map(span));
    Json(json!({}))
}

async fn metrics(State(lines): State<Lines>, Json(body): Json<Value>) -> Json<Value> {
    let metrics = nested(&body, &["resourceMetrics", "scopeMetrics", "metrics"]);
    keep(&lines, metrics.into_iter().flat_map(points));
    Json(json!({}))
}

fn keep(lines: &Lines, new: impl Iterator<Item = String>) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines.extend(new);
}

/// The objects at the end of a path of arrays.
fn nested<'a>(body: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    path.iter().fold(vec![body], |objects, name| {
        let arrays = objects
            .into_iter()
            .filter_map(|object| object[name].as_array());
        arrays.flatten().collect()
    })
}

fn span(span: &Value) -> String {
    let kind = match span["kind"].as_u64() {
        Some(3) => "client",
        _ => "internal",
    };
    let status = match span["status"]["code"].as_u64() {
        Some(2) => " (error)",
        _ => "",
    };
    let events = nested(span, &["events"]).into_iter().map(|event| {
        let error_type = attribute(event, "error.type").unwrap_or_default();
        let text = format!("{} {error_type}", text(&event["name"]));
        format!(" [{}]", text.trim_end())
    });
    format!(
        "span {} ({kind}){status}: {}{}",
        text(&span["name"]),
        attributes(span),
        events.collect::<String>()
    )
}

fn points(metric: &Value) -> Vec<String> {
    let data = ["histogram", "sum", "gauge"].map(|kind| &metric[kind]);
    let points = data
        .into_iter()
        .flat_map(|data| nested(data, &["dataPoints"]));
    let lines = points.map(|point| {
        let value = match point.get("count") {
            Some(count) => format!("count {}", text(count)),
            None => text(&point["asInt"]),
        };
        let (name, unit) = (text(&metric["name"]), text(&metric["unit"]));
        format!("metric {name} ({unit}): {value} {}", attributes(point))
    });
    lines.collect()
}

/// The attributes by the conventions and those of the client, in alphabetical order.
fn attributes(object: &Value) -> String {
    let names = nested(object, &["attributes"]).into_iter();
    let mut names: Vec<_> = names.map(|pair| text(&pair["key"])).collect();
    // `tracing` adds others, such as the line of the code.
    names.retain(|name| SHOWN.iter().any(|prefix| name.starts_with(prefix)));
    names.sort();
    let pair = |name: &String| format!("{name}={}", attribute(object, name).unwrap_or_default());
    names.iter().map(pair).collect::<Vec<_>>().join(" ")
}

fn attribute(object: &Value, name: &str) -> Option<String> {
    let mut pairs = nested(object, &["attributes"]).into_iter();
    let value = &pairs.find(|pair| pair["key"] == name)?["value"];
    Some(text(value.as_object()?.values().next()?))
}

/// A string, or a number, which this protocol has as a string or as a number.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
