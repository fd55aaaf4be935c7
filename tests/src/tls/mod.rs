//! Servers that speak TLS and HTTP/2, which the sandbox does not.

pub(crate) mod authority;
mod certificates;
mod dropped_writes;
mod echoes;
mod hangs;
mod http2;
mod own_certificates;
mod refusals;

pub(crate) use http2::Http2;
