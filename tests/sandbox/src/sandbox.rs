use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::account::Account;
use crate::api::BASE_PATH;
use crate::exchange::Exchange;
use crate::{Card, Fault, ReceivedRequest, SandboxBuilder, server};

/// A running stand-in for the service; dropping it stops it and closes its connections.
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
    /// If no port can be had.
    ///
    /// # Panics
    /// Outside a Tokio runtime whose I/O and time are enabled.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Sets up a sandbox before it is started.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn serve(listener: TcpListener, account: Account) -> io::Result<Self> {
        let origin = format!("http://{}", listener.local_addr()?);
        let exchange = Arc::new(Exchange::new(account));
        let mut server = JoinSet::new();
        server.spawn(server::serve(listener, exchange.clone()));
        Ok(Self {
            base_url: format!("{origin}{BASE_PATH}"),
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

    /// The one API key that is accepted.
    pub fn api_key(&self) -> &str {
        &self.exchange.account.api_key
    }

    /// The cards of the account, in the order in which they are sent.
    pub fn cards(&self) -> Vec<Card> {
        self.exchange.account.cards().clone()
    }

    /// Replaces the cards of the account.
    pub fn set_cards(&self, cards: impl IntoIterator<Item = Card>) {
        let cards = cards.into_iter().collect();
        *self.exchange.account.cards() = cards;
    }

    /// Queues a fault for the requests to come.
    ///
    /// Faults are used in the order in which they were queued; after the last one the sandbox
    /// behaves again.
    pub fn misbehave(&self, fault: Fault) {
        self.exchange.faults.push(fault);
    }

    /// Drops the faults that are still queued.
    pub fn behave(&self) {
        self.exchange.faults.clear();
    }

    /// The requests received, oldest first, those that met a fault included.
    ///
    /// Only the newest [`RECORDED_REQUESTS`](crate::RECORDED_REQUESTS) are kept.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.exchange.recorder.requests()
    }

    /// Waits until `n` requests in all have been received since the start, bodies included.
    pub async fn wait_for_requests(&self, n: usize) {
        self.exchange.recorder.wait_for(n).await;
    }
}
