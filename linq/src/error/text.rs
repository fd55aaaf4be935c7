//! What an error says to people.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::{Error, Inner, Kind};
use crate::api_code::ApiCode;
use crate::write_outcome::WriteOutcome;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, detail, .. } = &*self.0;
        match (kind, self.status()) {
            (Kind::InvalidInput, _) => write!(f, "invalid input: {detail}")?,
            (Kind::Status, Some(status)) => {
                write!(f, "{status}")?;
                if let Some(code) = self.api_code() {
                    write!(f, " (code {code})")?;
                }
                write!(f, ": {}", OneLine(self.said()))?;
            }
            (_, Some(status)) => write!(f, "{status}, but {detail}")?,
            (_, None) => f.write_str(detail)?,
        }
        self.write_advice(f)?;
        if self.0.attempts > 1 {
            write!(f, " [{} attempts]", self.0.attempts)?;
        }
        if let Some(trace_id) = self.trace_id() {
            write!(f, " [trace id {trace_id}]")?;
        }
        Ok(())
    }
}

impl Error {
    /// What the API says of the error, or else what is known of it here.
    fn said(&self) -> &str {
        self.message().unwrap_or(&self.0.detail)
    }

    fn has_unknown_outcome(&self) -> bool {
        self.write_outcome() == Some(WriteOutcome::Unknown)
    }

    fn write_advice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(wait), false) = (self.retry_after(), self.has_unknown_outcome()) {
            return write!(f, "; try again in {}", Wait(wait));
        }
        f.write_str(match self.0.kind {
            _ if self.is_authentication() => "; check the API key (LINQ_API_V3_API_KEY)",
            _ if self.is_permission() => "; use an API key that may access it",
            _ if self.api_code() == Some(ApiCode::CONTACT_CARD_EXISTS) => {
                "; change the card with `update`, or use `ensure`"
            }
            _ if self.api_code() == Some(ApiCode::CONTACT_CARD_NOT_FOUND) => {
                "; set a card up with `create`, or use `ensure`"
            }
            _ if self.is_not_found() => "; check the base URL, if it should be there",
            _ if self.has_unknown_outcome() => {
                "; it may have been carried out all the same: check before you send it again"
            }
            Kind::Connect | Kind::ConnectTimeout | Kind::Broken => {
                "; check the network and the base URL"
            }
            Kind::Timeout => "; raise the timeout, or try again later",
            Kind::Status if self.is_retryable() => "; try again later",
            _ => "",
        })
    }
}

/// For people, who don't count in nanoseconds: never less than the wait.
struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0);
        write!(f, "{whole}s")
    }
}

/// Shows text from outside without what would break a line, or a terminal.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|c| f.write_char(if breaks_a_line(c) { ' ' } else { c }))
    }
}

/// Control characters, line and paragraph separators, and those that turn the direction of text.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `{:?}` is the one-line text, because that is what a `main` that returns an error prints. `{:#?}` adds the
/// details, without headers and body, which can hold personal data.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("text", &self.to_string())
            .field("status", &self.status())
            .field("api_code", &self.api_code())
            .field("doc_url", &self.doc_url())
            .field("retry_after", &self.retry_after())
            .field("trace_id", &self.trace_id())
            .field("attempts", &self.attempts())
            .field("write_outcome", &self.write_outcome())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
