use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use crate::account::Account;
use crate::{Card, Sandbox};

/// The API key that a sandbox accepts unless it is given another.
pub const DEFAULT_API_KEY: &str = "sandbox-api-key";

/// Sets up a [`Sandbox`] that differs from the usual one.
///
/// ```
/// use linq_sandbox::{Card, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let card = Card {
///     first_name: "Jane".into(),
///     ..Card::example()
/// };
/// let sandbox = Sandbox::builder()
///     .api_key("secret")
///     .cards([card])
///     .start()
///     .await?;
/// assert_eq!(sandbox.api_key(), "secret");
/// assert_eq!(sandbox.cards()[0].first_name, "Jane");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a sandbox runs only once it is started"]
pub struct SandboxBuilder {
    port: u16,
    api_key: String,
    cards: Vec<Card>,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            api_key: DEFAULT_API_KEY.into(),
            cards: vec![Card::example()],
        }
    }

    /// The port on 127.0.0.1; 0, the default, is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The one API key that is accepted; [`DEFAULT_API_KEY`] unless set.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// The cards to begin with; [`Card::example`] alone unless set.
    pub fn cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.cards = cards.into_iter().collect();
        self
    }

    /// Starts the sandbox in the current Tokio runtime.
    ///
    /// # Errors
    /// If the port cannot be had.
    ///
    /// # Panics
    /// Outside a Tokio runtime whose I/O and time are enabled.
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        Sandbox::serve(listener, Account::new(self.api_key, self.cards))
    }
}
