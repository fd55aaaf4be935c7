//! What is known of a write that failed.

use reqwest::StatusCode;

use crate::api_code::ApiCode;
use crate::error::{Error, Kind};

/// What is known of a write that failed; [`Error::write_outcome`] answers it.
///
/// ```no_run
/// # async fn example(client: linq::Client) -> linq::Result<()> {
/// use linq::WriteOutcome;
///
/// if let Err(error) = client.contact_card().update("+15551234567").first_name("Ann").await {
///     match error.write_outcome() {
///         Some(WriteOutcome::NotSent) => println!("nothing has changed; send it again when you can"),
///         Some(WriteOutcome::Rejected) => println!("refused: {error}"),
///         Some(WriteOutcome::Unknown) => {
///             let card = client.contact_card().get("+15551234567").await?;
///             println!("the card is {card:?} now");
///         }
///         None => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// No write left this machine: nothing has changed, and nothing was counted against the budget. Mend
    /// what the error says, or wait for [`Error::retry_after`], and send the write again.
    NotSent,
    /// The service answered that it has not carried the write out, or not completely (code 2022). The call
    /// counts against the budget. Mend what the error says; when it is retryable, send the write again
    /// after [`Error::retry_after`].
    Rejected,
    /// The write may have been carried out or not: the answer was lost, came too late, or doesn't tell.
    /// Read the card before you write again, or use
    /// [`ensure`](crate::ContactCardResource::ensure), which does so by itself.
    Unknown,
}

impl WriteOutcome {
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            Kind::InvalidInput | Kind::RateLimited | Kind::Connect | Kind::ConnectTimeout => {
                Self::NotSent
            }
            Kind::Redirected => Self::Unknown,
            Kind::Broken | Kind::Timeout | Kind::Status | Kind::Decode => of_answer(error),
        }
    }

    /// What is known of two writes in a row, of which both failed.
    pub(crate) fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Rejected, _) | (_, Self::Rejected) => Self::Rejected,
            (Self::NotSent, Self::NotSent) => Self::NotSent,
        }
    }
}

/// A refusal is known by its status, even if its body has been lost; a failure only by its code.
fn of_answer(error: &Error) -> WriteOutcome {
    let refused = match (error.status(), error.api_code()) {
        (None, _) => false,
        // A gateway can lose patience after it has passed the request on.
        (Some(StatusCode::REQUEST_TIMEOUT), _) => false,
        (Some(status), None) if (452..500).contains(&status.as_u16()) => false,
        // The other redirects can mean "done; look there".
        (Some(StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT), _) => true,
        (Some(status), _) if status.is_client_error() => true,
        (Some(status), Some(code)) if status.is_server_error() => {
            code == ApiCode::CONTACT_CARD_INCOMPLETE || code == ApiCode::UPSTREAM_RATE_LIMITED
        }
        _ => false,
    };
    if refused {
        WriteOutcome::Rejected
    } else {
        WriteOutcome::Unknown
    }
}
