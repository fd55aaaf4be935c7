//! A line: a phone number that a partner sends from.

use uuid::Uuid;

use crate::Card;

/// The id of the line of [`Card::example`], which is also that of the contract's examples.
pub const EXAMPLE_LINE_ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// A line, for [`SandboxBuilder::lines`](crate::SandboxBuilder::lines).
///
/// ```
/// use linq_sandbox::Line;
///
/// let line = Line {
///     reputation: "AT_RISK".into(),
///     ..Line::new("+15551234567")
/// };
/// assert_eq!(line.forwarding_number, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The phone number, in E.164 format.
    pub phone_number: String,
    /// The number that calls are forwarded to.
    pub forwarding_number: Option<String>,
    /// What it sends over, such as `iMessage`.
    pub line_type: String,
    /// The status of its reputation, such as `HEALTHY`.
    pub reputation: String,
}

impl Line {
    /// A healthy line for iMessage that forwards nothing.
    pub fn new(phone_number: impl Into<String>) -> Self {
        Self {
            phone_number: phone_number.into(),
            forwarding_number: None,
            line_type: "iMessage".into(),
            reputation: "HEALTHY".into(),
        }
    }

    /// The id: [`EXAMPLE_LINE_ID`] for the number of [`Card::example`]; always the same for any
    /// other.
    pub fn id(&self) -> String {
        if self.phone_number == Card::example().phone_number {
            return EXAMPLE_LINE_ID.into();
        }
        Uuid::new_v5(&Uuid::NAMESPACE_OID, self.phone_number.as_bytes()).to_string()
    }
}

impl<T: Into<String>> From<T> for Line {
    fn from(phone_number: T) -> Self {
        Self::new(phone_number)
    }
}
