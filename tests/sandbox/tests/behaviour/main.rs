//! The sandbox as a client sees it.

mod answers;
mod client;
mod faults;
mod interruptions;
mod lifetime;
