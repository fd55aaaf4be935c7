//! Why a request is refused, by the code of the error.

use std::time::Duration;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// Why a request is refused. The contract has the status and the message of each code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: u32,
    /// Whole seconds.
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    pub(crate) const MISSING_FIELD: Self = Self::new(1001);
    pub(crate) const PHONE_NUMBER_NOT_E164: Self = Self::new(1002);
    pub(crate) const INVALID_BODY: Self = Self::new(1003);
    pub(crate) const INVALID_PARAMETER: Self = Self::new(1005);
    pub(crate) const RATE_LIMITED: Self = Self::new(1007);
    pub(crate) const CHAT_NOT_FOUND: Self = Self::new(2001);
    pub(crate) const UNAUTHORIZED: Self = Self::new(2004);
    pub(crate) const NO_PERMISSION: Self = Self::new(2005);
    pub(crate) const SUBSCRIPTION_NOT_FOUND: Self = Self::new(2010);
    pub(crate) const CARD_NOT_FOUND: Self = Self::new(2012);
    pub(crate) const CARD_EXISTS: Self = Self::new(2014);
    pub(crate) const LINE_NOT_FOUND: Self = Self::new(2019);
    pub(crate) const INCOMPLETE: Self = Self::new(2022);
    /// The service fails on unexpected input.
    pub(crate) const INTERNAL_ERROR: Self = Self::new(3006);
    pub(crate) const UPSTREAM_RATE_LIMITED: Self = Self::new(4004);

    pub(crate) const fn new(code: u32) -> Self {
        Self {
            code,
            retry_after: None,
        }
    }

    /// Asks for a wait, rounded up to whole seconds so that it is long enough.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait
            .as_secs()
            .saturating_add(u64::from(wait.subsec_nanos() > 0));
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

/// `Api` replaces this response by the documented error, so that handlers need not know their
/// operation.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, Extension(self)).into_response()
    }
}
