//! The sandbox as a client sees it.

mod budgets;
mod client;
mod control;
mod faults;
mod interruptions;
mod lifetime;
mod lost_responses;
mod receiver;
mod responses;
mod shares;
mod time;
mod upstream;
mod webhook_attempts;
mod webhooks;
mod writes;
