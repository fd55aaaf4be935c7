//! Client for the [Linq Partner API](https://docs.linqapp.com) v3: contact cards, which are the name
//! and photo that people see for a phone number in iMessage, RCS and SMS, and what surrounds them:
//! lines, chats and webhooks. Reading this page takes five minutes.
//!
//! # First call
//!
//! ```toml
//! [dependencies]
//! linq = { path = "../linq/linq" } # the folder `linq` of the repository
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! ```no_run
//! #[tokio::main]
//! async fn main() -> linq::Result<()> {
//!     let client = linq::Client::from_env()?; // reads LINQ_API_V3_API_KEY
//!     for card in client.contact_card().retrieve().await?.contact_cards {
//!         println!("{} {}", card.phone_number, card.first_name);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! A [`Client`] is cheap to clone, and any number of tasks can share it. Its resources:
//!
//! | resource | what it does |
//! |---|---|
//! | [`contact_card()`](Client::contact_card) | read, set up, change and [ensure](#ensure) cards; [`for_lines`](contact_card::ContactCardResource::for_lines) shows which lines have one |
//! | [`phone_numbers()`](Client::phone_numbers) | list your lines, and set where their calls are forwarded to |
//! | [`chats()`](Client::chats) | find chats, and share contact cards in them |
//! | [`webhook_subscriptions()`](Client::webhook_subscriptions) | choose which events are delivered to which URL |
//! | [`webhook_events()`](Client::webhook_events) | list the types of events |
//! | [`request(..)`](Client::request) | any other endpoint, with JSON |
//!
//! # What comes back
//!
//! A method returns a [`Request`]. Awaiting it sends it and returns the value; [`Request::send`]
//! returns a [`Response`], which also has status, headers, trace id and body. For a paginated
//! list, awaiting returns the first page, and [`Request::stream`] returns the items of all pages:
//!
//! ```no_run
//! # async fn example(client: linq::Client) -> linq::Result<()> {
//! use futures_util::TryStreamExt as _; // of the crate `futures-util`
//!
//! let response = client.contact_card().retrieve().send().await?;
//! println!("trace id {:?}", response.trace_id());
//! println!("{} cards", response.value().contact_cards.len());
//!
//! let mut chats = client.chats().list().from("+15551234567").stream();
//! while let Some(chat) = chats.try_next().await? {
//!     println!("{}", chat.id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! New fields, values and events appear without notice, and never make a response fail: enums have
//! a variant for unknown values.
//!
//! # Writes
//!
//! The service can't tell a repeated write from a new one, and accepts 3 writes in 10 minutes for
//! each phone number. So a write is [repeated](retries) only if it was not applied, or if it is
//! idempotent. The client counts the writes, and does not send one too many. After a failed write,
//! [`write_outcome`](Error::write_outcome) says what to do next:
//!
//! ```no_run
//! # async fn example(client: linq::Client) -> linq::Result<()> {
//! use linq::WriteOutcome;
//!
//! if let Err(error) = client.contact_card().update("+15551234567").first_name("Ann").await {
//!     match error.write_outcome() {
//!         Some(WriteOutcome::NotSent) => println!("nothing has changed; try again"),
//!         Some(WriteOutcome::Rejected) => println!("fix this first: {error}"),
//!         // The response was lost: it may have been applied.
//!         _ => println!("{:?}", client.contact_card().get("+15551234567").await?),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Ensure
//!
//! [`ensure`](contact_card::ContactCardResource::ensure) does all that for you: it reads the card,
//! and writes only if it is not yet as it should be. Run it as often as you like:
//!
//! ```no_run
//! # async fn example(client: linq::Client) -> linq::Result<()> {
//! let ensured = client.contact_card().ensure("+15551234567", "John").last_name("Doe").await?;
//! println!("{ensured:?}"); // created, updated or unchanged
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Every failure is an [`Error`]. It displays as one line that says what went wrong and what to do,
//! without the API key and personal data, and it answers questions. These are
//! worth a reaction in code; [`Error`] has the others:
//!
//! | question | what to do |
//! |---|---|
//! | [`is_rate_limited()`](Error::is_rate_limited) | wait for [`retry_after()`](Error::retry_after) |
//! | [`is_retryable()`](Error::is_retryable) | try again later; the client has already done so as far as its settings allow |
//! | [`write_outcome()`](Error::write_outcome) is `Unknown` | read the current state before you write again |
//! | [`is_not_found()`](Error::is_not_found) | set the card up, or check the id |
//! | [`is_conflict()`](Error::is_conflict) | update the card, since it exists |
//! | [`is_authentication()`](Error::is_authentication) | replace the API key: [`Client::set_api_key`] |
//! | [`is_invalid_input()`](Error::is_invalid_input) | fix the argument that the text names; nothing was sent |
//! | none of these | log the error; Linq's support asks for the [`trace_id()`](Error::trace_id) in it |
//!
//! # Options
//!
//! [`ClientBuilder`] lists the settings of a client. A [`Request`] can override some for itself:
//!
//! ```no_run
//! # use std::time::Duration;
//! # async fn example() -> linq::Result<()> {
//! let client = linq::ClientBuilder::from_env()?
//!     .timeout(Duration::from_secs(10)) // of each attempt
//!     .deadline(Duration::from_secs(25)) // of all together
//!     .build()?;
//! let cards = client.contact_card().retrieve();
//! let cards = cards.max_retries(0).header("x-sent-by", "cron").await?;
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `blocking`, code without a runtime sends the same requests, with the same
//! options and errors:
//!
//! | async | blocking |
//! |---|---|
//! | `request.await?` | `request.call()?` |
//! | `request.send().await?` | `request.send_blocking()?` |
//! | `request.stream()` and `request.pages()` | `request.stream_blocking()` and `request.pages_blocking()`, which are iterators |
//! | `cards.ensure_all(requests).await` | `cards.ensure_all(requests).call()?` |
//!
//! [Logs, traces and metrics](telemetry) of each attempt come from the feature `tracing` or an
//! [`Observer`].
//!
//! # Webhooks
//!
//! With the feature `axum`, a handler takes verified, typed events. With the feature `webhooks`, the
//! `Verifier` of the module `webhook` returns them from any server's headers and body.
//!
//! ```no_run
//! # #[cfg(feature = "axum")] mod example {
//! use axum::{Router, http::StatusCode, routing::post};
//! use linq::webhook::{EventKind, LinqEvent, Verifier, WebhookError};
//!
//! async fn receive(LinqEvent(event): LinqEvent) -> StatusCode {
//!     match event.kind {
//!         EventKind::ContactCardReceived(card) => println!("from {}", card.sender_handle),
//!         _ => println!("{}", event.event_type),
//!     }
//!     StatusCode::NO_CONTENT
//! }
//!
//! fn router() -> Result<Router, WebhookError> {
//!     let verifier = Verifier::from_env()?; // reads LINQ_WEBHOOK_SECRET
//!     Ok(Router::new().route("/webhooks", post(receive)).with_state(verifier))
//! }
//! # }
//! ```
//!
//! # Tests
//!
//! The crate `linq-sandbox` of the repository is a stand-in for the service, in the test's own
//! process: it keeps what is written, enforces the limits, delivers signed webhooks, and fails on
//! demand. A client takes its address as [`base_url`](ClientBuilder::base_url).
//!
//! The feature `testing` has what a test needs without it, in the module `testing`: clients whose
//! responses your test writes, errors of every kind, and a clock that moves when you say so.
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's root certificates |
//! | `native-tls` | no | TLS by the platform (on Linux the system's OpenSSL) |
//! | `native-tls-vendored` | no | `native-tls` with an OpenSSL that is built from source |
//! | `blocking` | no | requests from code that is not async |
//! | `schemars` | no | `JsonSchema` for the public types, and `schema`, for the tools of language models |
//! | `testing` | no | the module `testing`: fake responses, errors and time for your own tests |
//! | `tracing` | no | [spans and events](telemetry) for calls, attempts, and refused or unreadable webhooks |
//! | `webhooks` | no | the module `webhook`: verified, typed webhook events |
//! | `axum` | no | `webhooks`, with an extractor for axum 0.8 |
//!
//! Without a TLS feature, the client can only send plain HTTP to loopback addresses.
//!
//! # Where next
//!
//! - The module `cookbook`, in the documentation of all features, shows how to do common tasks.
//! - Those who know the official SDKs find which names stand for which in
//!   `coming_from_the_official_sdks`.
//! - [`retries`] says what is sent again, and when.

// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]
#![warn(missing_docs)]

mod budget;
pub mod budget_store;
pub mod chats;
mod client;
mod clock;
pub mod contact_card;
mod decode;
mod error;
mod handle;
mod id;
mod observer;
mod panics;
mod phone_number;
pub mod phone_numbers;
pub mod raw;
mod request;
#[cfg(feature = "schemars")]
mod schema;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "webhooks")]
pub mod webhook;
pub mod webhook_events;
pub mod webhook_subscriptions;

pub use chrono;
pub use reqwest;
pub use serde_json;
pub use uuid;

pub use linq_gen::{ApiCode, Page, Secret};

pub use client::Client;
pub use client::builder::ClientBuilder;
pub use clock::{Clock, SystemClock};
pub use contact_card::{ContactCard, Ensured};
pub use error::Error;
pub use error::write_outcome::WriteOutcome;
pub use observer::{Attempt, AttemptEnd, Observer};
pub use phone_number::{InvalidPhoneNumber, PhoneNumber};
#[cfg(feature = "blocking")]
pub use request::blocking::ListIter;
pub use request::pages::{ListStream, Paginated};
pub use request::response::Response;
pub use request::{Operation, Request};
#[cfg(feature = "schemars")]
pub use schema::schema;

/// The result of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

// Its examples need the feature.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// What is sent again after which failure, and when.
#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/retries.md")]
pub mod retries {}

/// The names in logs, traces and metrics.
#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/telemetry.md")]
pub mod telemetry {}

/// What the client costs, against hand-written reqwest.
#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/performance.md")]
#[doc = include_str!("../docs/performance.svg")]
pub mod performance {}

// Their examples need the features; the reader does not.
#[cfg(all(
    any(doc, doctest),
    feature = "axum",
    feature = "blocking",
    feature = "testing"
))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
/// Recipes for common tasks.
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

#[cfg(all(any(doc, doctest), feature = "axum", feature = "blocking"))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
/// Which names in the official SDKs stand for which here, and what behaves differently.
#[doc = include_str!("../docs/coming-from-the-official-sdks.md")]
pub mod coming_from_the_official_sdks {}
