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
