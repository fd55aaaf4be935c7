//! Receives webhooks and prints the events of contact cards.
//!
//! `cargo run --example webhook_server --features axum [-- 127.0.0.1:3000] [--subscribe URL]`
//!
//! With `--subscribe`, it subscribes the URL under which Linq reaches it, at the path `/webhooks`,
//! and deletes the subscription on Ctrl-C or SIGTERM; a second signal ends it at once.
//! `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` select the service. Otherwise it verifies with
//! `LINQ_WEBHOOK_SECRET`; without that, it uses its own secret and prints a command that delivers an
//! event.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use linq::Client;
use linq::webhook::{Event, EventKind, LinqEvent, Seen, SeenEvents, Verifier, testing};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::oneshot;

const EXAMPLE_SECRET: &str = "whsec_bm90IGEgc2VjcmV0LCBidXQgYW4gZXhhbXBsZQ==";
pub(crate) const EXAMPLE_EVENT: &str = r#"{"event_type":"contact_card.received","event_id":"evt_1","created_at":"2026-02-03T10:15:30Z","data":{"first_name":"Jane","last_name":"Roe","owner_handle":"+15551234567","sender_handle":"+15557654321","media_url":null}}"#;

const EVENTS: [&str; 4] = [
    "contact_card.received",
    "contact_card.created",
    "contact_card.updated",
    "contact_card.deleted",
];

#[derive(Clone)]
struct App {
    verifier: Verifier,
    seen: SeenEvents,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for SeenEvents {
    fn from_ref(app: &App) -> Self {
        app.seen.clone()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("webhook_server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let (address, subscribe) = arguments(std::env::args().skip(1))?;
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| format!("can't listen at {address}, such as 127.0.0.1:3001: {error}"))?;
    let url = format!("http://{}/webhooks", listener.local_addr()?);
    if let Some(public_url) = subscribe {
        eprintln!("listening at {url}");
        return serve_subscribed(listener, &Client::from_env()?, &public_url).await;
    }
    let verifier = if std::env::var_os("LINQ_WEBHOOK_SECRET").is_some() {
        Verifier::from_env()?
    } else {
        eprintln!(
            "LINQ_WEBHOOK_SECRET is not set; deliver an event with\n\n{}\n",
            curl(&url)?
        );
        Verifier::new(EXAMPLE_SECRET)?
    };
    eprintln!("listening at {url}");
    axum::serve(listener, router(verifier)).await?;
    Ok(())
}

/// The address to listen at, and the URL to subscribe.
fn arguments(mut words: impl Iterator<Item = String>) -> Result<(String, Option<String>), String> {
    let (mut address, mut subscribe) = (None, None);
    while let Some(word) = words.next() {
        let value = match word.as_str() {
            "--subscribe" => (&mut subscribe, words.next()),
            _ if word.starts_with('-') => (&mut address, None),
            _ => (&mut address, Some(word)),
        };
        match value {
            (place @ None, Some(value)) => *place = Some(value),
            _ => return Err("usage: webhook_server [ADDRESS] [--subscribe URL]".to_owned()),
        }
    }
    Ok((address.unwrap_or("127.0.0.1:3000".to_owned()), subscribe))
}

/// Serves `listener`, which Linq reaches at a URL, until the process is interrupted.
pub(crate) async fn serve_subscribed(
    listener: TcpListener,
    client: &Client,
    public_url: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    // Before the subscription exists, so that nothing but a crash or a second signal leaves it behind.
    let interrupted = interrupted()?;
    subscribed(client, public_url, async |verifier| {
        tokio::select! {
            served = axum::serve(listener, router(verifier)) => served,
            _ = interrupted => Ok(()),
        }
    })
    .await
}

/// Completes at the first Ctrl-C or SIGTERM; the second one ends the process.
fn interrupted() -> std::io::Result<oneshot::Receiver<()>> {
    #[cfg(unix)]
    let mut next = {
        let mut interrupt = unix::signal(SignalKind::interrupt())?;
        let mut terminate = unix::signal(SignalKind::terminate())?;
        async move || {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let mut next = {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        async move || drop(interrupt.recv().await)
    };
    let (interrupt, interrupted) = oneshot::channel();
    tokio::spawn(async move {
        next().await;
        let _ = interrupt.send(()); // nobody listens any more
        next().await;
        std::process::exit(130);
    });
    Ok(interrupted)
}

/// Subscribes a URL to the events of contact cards while `serve` runs.
pub(crate) async fn subscribed(
    client: &Client,
    url: &str,
    serve: impl AsyncFnOnce(Verifier) -> std::io::Result<()>,
) -> Result<(), Box<dyn std::error::Error>> {
    let subscriptions = client.webhook_subscriptions();
    let created = subscriptions.create(url, EVENTS).await?;
    let id = &created.id;
    eprintln!("subscribed {url} as {id}; Ctrl-C deletes the subscription");
    let served = match Verifier::for_subscription(&created) {
        Ok(verifier) => serve(verifier).await.map_err(Into::into),
        Err(error) => Err(error.into()),
    };
    let deleted = subscriptions.delete(id).await;
    deleted.map_err(|error| format!("delete the subscription {id} yourself: {error}"))?;
    served
}

pub(crate) fn router(verifier: Verifier) -> Router {
    let app = App {
        verifier,
        seen: SeenEvents::default(),
    };
    Router::new()
        .route("/webhooks", post(receive))
        .with_state(app)
}

/// A refused delivery does not get here: [`LinqEvent`] has responded to it.
async fn receive(State(seen): State<SeenEvents>, LinqEvent(event): LinqEvent) -> StatusCode {
    let claim = match seen.claim(&event.event_id) {
        Seen::New(claim) => claim,
        Seen::InProgress => return StatusCode::SERVICE_UNAVAILABLE, // Linq sends it again, in case the work fails
        Seen::Done => return StatusCode::NO_CONTENT,
    };
    // In its own task, which continues if the sender hangs up.
    let work = tokio::spawn(async move {
        process(&event).await?;
        claim.confirm();
        Ok::<(), std::io::Error>(())
    });
    match work.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT,
        _ => StatusCode::INTERNAL_SERVER_ERROR, // Linq sends it again
    }
}

/// Put the work here. If it fails or panics, Linq sends the event again.
async fn process(event: &Event) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{}", describe(event))
}

fn describe(event: &Event) -> String {
    match &event.kind {
        EventKind::ContactCardReceived(card) => format!(
            "{} shared the card of {} {} with {}",
            card.sender_handle, card.first_name, card.last_name, card.owner_handle
        ),
        EventKind::ContactCardCreated(card) => format!("created: {}", card.summary),
        EventKind::ContactCardUpdated(card) => format!("updated: {}", card.summary),
        EventKind::ContactCardDeleted(card) => format!("deleted: {}", card.summary),
        EventKind::Other(other) => match &other.reason {
            Some(reason) => format!("{}, not as documented: {reason}", event.event_type),
            None => format!("{}: ignored", event.event_type),
        },
        _ => event.event_type.clone(),
    }
}

/// A command that delivers an event; valid within the verifier's tolerance.
fn curl(url: &str) -> Result<String, Box<dyn std::error::Error>> {
    let body = EXAMPLE_EVENT;
    let mut command = format!("curl -i {url} \\\n  --data-raw '{body}'");
    for (name, value) in &testing::sign("evt_1", SystemTime::now(), body, EXAMPLE_SECRET)? {
        command += &format!(" \\\n  -H '{name}: {}'", value.to_str()?);
    }
    Ok(command)
}
