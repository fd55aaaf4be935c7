//! The project's own tasks, as a library so that tests call them too.

pub mod codegen;
mod operations;
pub mod sandbox;
pub mod spec;
mod webhook_types;
