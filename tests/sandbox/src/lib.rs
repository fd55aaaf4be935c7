//! A stand-in for the Linq Partner API v3 on a free loopback port, for tests.
//!
//! [`Sandbox::start`] serves the API inside the current Tokio runtime. It checks the bearer token,
//! phone numbers and bodies by the contract (`openapi/linq-v3.yaml`), returns the documented
//! bodies, puts a fresh `X-Trace-ID` on every response, and remembers what it received.
//!
//! | request | response, if its input is valid |
//! |---|---|
//! | `GET /v3/contact_card` | 200 |
//! | `POST /v3/contact_card` | 200; 409/2014 if the number has an active card |
//! | `PATCH /v3/contact_card` | 200; 404/2012 if the number has no active card |
//! | `POST /v3/chats/{chatId}/share_contact_card` | 204; 404/2001 if there is no such chat, 404/2012 if its line has no active card, 429/1007 within 5 minutes of the previous share |
//! | `GET /v3/phone_numbers`, `PUT /v3/phone_numbers/{phoneNumberId}` | 200; 404/2019 if there is no such line |
//! | `GET /v3/chats` | 200, a page; 400/1005 for a cursor of other filters |
//! | `GET /v3/chats/{chatId}` | 200; 404/2001 if there is no such chat |
//! | `POST /v3/webhook-subscriptions` | 201; 400/1005 if another subscription has the URL, or there are 100 |
//! | `GET`, `PUT`, `DELETE` of a webhook subscription | 200, 200, 204; 404/2010 if there is none |
//! | a write of a card with `null` for a name, the photo or the number | 500/3006 |
//! | any other operation of the contract | the example of its first success; 400 for a wrong parameter or body |
//! | an unknown path or method, or a body over [`MAX_REQUEST_BODY`] | 404, 405 or 413 with plain text, as from a gateway |
//!
//! POST and PATCH of a card share 3 calls per 10 minutes and phone number. A call counts as soon as
//! its number is known to be valid, even if it gets 429/1007. A share counts only if it succeeds.
//!
//! The service fails on demand:
//!
//! | method | the next requests |
//! |---|---|
//! | [`Sandbox::leave_inactive`] | POST and PATCH get 200, and the card is stored inactive |
//! | [`Sandbox::leave_incomplete`] | POST and PATCH get 500/2022 |
//! | [`Sandbox::limit_upstream`] | POST and PATCH get 503/4004; after a PATCH the card is inactive |
//! | [`Sandbox::misbehave`] with [`Fault::documented`] | the error that the contract documents under a code |
//! | [`Sandbox::misbehave`] | whatever a [`Fault`] describes, such as 502 with HTML or a lost response |
//!
//! Programs in other languages do the same by JSON requests to the control endpoint, `/sandbox`
//! beside the API; `README.md` has the `curl` lines.
//!
//! A subscription receives the signed events of later writes: `contact_card.created`,
//! `contact_card.updated`, `phone_number.forwarding_updated`, and those that begin with
//! `webhook_subscription.`. It receives events about itself if it is active after the write, and
//! events that concern no line whatever its `phone_numbers` are. Its URL is https or, unlike with the
//! service, plain http on this machine. Routing headers are stored, but not sent.
//! [`SandboxBuilder::webhook`] sends every event to a URL.
//!
//! ```
//! use linq_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//!
//! let client = reqwest::Client::builder().no_proxy().build()?;
//! let body = client
//!     .get(format!("{}/v3/contact_card", sandbox.base_url()))
//!     .bearer_auth(sandbox.api_key())
//!     .send()
//!     .await?
//!     .text()
//!     .await?;
//!
//! assert!(body.contains(r#""first_name":"John""#));
//! assert_eq!(sandbox.requests()[0].path, "/api/partner/v3/contact_card");
//! # Ok(())
//! # }
//! ```

#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]
#![warn(missing_docs)]

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod account;
mod api;
mod auth;
mod budget;
mod builder;
mod card;
mod chat;
mod chats;
mod clock;
mod connection;
mod contact_card;
mod contract;
mod control;
mod delivery;
mod demo_account;
mod error_body;
mod exchange;
mod fault;
mod fault_queue;
mod fields;
mod image;
mod line;
mod phone_numbers;
mod recorder;
mod refusal;
mod request_body;
mod rules;
mod sandbox;
mod sendable;
mod server;
mod state;
mod subscription;
mod trace_id;
mod upstream;
mod webhook;
mod webhook_subscriptions;

pub use builder::{DEFAULT_API_KEY, SandboxBuilder};
pub use card::Card;
pub use chat::{Chat, EXAMPLE_CHAT_ID};
#[doc(hidden)]
pub use contract::{json_schema, validator};
pub use fault::Fault;
pub use line::{EXAMPLE_LINE_ID, Line};
pub use recorder::{RECORDED_REQUESTS, ReceivedRequest};
pub use request_body::MAX_REQUEST_BODY;
pub use sandbox::Sandbox;
pub use subscription::EXAMPLE_SUBSCRIPTION_ID;
pub use webhook::{
    DEFAULT_WEBHOOK_SECRET, DeliveryReport, MAX_DELIVERIES, WebhookDelivery, contact_card_received,
};
