//! Webhooks: verified, typed events.
//!
//! Linq notifies your server of events with signed requests. A [`Verifier`] checks that a request is
//! from Linq, and returns its [`Event`]:
//!
//! ```no_run
//! use linq::webhook::{EventKind, Verifier};
//!
//! # fn example(headers: linq::reqwest::header::HeaderMap, body: &[u8]) -> Result<(), linq::webhook::WebhookError> {
//! let verifier = Verifier::from_env()?; // LINQ_WEBHOOK_SECRET
//! let event = verifier.verify(&headers, body)?; // the body's bytes as they came
//! match event.kind {
//!     EventKind::ContactCardReceived(card) => println!("{} shared a card", card.sender_handle),
//!     EventKind::ContactCardUpdated(card) => println!("{}", card.summary),
//!     other => println!("{other:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `axum`, the extractor `LinqEvent` does this for a handler. The example
//! `webhook_server` is a whole server.
//!
//! # Secrets
//!
//! A subscription's secret is shown once, when it is
//! [created](crate::webhook_subscriptions::WebhookSubscriptionsResource::create): store it. [`Verifier::for_subscription`]
//! takes it from the new subscription, and [`Verifier::from_env`] from `LINQ_WEBHOOK_SECRET`. While one
//! secret replaces another, a verifier [accepts both](VerifierBuilder::secret).
//!
//! If a gateway drops the `webhook-*` headers, a verifier can [accept the older
//! ones](VerifierBuilder::accept_legacy_headers), `X-Webhook-*`.
//!
//! # Deliveries
//!
//! A delivery comes at least once, in any order. After a 5xx or 429, or without a response within
//! 10 seconds, it is sent again: up to 10 times within 25 to 30 minutes. After any other 4xx, it is
//! not. So process each [`event_id`](Event::event_id) once, with [`SeenEvents`]; and compare
//! [`created_at`](Event::created_at) to find out what is newer.
//!
//! A delivery from Linq that has an `event_id` always becomes an [`Event`], whatever else is in it: an
//! event type that is newer than this crate, and data that is not as documented, are
//! [`EventKind::Other`] with the raw JSON. If no `event_id` can be found,
//! [`WebhookError::body`] keeps the delivery.
//!
//! # Sizes
//!
//! Bodies above 1 MiB are refused, unless [`max_body_bytes`](VerifierBuilder::max_body_bytes) says
//! otherwise. A server that reads a body into memory before it calls [`Verifier::verify`] needs
//! limits of its own, in size and time; the extractor `LinqEvent` has them.
//!
//! # Tests
//!
//! [`testing::sign`] signs deliveries for your own tests.
//!
//! Source: [Webhooks](https://docs.linqapp.com) and [Standard
//! Webhooks](https://www.standardwebhooks.com).

#[cfg(feature = "axum")]
mod axum;
mod builder;
mod error;
mod event;
mod headers;
mod parse;
mod secret;
mod seen;
mod signature;
pub mod testing;
mod timestamp;
mod verifier;

pub use chrono;

#[doc(inline)]
pub use linq_gen::events::*;

#[cfg(feature = "axum")]
pub use axum::LinqEvent;
pub use builder::VerifierBuilder;
pub use error::{WebhookError, WebhookErrorKind};
pub use event::Event;
pub use seen::{Claim, Seen, SeenEvents};
pub use verifier::Verifier;
