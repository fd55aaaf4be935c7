//! The kinds of failures, and what errors of the API mean.

use std::time::Duration;

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing was sent: an argument or a setting is wrong.
    InvalidInput,
    /// Nothing was sent: the budget is used up.
    RateLimited,
    /// Nothing was sent: the store of the budget failed.
    BudgetStore,
    /// Nothing was sent: the deadline of the call has passed.
    OutOfTime,
    /// The connection was never made.
    Connect,
    /// A proxy did not make the connection.
    Proxy,
    /// A proxy rejects the user name or password, or requires them.
    ProxyAuthorization,
    /// The TLS handshake failed.
    Tls,
    /// The server refused the request before it processed it.
    Refused,
    /// The connection was not made in time.
    ConnectTimeout,
    /// The connection broke before the response was complete.
    Broken,
    /// No complete response in time.
    Timeout,
    /// The caller's HTTP client followed a redirect of a write.
    Redirected,
    /// A complete response that is not a success.
    Status,
    /// A success whose body can't be used.
    Decode,
    /// A success that lacks what was asked for.
    Mismatch,
    /// A success with something other than what was asked for, such as the card of another phone number.
    OtherResource,
    /// A success whose card was stored, but not applied to the device.
    NotApplied,
}

impl Kind {
    /// The `error.type` of logs and metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::RateLimited => "budget_used_up",
            Self::BudgetStore => "budget_store",
            Self::OutOfTime => "deadline",
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::ProxyAuthorization => "proxy_authorization",
            Self::Tls => "tls",
            Self::Refused => "refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::Broken => "connection_broken",
            Self::Timeout => "timeout",
            Self::Redirected => "redirected",
            Self::Status => "status",
            Self::Decode => "decode",
            Self::Mismatch => "mismatch",
            Self::OtherResource => "other_resource",
            Self::NotApplied => "not_applied",
        }
    }
}

/// How the deadline of a call ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// It cut off the attempt that the error is about, or came before it.
    Attempt(Duration),
    /// It left no time for another attempt.
    Retry(Duration),
}

/// What an error of the API means beyond its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The number has no active card.
    NoActiveCard,
    /// The number has an active card.
    CardExists,
    /// The card was stored, and its set-up or update did not complete.
    CardIncomplete,
    /// The service itself is rate-limited: every further attempt extends the limit.
    UpstreamRateLimited,
}
