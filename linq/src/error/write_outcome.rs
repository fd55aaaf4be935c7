//! What is known about a write that failed.

/// What is known about a write that failed; [`Error::write_outcome`](crate::Error::write_outcome)
/// returns it.
///
/// ```no_run
/// # async fn example(client: linq::Client) -> linq::Result<()> {
/// use linq::WriteOutcome;
///
/// if let Err(error) = client.contact_card().update("+15551234567").first_name("Ann").await {
///     match error.write_outcome() {
///         Some(WriteOutcome::NotSent) => println!("nothing has changed; try again"),
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
    /// No write was sent, or the server said that it did not process it: nothing has changed, and
    /// nothing counts against the budget. Fix the reported problem, or wait for
    /// [`Error::retry_after`](crate::Error::retry_after), and try again.
    NotSent,
    /// The service did not apply the write, or not completely: it refused the write, did not
    /// complete it (code 2022), or returned a card that [was not
    /// applied](crate::Error::is_not_applied) or anything that [lacks a
    /// field](crate::Error::is_mismatch) that was sent. The call counts against the budget, if it
    /// has one. Fix the reported problem; if [`Error::is_retryable`](crate::Error::is_retryable),
    /// try again after [`Error::retry_after`](crate::Error::retry_after).
    ///
    /// One refusal has an effect: an update that fails with
    /// [`ApiCode::UPSTREAM_RATE_LIMITED`](crate::ApiCode::UPSTREAM_RATE_LIMITED) leaves the card
    /// inactive. Shares then fail until a card is set up again, with
    /// [`create`](crate::contact_card::ContactCardResource::create) or
    /// [`ensure`](crate::contact_card::ContactCardResource::ensure).
    Rejected,
    /// The write may or may not have been applied: the response was lost, came too late, or is not
    /// clear. If [`Error::is_retryable`](crate::Error::is_retryable), as after a deletion, it is
    /// safe to try again. Otherwise read the current state before you write again; for cards,
    /// [`ensure`](crate::contact_card::ContactCardResource::ensure) does that itself. After the
    /// creation of a webhook subscription, see
    /// [`create`](crate::webhook_subscriptions::WebhookSubscriptionsResource::create).
    Unknown,
}

impl WriteOutcome {
    /// The outcome of two failed writes in a row.
    pub(crate) fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Rejected, _) | (_, Self::Rejected) => Self::Rejected,
            (Self::NotSent, Self::NotSent) => Self::NotSent,
        }
    }
}
