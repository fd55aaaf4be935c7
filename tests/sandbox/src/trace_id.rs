//! Trace ids, and how they get onto responses.

use std::hash::{BuildHasher, Hasher, RandomState};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, HeaderName};

use crate::error_body::ErrorBody;

pub(crate) const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// The id by which a request can be found in the service's logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceId(pub(crate) String);

impl TraceId {
    /// A new id: 32 lower-case hexadecimal characters.
    pub(crate) fn fresh() -> Self {
        // Every `RandomState` has keys of its own, which makes it a source of unique numbers for
        // free.
        let number = || RandomState::new().build_hasher().finish();
        Self(format!("{:016x}{:016x}", number(), number()))
    }

    /// Puts the id on `response`, and into its error body if it has one.
    pub(crate) fn stamp(self, mut response: Response) -> Response {
        if let Some(error) = response.extensions_mut().remove::<ErrorBody>() {
            *response.body_mut() = Body::from(error.json(&self).to_string());
            // The router counted the bytes of the body that was replaced.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        ([(X_TRACE_ID, self.0)], response).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn fresh_ids_are_32_lower_hex_characters_and_differ() {
        let ids: HashSet<String> = (0..1_000).map(|_| TraceId::fresh().0).collect();
        assert_eq!(ids.len(), 1_000);
        for id in ids {
            assert_eq!(id.len(), 32, "{id}");
            assert!(
                id.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
                "{id}"
            );
        }
    }

    #[test]
    fn a_response_without_an_error_body_keeps_its_body() {
        let response =
            TraceId("1f".into()).stamp((http::StatusCode::ACCEPTED, "text").into_response());
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers()["x-trace-id"], "1f");
        assert_eq!(
            response.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
    }
}
