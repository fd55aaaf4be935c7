//! Keeps web pages away from the control endpoint.
//!
//! The sandbox listens on loopback only, but a page in a browser on the same machine can send
//! requests there. It can't read the responses, can't send JSON without a preflight request, and
//! can't hide its origin.

use std::net::IpAddr;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::request::Parts;

use super::Mistake;
use crate::request_body::{MAX_REQUEST_BODY, RequestBody};

pub(super) fn check(head: &Parts, body: &RequestBody) -> Result<(), Mistake> {
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if head.headers.contains_key(ORIGIN) {
        let why = "web pages can't use this endpoint: send no Origin";
        return Err(Mistake::new(StatusCode::FORBIDDEN, why));
    }
    // Any other name comes from someone else's name server.
    if !text(HOST).is_some_and(is_loopback) {
        let why = "this endpoint is for this machine only: send Host: 127.0.0.1 or localhost";
        return Err(Mistake::new(StatusCode::FORBIDDEN, why));
    }
    if body.is_too_large {
        let why = format!("the body is larger than {MAX_REQUEST_BODY} bytes");
        return Err(Mistake::new(StatusCode::PAYLOAD_TOO_LARGE, why));
    }
    if !body.bytes.is_empty() && !text(CONTENT_TYPE).is_some_and(is_json) {
        let why = "send the body as Content-Type: application/json, like `curl --json`";
        return Err(Mistake::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    Ok(())
}

/// Whether the value of a `Host` names this machine, with or without a port.
fn is_loopback(host: &str) -> bool {
    let has_port = |port: &str| port.bytes().all(|digit| digit.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if has_port(port) && !name.ends_with(':') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "localhost",
            "LocalHost:1",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            ":8080",
            "example.com",
            "127.0.0.1.example.com:8080",
            "localhost.example.com",
            "0.0.0.0",
            "10.0.0.1:8080",
            "[::2]:8080",
            "localhost:http",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
