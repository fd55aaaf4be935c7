//! Client for the [Linq Partner API](https://docs.linqapp.com) v3. It starts with contact cards,
//! which are the name and photo that people see for a phone number in iMessage, RCS and SMS, and
//! what surrounds them: lines, chats and webhooks.
//!
//! ```no_run
//! # async fn example() -> Result<(), linq::Error> {
//! let client = linq::Client::from_env()?; // reads LINQ_API_V3_API_KEY
//! let cards = client.contact_card().retrieve().await?; // every card
//! let one = client.contact_card().retrieve().phone_number("+15551234567").await?;
//! for card in &one.contact_cards {
//!     println!("{} {}", card.phone_number, card.first_name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | resource | what it does |
//! |---|---|
//! | [`contact_card()`](Client::contact_card) | read, set up and change cards; [`for_lines`](contact_card::ContactCardResource::for_lines) shows which lines have one |
//! | [`phone_numbers()`](Client::phone_numbers) | list your lines, and set where their calls are forwarded to |
//! | [`chats()`](Client::chats) | find chats, and share contact cards in them |
//! | [`webhook_subscriptions()`](Client::webhook_subscriptions) | choose which events are delivered to which URL |
//! | [`webhook_events()`](Client::webhook_events) | list the types of events |
//! | [`request(..)`](Client::request) | any other endpoint, with JSON |
//!
//! [`create`](contact_card::ContactCardResource::create) and
//! [`update`](contact_card::ContactCardResource::update) write a card.
//! [`ensure`](contact_card::ContactCardResource::ensure) writes only if the card is not yet as it
//! should be, so it can run again at any time. An error is one line that says what to do, and
//! answers questions:
//!
//! ```no_run
//! # async fn example(client: linq::Client) {
//! let ensure = client.contact_card().ensure("+15551234567", "John").last_name("Doe");
//! match ensure.await {
//!     Ok(ensured) => println!("{ensured:?}"), // created, updated or unchanged
//!     Err(error) if error.is_rate_limited() => println!("wait {:?}", error.retry_after()),
//!     Err(error) => println!("{error}"),
//! }
//! # }
//! ```
//!
//! The module `cookbook`, which the documentation of all features has, shows how to do common
//! tasks, and `coming_from_the_official_sdks` which names stand for which.
//!
//! A [`Client`] is cheap to clone, and any number of tasks can share it. Awaiting a [`Request`]
//! sends it; [`Request::send`] also returns the envelope, as a [`Response`]. Every failure is an
//! [`Error`]. [`ClientBuilder`] lists all settings.
//!
//! A list that comes in pages is a request, too: awaiting it returns the first page;
//! [`Request::stream`] returns the items of all pages as a [`Stream`](ListStream), and requests
//! each page when it is needed.
//!
//! # Without async
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
//! # Retries
//!
//! The client retries reads, and those writes that a retry can't apply twice. With the default
//! settings, one call sends:
//!
//! | failure | reads | writes | [`write_outcome`](Error::write_outcome) then |
//! |---|---|---|---|
//! | no connection within [`connect_timeout`](ClientBuilder::connect_timeout) | none, 3 attempts | none, 3 attempts | `NotSent` |
//! | the TLS handshake fails, or the proxy wants another user name or password | none, 1 attempt | none, 1 attempt | `NotSent` |
//! | the server refuses the request unprocessed (HTTP/2 `REFUSED_STREAM`, or `GOAWAY` with `NO_ERROR`) | 3 | 3 | `NotSent` |
//! | the write budget is used up | | none | `NotSent` |
//! | no response in time, or the connection breaks | 3 | 1 | `Unknown` |
//! | 400, 401, 403, 404, 409 (code 2014) | 1 | 1 | `Rejected` |
//! | 429 with a wait of at most [`max_retry_wait`](ClientBuilder::max_retry_wait) | 3 | 3 | `Rejected` |
//! | 429 with a longer wait | 1 | 1 | `Rejected` |
//! | 429 without a wait | 3 | 1 | `Rejected` |
//! | 500 with code 2022: the set-up or update of a card did not complete | 3 | 2 (a share: 1) | `Rejected` |
//! | 503 with code 4004: every further attempt extends the limit, and an update leaves the card inactive | 3 | 1 | `Rejected` |
//! | any other 5xx, and 408 | 3 | 1 | `Unknown` |
//! | a success with an inactive card, in `ensure` | | 2 | `Rejected` |
//! | a success whose card lacks a field that was sent | | 1 | `Rejected` |
//! | a success with the card of another number | 1 | 1 | `Unknown` |
//! | a redirect | followed within the origin | 1, not followed | `Rejected` (307, 308) or `Unknown` |
//!
//! Of some writes, two have the effect of one: updating a line, and updating or deleting a webhook
//! subscription. They are retried as reads are. If the response to a deletion was lost, and the
//! retry finds nothing to delete, that is a success.
//!
//! `ensure` sends at most 2 writes, whatever happens. A response header `x-should-retry: true` or
//! `false` decides for reads, and for writes that are retried as reads are, whatever the status is;
//! for others it can only forbid.
//!
//! Before the first retry, the client waits 0.25 to 0.5 s, at random; the wait doubles with each
//! retry, up to 8 s. If the service asks for a wait (`Retry-After` in seconds or as a date,
//! `retry-after-ms`, or `retry_after` in the body), the client waits at least that long, plus a
//! random tenth: at least up to 0.5 s, at most up to 5 s. If they differ, the longest counts; a
//! wait of zero, or one that is over, counts as none. If the service asks for more than
//! [`max_retry_wait`](ClientBuilder::max_retry_wait), the request fails at once, and
//! [`Error::retry_after`] returns how long to wait. The same holds for a wait that would pass the
//! [`deadline`](ClientBuilder::deadline) of the call, if it has one.
//!
//! # Traces, logs and metrics
//!
//! With the feature `tracing`, each call of an operation has a span, with all its attempts and
//! waits, and each attempt an event in it. An
//! [`ensure`](contact_card::ContactCardResource::ensure) has a span for each of its reads and
//! writes. The names are those of OpenTelemetry's conventions for HTTP clients, so that
//! `tracing-opentelemetry` exports the spans as they should be:
//!
//! | field | span | event | value |
//! |---|---|---|---|
//! | `otel.name`, `otel.kind` | yes | | such as `GET /v3/contact_card`, and `client` |
//! | `http.request.method`, `url.template` | yes | yes | such as `GET` and `/v3/chats/{chatId}` |
//! | `server.address`, `server.port` | yes | yes | those of the base URL |
//! | `http.response.status_code` | yes | yes | the status, if there was a response; the span has that of the last |
//! | `http.request.resend_count` | yes | yes | how many attempts came before; absent for the first |
//! | `error.type` | yes | yes | what failed: the status, or a word such as `timeout`, `deadline`, `connect`, `tls`, `decode`, `budget_used_up`, or `cancelled` if the future was dropped |
//! | `otel.status_code` | yes | | `ERROR` after a failure |
//! | `linq.operation` | yes | yes | the `operationId` in the contract, such as `retrieveContactCard` |
//! | `linq.trace_id`, `linq.api_code` | yes | yes | [`Error::trace_id`] and [`Error::api_code`] |
//! | `linq.duration_ms` | | yes | how long the attempt took |
//! | `linq.retry_wait_ms` | | yes | how long the client waits before the next attempt, if there is one |
//! | `linq.budget_left` | | yes | how many calls the budget of the number or chat has left, if there is one |
//!
//! | level | target | what |
//! |---|---|---|
//! | `INFO` | `linq` | spans, and attempts after which the client tries again |
//! | `DEBUG` | `linq` | all other attempts, and successes that are rejected because they are not what was asked for |
//! | `WARN` | `linq::webhook` | deliveries of Linq's that can't be read, or are not as documented |
//! | `DEBUG` | `linq::webhook` | deliveries that are refused |
//!
//! There are no phone numbers, names, ids, URLs, bodies or keys in them, at any level. `url.full` is
//! left out for that reason. Without a subscriber, all this costs a call about 20 ns; without
//! the feature, nothing.
//!
//! For metrics, [`ClientBuilder::observer`] takes an [`Observer`], which sees each attempt; it needs
//! no feature. The example `tracing` exports both to an OpenTelemetry collector.
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's root certificates |
//! | `native-tls` | no | TLS by the platform (on Linux the system's OpenSSL) |
//! | `native-tls-vendored` | no | `native-tls` with an OpenSSL that is built from source |
//! | `blocking` | no | requests from code that is not async |
//! | `schemars` | no | `JsonSchema` for the public types |
//! | `tracing` | no | [spans and events](#traces-logs-and-metrics) for calls, attempts, and refused or unreadable webhooks |
//! | `webhooks` | no | the module `webhook`: verified, typed webhook events |
//! | `axum` | no | `webhooks`, with an extractor for axum 0.8 |
//!
//! Without a TLS feature, the client can only send plain HTTP to loopback addresses.

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
mod phone_number;
pub mod phone_numbers;
pub mod raw;
mod request;
#[cfg(test)]
mod test_clock;
#[cfg(feature = "webhooks")]
pub mod webhook;
pub mod webhook_events;
pub mod webhook_subscriptions;

pub use chrono;
pub use reqwest;
pub use serde_json;
pub use uuid;

/// ```
/// use linq::ApiCode;
///
/// fn advice(code: ApiCode) -> &'static str {
///     match code {
///         ApiCode::INVALID_TOKEN => "check the API key",
///         ApiCode::RATE_LIMITED => "slow down",
///         _ => "see err.doc_url()",
///     }
/// }
/// ```
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

/// The result of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

// Its examples need the feature.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../../README.md")]
struct Readme;

// Their examples need the features; the reader does not.
#[cfg(all(any(doc, doctest), feature = "axum", feature = "blocking"))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

#[cfg(all(any(doc, doctest), feature = "axum", feature = "blocking"))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
#[doc = include_str!("../docs/coming-from-the-official-sdks.md")]
pub mod coming_from_the_official_sdks {}
