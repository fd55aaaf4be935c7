//! Tests of what crosses crates. What concerns one file is tested in that file.

#![cfg(test)]

mod bad_specs;
mod body_limits;
mod clients;
mod codegen;
mod concurrency;
mod decoding;
mod errors;
mod json_schema;
mod redirects;
mod retries;
mod rust_version;
mod sandbox;
mod secrets;
mod spec;
mod support;
mod timeouts;
mod wire;
