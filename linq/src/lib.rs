//! Client for the [Linq Partner API](https://docs.linqapp.com) v3, beginning with contact cards: the name
//! and photo that people see for a phone number in iMessage, RCS and SMS.
//!
//! ```no_run
//! # async fn example() -> Result<(), linq::Error> {
//! let client = linq::Client::from_env()?; // LINQ_API_V3_API_KEY, LINQ_API_V3_BASE_URL
//! let cards = client.contact_card().retrieve().await?; // every card
//! let one = client.contact_card().retrieve().phone_number("+15551234567").await?;
//! for card in &one.contact_cards {
//!     println!("{} {}", card.phone_number, card.first_name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Cards are written with [`create`](ContactCardResource::create), [`update`](ContactCardResource::update)
//! and, mostly, [`ensure`](ContactCardResource::ensure), which makes sure of a card and can be run again.
//!
//! A [`Client`] is cheap to clone and can be shared by any number of tasks. Awaiting a [`Request`] sends
//! it; [`Request::send`] sends it too and keeps the whole [`Response`]. Every failure is an [`Error`],
//! which answers questions such as [`Error::is_rate_limited`].
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the platform's root certificates |
//! | `native-tls` | no | TLS by the platform (on Linux the system's OpenSSL) |
//! | `native-tls-vendored` | no | as `native-tls`, with an OpenSSL that is built along |
//! | `schemars` | no | `JsonSchema` for the public types |
//! | `tracing` | no | events of requests, of retries, and of webhooks that `axum` refuses, without anything personal |
//! | `webhooks` | no | `webhook`: verified, typed webhook events |
//! | `axum` | no | `webhooks`, and an extractor of axum 0.8 for them |
//!
//! Without a TLS feature the crate builds for plain HTTP to a loopback address.

#![warn(missing_docs)]

mod answer;
mod api_code;
mod base_url;
mod budget;
mod call;
mod chats;
mod client;
mod clock;
mod config;
mod contact_card;
mod decode;
mod environment;
mod error;
mod error_body;
mod extra_headers;
mod http_client;
mod outcome;
mod phone_number;
mod request;
mod response;
mod retry;
mod retry_after;
#[cfg(test)]
mod test_clock;
mod trace;
#[cfg(feature = "webhooks")]
pub mod webhook;
mod write_outcome;

pub use reqwest;

pub use linq_gen::types::{ContactCard, ContactCardRetrieveResponse};

pub use api_code::ApiCode;
pub use chats::{ChatsResource, ShareContactCard};
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use config::ClientBuilder;
pub use contact_card::{
    ContactCardResource, Create, Ensure, EnsureAll, EnsureReport, EnsureReports, Ensured, Get,
    Retrieve, Update,
};
pub use error::Error;
pub use phone_number::{InvalidPhoneNumber, PhoneNumber};
pub use request::{Operation, Request};
pub use response::Response;
pub use write_outcome::WriteOutcome;

/// The result of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
