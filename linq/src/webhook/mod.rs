//! Webhooks: verified, typed events.
//!
//! Linq tells of events by sending signed requests to your server. A [`Verifier`] checks that a request is
//! Linq's, and makes an [`Event`] of it:
//!
//! ```no_run
//! use linq::webhook::{EventKind, Verifier};
//!
//! # fn example(headers: linq::reqwest::header::HeaderMap, body: &[u8]) -> Result<(), linq::webhook::WebhookError> {
//! let verifier = Verifier::from_env()?; // LINQ_WEBHOOK_SECRET
//! let event = verifier.unwrap(&headers, body)?; // the body's bytes as they came
//! match event.kind {
//!     EventKind::ContactCardReceived(card) => println!("{} shared a card", card.sender_handle),
//!     EventKind::ContactCardUpdated(card) => println!("{} changed", card.contact_card.id),
//!     other => println!("{other:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `axum`, the extractor `LinqEvent` does so for a handler.
//!
//! # Deliveries
//!
//! A delivery comes at least once, and in any order. One that is answered with a status of 5xx or 429, or
//! not at all, comes again: up to 10 times within about 25 minutes. One that is answered with another 4xx
//! does not. So act on each [`event_id`](Event::event_id) once, for which [`SeenEvents`] is there; answer
//! soon, and work afterwards; and take what is newer from [`created_at`](Event::created_at), not from what
//! came last.
//!
//! # Sizes
//!
//! Bodies of more than 1 MiB are refused, unless
//! [`max_body_bytes`](VerifierBuilder::max_body_bytes) says otherwise. A server that reads a body into
//! memory before it calls [`Verifier::unwrap`] needs a limit of its own there; the extractor of the feature
//! `axum` reads no further than this one.
//!
//! Source: [Webhooks](https://docs.linqapp.com) and [Standard Webhooks](https://www.standardwebhooks.com).

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

pub use linq_gen::types::{
    ContactCardChange, ContactCardChangedData, ContactCardFieldChange, ContactCardReceivedData,
    WebhookActor, WebhookContactCard,
};

#[cfg(feature = "axum")]
pub use axum::LinqEvent;
pub use builder::VerifierBuilder;
pub use error::{WebhookError, WebhookErrorKind};
pub use event::{Event, EventKind, OtherEvent};
pub use seen::{SeenEvents, SeenStore};
pub use verifier::Verifier;
