//! The project's own tasks, as a library that tests can call.

pub mod checkout;
pub mod codegen;
pub mod diff;
pub mod lint;
mod model;
pub mod performance;
mod redocly;
pub mod review;
pub mod sandbox;
pub mod spec;
