//! The text of an error.

use std::fmt;

use super::advice::advice;
use super::{Error, Inner, Kind, Late};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, detail, .. } = &*self.0;
        if *kind == Kind::InvalidInput {
            f.write_str("invalid input: ")?;
        }
        if let Some(status) = self.status() {
            write!(f, "{status}")?;
            if let Some(code) = self.api_code() {
                write!(f, " (code {code})")?;
            }
        }
        match (kind, self.status()) {
            (Kind::Status, Some(_)) => match (self.message(), self.api_code()) {
                (Some(message), _) => write!(f, ": {message}")?,
                (None, None) => write!(f, ": {detail}")?,
                (None, Some(_)) => {}
            },
            (_, Some(_)) => write!(f, ", but {detail}")?,
            (_, None) => write!(f, "{detail}")?,
        }
        if let Some(advice) = advice(self) {
            write!(f, "; {advice}")?;
        }
        if let Some(Late::Retry(deadline)) = self.0.late {
            write!(
                f,
                "; the deadline of {deadline:?} left no time to try again"
            )?;
        }
        if self.0.attempts > 1 {
            write!(f, " [{} attempts]", self.0.attempts)?;
        }
        if let Some(trace_id) = self.trace_id() {
            write!(f, " [trace id {trace_id}]")?;
        }
        Ok(())
    }
}

/// `{:?}` prints the one-line text, for a `main` that returns an error. `{:#?}` adds the details,
/// except headers and body, which can hold personal data.
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
