//! The sandbox as a client sees it.

mod budgets;
mod chats;
mod client;
mod control;
mod faults;
mod interruptions;
mod lifetime;
mod lines;
mod lost_responses;
mod receiver;
mod responses;
mod shares;
mod subscriptions;
mod time;
mod upstream;
mod webhook_attempts;
mod webhooks;
mod writes;
