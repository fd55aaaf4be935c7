//! The operations on contact cards.

mod create;
mod retrieve;
mod update;

pub(crate) use create::create;
pub(crate) use retrieve::retrieve;
pub(crate) use update::update;
