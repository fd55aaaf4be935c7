//! The Linq Partner API client as progenitor generates it.
//!
//! Depend on the crate `linq` instead: it adds retries, deadlines, errors that can be acted on, and a
//! stable API. `generated.rs` is written by `cargo xtask codegen`; [`Exchange`] is the seam that it needs
//! for requests, [`Operation`] the form of what the spec says of retries.

#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]
mod exchange;
#[macro_use]
mod open_enum;
// Formatted by its generator. The ranges of statuses that it matches overlap, and the descriptions in the
// spec are not written for rustdoc.
#[rustfmt::skip]
#[allow(
    non_camel_case_types,
    unreachable_patterns,
    unreachable_pub,
    clippy::unwrap_used,
    rustdoc::all
)]
mod generated;
mod operation;
mod request_body;

pub use exchange::{BodyEnd, Exchange, Received};
pub use generated::{Client, Error, ResponseValue, operations, types};
pub use operation::{Again, Budget, Operation};
