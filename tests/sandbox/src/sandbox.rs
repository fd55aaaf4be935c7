//! A running sandbox.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::account::Accounts;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::trace_id::TraceId;
use crate::webhook::Event;
use crate::{Card, Chat, Fault, ReceivedRequest, SandboxBuilder, WebhookDelivery, server};

/// A running stand-in for the service; dropping it stops it, its deliveries included, and closes
/// its connections.
///
/// ```
/// use linq_sandbox::{Fault, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// sandbox.misbehave(Fault::error(500, 3006, "Internal server error"));
///
/// let client = reqwest::Client::builder().no_proxy().build()?;
/// let request = client
///     .get(format!("{}/v3/contact_card", sandbox.base_url()))
///     .bearer_auth(sandbox.api_key())
///     .build()?;
///
/// let retry = request.try_clone().unwrap();
/// assert_eq!(client.execute(request).await?.status(), 500);
/// assert_eq!(client.execute(retry).await?.status(), 200);
/// assert_eq!(sandbox.requests().len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sandbox {
    origin: String,
    base_url: String,
    exchange: Arc<Exchange>,
    /// Dropping the set aborts the one task in it.
    _server: JoinSet<()>,
}

impl Sandbox {
    /// Starts a sandbox on a free port, with [`DEFAULT_API_KEY`](crate::DEFAULT_API_KEY) and
    /// [`Card::example`].
    ///
    /// # Errors
    /// If no port is available.
    ///
    /// # Panics
    /// Outside a Tokio runtime whose I/O and time are enabled.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures a sandbox before it starts.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn serve(
        listener: TcpListener,
        accounts: Accounts,
        contract: Contract,
    ) -> io::Result<Self> {
        let origin = format!("http://{}", listener.local_addr()?);
        let base_url = format!("{origin}{}", contract.base_path());
        let exchange = Arc::new(Exchange::new(accounts, contract));
        let mut server = JoinSet::new();
        server.spawn(server::serve(listener, exchange.clone()));
        Ok(Self {
            base_url,
            origin,
            exchange,
            _server: server,
        })
    }

    /// Where the sandbox listens: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The base URL for a client: `http://127.0.0.1:PORT/api/partner`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The API key that is accepted; those of [other partners](SandboxBuilder::partner) are too.
    ///
    /// Cards, chats and limits below are those of its account.
    pub fn api_key(&self) -> &str {
        &self.exchange.accounts.main.api_key
    }

    /// The cards of the account, in the order in which they are sent.
    pub fn cards(&self) -> Vec<Card> {
        self.exchange.accounts.main.state().cards.clone()
    }

    /// Replaces the cards of the account; calls that count against a number's budget still do.
    pub fn set_cards(&self, cards: impl IntoIterator<Item = Card>) {
        let cards = cards.into_iter().collect();
        self.exchange.accounts.main.state().set_cards(cards);
    }

    /// Replaces the chats of the account; see [`SandboxBuilder::chats`].
    ///
    /// # Panics
    /// If an id is not a UUID.
    #[track_caller]
    pub fn set_chats(&self, chats: impl IntoIterator<Item = impl Into<Chat>>) {
        let chats = chats.into_iter().map(Into::into).collect();
        self.exchange.accounts.main.state().set_chats(chats);
    }

    /// Makes the upstream refuse writes of a number's card until `wait` has passed without one.
    ///
    /// Each POST or PATCH that would otherwise succeed gets 503/4004, which carries no
    /// `Retry-After`, stores nothing, and restarts the wait. After a PATCH the card is no longer
    /// active: further PATCHes and shares get 404/2012 until a POST sets the card up again. Refused
    /// calls count toward the number's budget.
    ///
    /// ```
    /// use linq_sandbox::Sandbox;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.limit_upstream("+15551234567", Duration::from_secs(60));
    ///
    /// let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/v3/contact_card?phone_number=%2B15551234567", sandbox.base_url());
    /// let request = client.patch(url).bearer_auth(sandbox.api_key());
    /// let response = request.body(r#"{"first_name":"Jane"}"#).send().await?;
    ///
    /// assert_eq!(response.status(), 503);
    /// assert_eq!(sandbox.cards()[0].first_name, "John");
    /// assert!(!sandbox.cards()[0].is_active);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit_upstream(&self, phone_number: impl Into<String>, wait: Duration) {
        let account = &self.exchange.accounts.main;
        let mut state = account.state();
        let now = account.now();
        state.upstream.limit(phone_number.into(), wait, now);
    }

    /// Leaves the next `times` writes of a number's card incomplete.
    ///
    /// Each POST or PATCH that would otherwise succeed gets 500/2022. A POST stores the card
    /// inactive; a PATCH stores nothing. Sending the same request again completes it.
    pub fn leave_incomplete(&self, phone_number: impl Into<String>, times: usize) {
        let mut state = self.exchange.accounts.main.state();
        state.upstream.leave_incomplete(phone_number.into(), times);
    }

    /// Stores the next `times` writes of a number's card without applying them to the device.
    ///
    /// Each POST or PATCH that would otherwise succeed gets 200, but its `is_active` is `false`,
    /// and so is that of the stored card: PATCHes and shares get 404/2012 until a POST sets the
    /// card up again. Writes that [`leave_incomplete`](Self::leave_incomplete) fails do not count.
    ///
    /// ```
    /// use linq_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().cards([]).start().await?;
    /// sandbox.leave_inactive("+15551234567", 1);
    ///
    /// let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/v3/contact_card", sandbox.base_url());
    /// for is_active in [false, true] {
    ///     let request = client.post(&url).bearer_auth(sandbox.api_key());
    ///     let body = r#"{"phone_number":"+15551234567","first_name":"John"}"#;
    ///     let response = request.body(body).send().await?;
    ///
    ///     assert_eq!(response.status(), 200);
    ///     assert_eq!(sandbox.cards()[0].is_active, is_active);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn leave_inactive(&self, phone_number: impl Into<String>, times: usize) {
        let mut state = self.exchange.accounts.main.state();
        state.upstream.leave_inactive(phone_number.into(), times);
    }

    /// Sends an event of any type to the [webhook](SandboxBuilder::webhook) and to the
    /// subscriptions that take it, in the usual envelope and with a trace id of its own.
    ///
    /// Returns the delivery to the webhook, or else to the oldest subscription of them.
    ///
    /// # Panics
    /// If nobody takes the event, or the type cannot be sent in a header.
    #[track_caller]
    pub fn send_webhook(&self, event_type: &str, data: Value) -> WebhookDelivery {
        let account = &self.exchange.accounts.main;
        if HeaderValue::from_str(event_type).is_err() {
            invalid(&format!("{event_type:?} is not a header value"));
        }
        let event = Event {
            event_type: event_type.into(),
            data,
            trace_id: TraceId::fresh(),
            created_at: account.now(),
        };
        let deliveries = account.notify(&account.state(), event);
        let Some(first) = deliveries.into_iter().next() else {
            invalid("no webhook and no subscription takes it");
        };
        first
    }

    /// Waits until `n` deliveries in all have been accepted since the start, that is, got a 2xx: of
    /// every webhook and subscription of the account, whatever the event.
    ///
    /// ```
    /// use linq_sandbox::{DEFAULT_WEBHOOK_SECRET, Fault, Sandbox, contact_card_received};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let receiver = Sandbox::start().await?; // stands for the server that is tested
    /// receiver.misbehave(Fault::status(200).always());
    /// let sandbox = Sandbox::builder()
    ///     .webhook(receiver.origin(), [DEFAULT_WEBHOOK_SECRET])
    ///     .start()
    ///     .await?;
    ///
    /// sandbox.send_webhook("contact_card.received", contact_card_received());
    /// sandbox.wait_for_deliveries(1).await?;
    /// assert_eq!(receiver.requests().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] after 10 seconds; the text has how many were accepted, and the
    /// response to the last attempt.
    pub async fn wait_for_deliveries(&self, n: usize) -> io::Result<()> {
        self.exchange.accounts.main.wait_for_deliveries(n).await
    }

    /// Queues a fault for coming requests.
    ///
    /// Faults are used in the order in which they were queued, each by the next request of its
    /// [method](Fault::on); after the last one the sandbox behaves again.
    pub fn misbehave(&self, fault: Fault) {
        self.exchange.faults.push(fault);
    }

    /// Removes the faults that are still queued.
    pub fn behave(&self) {
        self.exchange.faults.clear();
    }

    /// Turns the budgets of writes and shares on or off; they are on at the start.
    pub fn enforce_budgets(&self, is_on: bool) {
        self.exchange.enforce_budgets(is_on);
    }

    /// Advances the sandbox's time, by whole seconds and at most a century in all.
    ///
    /// Budgets, limits and the times in responses follow; the timestamps of webhooks do not,
    /// because receivers refuse old deliveries.
    pub fn advance_time(&self, by: Duration) {
        self.exchange.accounts.main.clock.advance(by);
    }

    /// Restores the state in which the sandbox started: cards, chats, budgets and time. Faults,
    /// recorded requests and events on their way are dropped.
    pub fn reset(&self) {
        self.exchange.reset();
    }

    /// The requests received, oldest first, including those that met a fault.
    ///
    /// Only the newest [`RECORDED_REQUESTS`](crate::RECORDED_REQUESTS) are kept.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.exchange.recorder.requests()
    }

    /// Waits until `n` requests in all have been received since the start, bodies included.
    ///
    /// The last of them may not have been applied yet.
    pub async fn wait_for_requests(&self, n: usize) {
        self.exchange.recorder.wait_for(n).await;
    }
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "the mistake is in the code that sends the event, so it is shown there"
)]
fn invalid(why: &str) -> ! {
    panic!("invalid event: {why}")
}
