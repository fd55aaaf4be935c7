//! What the spec says of an operation beyond its request; `generated.rs` has the values.

/// An operation: what may be sent again, and the budget that it is counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// Whether it changes nothing, so that it may be sent again whatever became of it.
    pub repeatable: bool,
    /// The refusals after which it may be sent again all the same.
    pub again: &'static [Again],
    /// What it is counted against.
    pub budget: Option<Budget>,
}

/// A refusal after which an operation that is not repeatable may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// The HTTP status.
    pub status: u16,
    /// The API's code; any or none where it is not given.
    pub code: Option<u32>,
    /// How often at the most; as often as the caller allows where it is not given.
    pub times: Option<u32>,
    /// Whether only after a wait that the answer asks for.
    pub asked_wait_only: bool,
}

/// How many calls the service takes within so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The name in the spec.
    pub name: &'static str,
    /// What has a budget of its own, for people.
    pub per: &'static str,
    /// How many calls.
    pub calls: u32,
    /// Within how many seconds.
    pub seconds: u64,
    /// Whether a call that the service refuses counts too.
    pub counts_refusals: bool,
}
