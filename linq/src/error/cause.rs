//! The part of a foreign error that can be shown.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::line::Line;

/// The source of an [`Error`](super::Error).
///
/// A foreign error is not exposed itself: its text can hold what a server sent, such as an echoed
/// key or phone number. An error code of the operating system is harmless, so it stays an
/// [`io::Error`]. That of the caller's budget store stays as it is, but `Debug` does not print it.
pub(crate) enum Cause {
    System(io::Error),
    Store(Box<dyn StdError + Send + Sync>),
    Other(Reason),
}

/// The reason for a failure, in words of this crate.
pub(crate) struct Reason(Line);

impl Cause {
    /// The error of the operating system, if it reported one, or else the reason.
    pub(crate) fn new(system: Option<i32>, reason: &str) -> Self {
        match system {
            Some(code) => Self::System(io::Error::from_raw_os_error(code)),
            None => Self::Other(Reason(Line::new(reason))),
        }
    }

    pub(crate) fn as_error(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::System(error) => error,
            Self::Store(error) => &**error,
            Self::Other(reason) => reason,
        }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("Store(..)"),
            _ => fmt::Debug::fmt(self.as_error(), f),
        }
    }
}

impl StdError for Reason {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
