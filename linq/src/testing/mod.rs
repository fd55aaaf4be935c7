//! For tests of programs that use this crate: values, errors, time and responses without a network.
//!
//! Needs the feature `testing`; enable it for tests only:
//!
//! ```toml
//! [dev-dependencies]
//! linq = { path = "../linq/linq", features = ["testing"] }
//! ```
//!
//! | what a test needs | what makes it |
//! |---|---|
//! | a value that only the service makes, such as a [`ContactCard`](crate::ContactCard) | [`contact_card`], or [`from_json`] for any type |
//! | what a request returns: a [`Response`](crate::Response), an [`Ensured`](crate::Ensured) | [`ResponseBuilder`], [`ensured`], [`line_card`] |
//! | an [`Error`](crate::Error) of any kind | [`Fault::error`] |
//! | a client without a network | [`Mock`]: you write a response for each operation, and everything else is the real client |
//! | time | [`FakeClock`], for the client, webhooks and the sandbox |
//! | a delivery of a webhook | `linq::webhook::testing::sign`, or [`event`] for the event alone |
//! | a service that keeps state and sends webhooks | the sandbox, the crate `linq-sandbox` |
//!
//! The cookbook tests one small program with each of them.

#[cfg(feature = "testing")]
mod endpoint;
mod fake_clock;
#[cfg(feature = "testing")]
mod fault;
#[cfg(feature = "testing")]
mod fault_error;
#[cfg(feature = "testing")]
mod mock;
#[cfg(feature = "testing")]
mod mock_call;
#[cfg(feature = "testing")]
mod values;

pub use fake_clock::FakeClock;

#[cfg(feature = "testing")]
pub use {
    endpoint::Endpoint,
    fault::Fault,
    mock::Mock,
    mock_call::MockCall,
    values::{
        ResponseBuilder, attempt, budget_call, budget_end, contact_card, ensure_report, ensured,
        from_json, image_kept, line_card, line_cards,
    },
};

#[cfg(all(feature = "testing", feature = "webhooks"))]
pub use values::event;

/// The bodies of requests, as a [`MockCall`] has them.
#[cfg(feature = "testing")]
pub use linq_gen::{
    Field,
    types::{
        ContactCardCreateRequest, ContactCardUpdateRequest, LineUpdateRequest,
        WebhookSubscriptionCreateRequest, WebhookSubscriptionUpdateRequest,
    },
};
