//! The project's own tasks, as a library so that tests call them too.

pub mod checkout;
pub mod codegen;
pub mod diff;
pub mod lint;
mod redocly;
pub mod sandbox;
pub mod spec;
