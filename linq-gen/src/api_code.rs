//! The code by which the API names an error; `generated.rs` has the known ones.

use std::fmt;

/// The code by which the API names an error, finer than the HTTP status.
///
/// The set is open: the API can send a code that this version does not name, and [`ApiCode::get`]
/// returns its number. 1xxx: the request is wrong; 2xxx: authentication or resource; 3xxx: the
/// service failed; 4xxx: delivery; 5xxx: attachments.
///
/// Source: [error codes](https://docs.linqapp.com/error/codes/).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiCode(u32);

impl ApiCode {
    /// The code with this number, whether or not it has a name here.
    pub const fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number, such as 1002.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for ApiCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
