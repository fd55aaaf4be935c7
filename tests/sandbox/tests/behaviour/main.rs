//! The sandbox as a client sees it.

mod answers;
mod budgets;
mod client;
mod control;
mod faults;
mod interruptions;
mod lifetime;
mod lost_answers;
mod receiver;
mod shares;
mod time;
mod upstream;
mod webhook_attempts;
mod webhooks;
mod writes;
