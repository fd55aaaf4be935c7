//! Types for what the contract says about operations; `generated.rs` has the values.

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method, such as `GET`.
    pub method: &'static str,
    /// The template of the path, such as `/v3/chats/{chatId}`.
    pub path: &'static str,
    /// The parameters in the path, the query and the headers.
    pub parameters: &'static [Parameter],
    /// The statuses of a success as the contract has them: one, such as `200`, or any, `2XX`.
    pub success_statuses: &'static [&'static str],
    /// Whether repeating a call has no further effect, so that any failure may be retried.
    pub idempotent: bool,
    /// The refusals after which an operation that is not idempotent may be retried.
    pub retry_on: &'static [RetryOn],
    /// The refusals which show that an earlier attempt with an unknown outcome was applied.
    pub done_on: &'static [DoneOn],
    /// How to get to the next page, if it returns pages.
    pub pagination: Option<Pagination>,
    /// The fields of its responses that are secret.
    pub secrets: &'static [&'static str],
    /// The budget that its calls count toward.
    pub budget: Option<Budget>,
}

impl Operation {
    /// Whether it only reads, by its method.
    pub fn is_read(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it is sent.
    pub place: Place,
    /// Whether it is required.
    pub required: bool,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// A refusal after which an operation that is not idempotent may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryOn {
    /// The HTTP status.
    pub status: u16,
    /// The API's code; if it is not given, any or none.
    pub code: Option<u32>,
    /// The maximum number of retries; if it is not given, as many as the caller allows.
    pub max_retries: Option<u32>,
    /// Whether the response must ask for a wait.
    pub requires_retry_after: bool,
}

/// A refusal that shows that an earlier attempt was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneOn {
    /// The HTTP status.
    pub status: u16,
    /// The API's code; if it is not given, any or none.
    pub code: Option<u32>,
}

/// How to get from one page of a list to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pagination {
    /// The query parameter that takes the cursor.
    pub parameter: &'static str,
    /// The field of the response that has the cursor of the next page.
    pub next: &'static str,
    /// The field of the response that has the items.
    pub items: &'static str,
}

/// How many calls the service accepts within a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The name in the contract.
    pub name: &'static str,
    /// What has its own budget, in words.
    pub per: &'static str,
    /// How many calls.
    pub calls: u32,
    /// Within how many seconds.
    pub seconds: u64,
    /// Whether a call that the service refuses counts too.
    pub counts_refusals: bool,
}
