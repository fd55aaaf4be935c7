//! Exports traces and metrics by OpenTelemetry.
//!
//! `cargo run --example tracing --features tracing`
//!
//! They go to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, such as `http://127.0.0.1:4318`, or
//! else to a stand-in for one, which prints them. The requests go to a sandbox, which lets some of
//! them fail.

mod collector;
mod metrics;

use std::error::Error;
use std::process::ExitCode;

use collector::Collector;
use linq::Client;
use linq_sandbox::{Fault, Sandbox};
use metrics::Metrics;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Instrument as _;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT") {
        Ok(endpoint) => export_to(&endpoint).await,
        Err(_) => export_to_stand_in().await.map(|received| {
            for line in received {
                println!("{line}");
            }
        }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tracing: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Exports to a stand-in; returns what it received, one span or metric a line.
async fn export_to_stand_in() -> Result<Vec<String>, Box<dyn Error>> {
    let collector = Collector::start().await?;
    export_to(collector.endpoint()).await?;
    Ok(collector.received())
}

/// Sends some requests, and exports their spans and metrics.
async fn export_to(endpoint: &str) -> Result<(), Box<dyn Error>> {
    let endpoint = endpoint.trim_end_matches('/');
    let spans = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()?;
    let traces = SdkTracerProvider::builder()
        .with_batch_exporter(spans)
        .build();
    let exporter = MetricExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(format!("{endpoint}/v1/metrics"))
        .build()?;
    let meters = SdkMeterProvider::builder()
        .with_periodic_exporter(exporter)
        .build();

    // The target of the client is `linq`, and that of webhooks `linq::webhook`. Of the attempts,
    // DEBUG shows all, and INFO those that are tried again.
    let targets = Targets::new().with_target("linq", tracing::Level::DEBUG);
    let targets = targets.with_target("app", tracing::Level::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer("app"));
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(targets));
    tracing::subscriber::set_global_default(subscriber)?;

    let sandbox = Sandbox::start().await?;
    let client = Client::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .observer(Metrics::new(&meters.meter("app")))
        .build()?;
    let span = tracing::info_span!(target: "app", "introduce Ann");
    introduce_ann(&client, &sandbox).instrument(span).await?;

    // They wait for what is being exported, which would block this thread.
    tokio::task::spawn_blocking(move || traces.shutdown().and_then(|()| meters.shutdown()))
        .await??;
    Ok(())
}

async fn introduce_ann(client: &Client, sandbox: &Sandbox) -> linq::Result<()> {
    sandbox.misbehave(Fault::error(503, 3006, "Service unavailable"));
    client.contact_card().ensure("+15557654321", "Ann").await?;
    sandbox.misbehave(Fault::error(404, 2001, "Chat not found"));
    let chat = "00000000-0000-4000-8000-000000000000";
    if let Err(error) = client.chats().share_contact_card(chat).await {
        eprintln!("not shared: {error}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_collector_gets_spans_and_metrics_by_the_conventions() {
        let received = export_to_stand_in().await.unwrap();
        let has = |parts: &[&str]| {
            let found = received
                .iter()
                .any(|line| parts.iter().all(|part| line.contains(part)));
            assert!(found, "{parts:?} in {received:#?}");
        };
        has(&[
            "span GET /v3/contact_card (client)",
            "http.request.resend_count=1",
            "http.response.status_code=200",
            "[attempt failed; trying again 503]",
            "[attempt succeeded]",
        ]);
        has(&[
            "span POST /v3/contact_card (client)",
            "url.template=/v3/contact_card",
            "server.address=127.0.0.1",
        ]);
        has(&[
            "span POST /v3/chats/{chatId}/share_contact_card (client)",
            "(error)",
            "error.type=404",
            "linq.api_code=2001",
        ]);
        has(&["span introduce Ann (internal)"]);
        for status in ["503", "200"] {
            has(&[
                "metric http.client.request.duration (s): count 1",
                &format!("http.request.method=GET http.response.status_code={status}"),
            ]);
        }
        has(&["metric linq.client.retries ({retry}): 1 http.request.method=GET"]);
        has(&["metric linq.client.budget.left ({call}): 2 linq.operation=createContactCard"]);
        for line in &received {
            assert!(!line.contains("5557654321"), "{line}");
            assert!(!line.contains("00000000-0000-4000"), "{line}");
        }
    }
}
