//! The Linq Partner API client as progenitor generates it.
//!
//! Depend on the crate `linq` instead: it adds retries, deadlines, errors that can be acted on, and
//! a stable API. `generated.rs` is written by `cargo xtask codegen`; [`Exchange`] is the seam that
//! it needs for requests, and [`send_raw`] sends those that have no generated call; [`Operation`],
//! [`ApiCode`] and `OtherEvent` hold what else the contract says.

// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]
#![warn(missing_docs)]
mod api_code;
#[cfg(feature = "testing")]
mod canned;
#[cfg(feature = "webhooks")]
mod event;
mod exchange;
mod field;
#[macro_use]
mod open_enum;
// Formatted by its generator. The ranges of statuses that it matches overlap, and the descriptions
// in the spec are not written for rustdoc.
#[rustfmt::skip]
#[allow(
    non_camel_case_types,
    unreachable_patterns,
    unreachable_pub,
    clippy::unwrap_used,
    rustdoc::all
)]
mod generated;
mod hooks;
mod objects_only;
mod operation;
mod page;
mod raw;
mod request_body;
mod secret;

pub use api_code::ApiCode;
#[cfg(feature = "testing")]
pub use canned::Canned;
#[cfg(feature = "webhooks")]
pub use event::{OtherEvent, ReadData};
pub use exchange::{BodyEnd, Exchange, Received};
pub use field::Field;
#[cfg(feature = "webhooks")]
pub use generated::events;
pub use generated::{BASE_URL, Client, Error, ResponseValue, operations, types};
pub use objects_only::ObjectsOnly;
pub use operation::{Budget, DoneOn, Operation, Pagination, Parameter, Place, RetryOn};
pub use page::Page;
pub use raw::send_raw;
pub use secret::Secret;
