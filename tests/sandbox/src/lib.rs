//! An honest stand-in for the Linq Partner API v3, on a free loopback port.
//!
//! [`Sandbox::start`] serves the API inside the current Tokio runtime. It checks the bearer token
//! and the phone number as the service does, answers with the documented bodies, puts a fresh
//! `X-Trace-ID` on every response, and remembers what it received. A [`Fault`] makes it misbehave.
//!
//! `GET /v3/contact_card` is served so far.
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

#![warn(missing_docs)]

mod account;
mod api;
mod auth;
mod builder;
mod card;
mod connection;
mod contact_card;
mod delivery;
mod error_body;
mod exchange;
mod fault;
mod fault_queue;
mod phone_number;
mod recorder;
mod request_body;
mod sandbox;
mod server;
mod trace_id;

pub use builder::{DEFAULT_API_KEY, SandboxBuilder};
pub use card::Card;
pub use fault::Fault;
pub use recorder::{RECORDED_REQUESTS, ReceivedRequest};
pub use request_body::MAX_REQUEST_BODY;
pub use sandbox::Sandbox;
