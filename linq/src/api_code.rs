//! The codes by which the API names its errors.

use std::fmt;

/// The code by which the API names an error, finer than the HTTP status.
///
/// The set is open: the API can answer a code that this version does not name, and [`ApiCode::get`]
/// gives its number. 1xxx: the request is wrong; 2xxx: authentication or resource; 3xxx: the service
/// failed; 4xxx: delivery; 5xxx: attachments.
///
/// ```
/// use linq::ApiCode;
///
/// fn advice(code: ApiCode) -> &'static str {
///     match code {
///         ApiCode::INVALID_TOKEN => "check the API key",
///         ApiCode::RATE_LIMITED => "slow down",
///         _ => "see err.doc_url()",
///     }
/// }
/// ```
///
/// Source: [error codes](https://docs.linqapp.com/error/codes/).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiCode(u32);

impl ApiCode {
    /// 1001, with status 400: a required field is missing.
    pub const MISSING_FIELD: Self = Self(1001);
    /// 1002, with status 400: a phone number is not in E.164 format.
    pub const INVALID_PHONE_NUMBER: Self = Self(1002);
    /// 1003, with status 400: the request body is invalid.
    pub const INVALID_BODY: Self = Self(1003);
    /// 1005, with status 400: a parameter's value is invalid.
    pub const INVALID_PARAMETER: Self = Self(1005);
    /// 1007, with status 429: the rate limit is exceeded.
    pub const RATE_LIMITED: Self = Self(1007);
    /// 2001, with status 404: the resource was not found.
    pub const RESOURCE_NOT_FOUND: Self = Self(2001);
    /// 2004, with status 401: the token is missing or invalid.
    pub const INVALID_TOKEN: Self = Self(2004);
    /// 2005, with status 403: no permission for this resource.
    pub const NO_PERMISSION: Self = Self(2005);
    /// 2012, with status 404: the line has no active contact card.
    pub const CONTACT_CARD_NOT_FOUND: Self = Self(2012);
    /// 2014, with status 409: a contact card already exists for this number.
    pub const CONTACT_CARD_EXISTS: Self = Self(2014);
    /// 2022, with status 500: the card's set-up or update did not complete.
    pub const CONTACT_CARD_INCOMPLETE: Self = Self(2022);
    /// 3006, with status 500: the service failed.
    pub const INTERNAL_ERROR: Self = Self(3006);
    /// 4004, with status 503: the upstream write is rate-limited.
    pub const UPSTREAM_RATE_LIMITED: Self = Self(4004);

    pub(crate) fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number, such as 1002.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for ApiCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
