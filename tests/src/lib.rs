//! Tests of what crosses crates. What concerns one file is tested in that file.

#![cfg(test)]

mod advice;
mod bad_specs;
mod body_limits;
mod budget_rules;
mod budgets;
mod clients;
mod codegen;
mod concurrency;
mod contract;
mod decoding;
mod ensure;
mod ensure_all;
mod ensure_checks;
mod ensure_reconciles;
mod errors;
mod extremes;
mod features;
mod field_rules;
mod generated_code;
mod inactive_cards;
mod json_schema;
mod redirects;
mod retries;
mod retry_policy;
mod returned_cards;
mod rust_version;
mod sandbox;
mod secrets;
mod spec;
mod support;
mod timeouts;
mod tls;
mod unsent_writes;
mod webhook_bodies;
mod webhook_claims;
mod webhook_corpus;
mod webhook_deliveries;
mod webhook_fuzz;
mod webhooks;
mod wire;
mod write_properties;
mod write_races;
mod writes;
