use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::net::TcpListener;
use uuid::Uuid;

use crate::account::{Account, Accounts};
use crate::clock::Clock;
use crate::state::State;
use crate::{Card, EXAMPLE_CHAT_ID, Sandbox, chats};

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
    chats: HashMap<Uuid, String>,
    partners: Vec<(String, Vec<Card>)>,
    clock: Clock,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            api_key: DEFAULT_API_KEY.into(),
            cards: vec![Card::example()],
            chats: chats::by_id([(EXAMPLE_CHAT_ID, Card::example().phone_number)]),
            partners: Vec::new(),
            clock: Clock::new(SystemTime::now),
        }
    }

    /// The port on 127.0.0.1; 0, the default, is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The API key that is accepted; [`DEFAULT_API_KEY`] unless set.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// The cards to begin with; [`Card::example`] alone unless set.
    pub fn cards(mut self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.cards = cards.into_iter().collect();
        self
    }

    /// The chats that a card can be shared with, each with its id, a UUID, and the phone number of
    /// its line; [`EXAMPLE_CHAT_ID`] on the line of [`Card::example`] alone unless set.
    ///
    /// # Panics
    /// If an id is not a UUID.
    #[track_caller]
    pub fn chats(
        mut self,
        chats: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.chats = chats::by_id(chats);
        self
    }

    /// One more account, with a key, cards and budgets of its own, and without chats.
    ///
    /// No account sees the cards of another. A key that is given twice stays with the account that
    /// had it first.
    pub fn partner(
        mut self,
        api_key: impl Into<String>,
        cards: impl IntoIterator<Item = Card>,
    ) -> Self {
        let cards = cards.into_iter().collect();
        self.partners.push((api_key.into(), cards));
        self
    }

    /// Where the sandbox takes the time from, for its budgets and limits; the system unless set.
    ///
    /// ```
    /// use linq_sandbox::Sandbox;
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use std::time::{Duration, SystemTime};
    ///
    /// let seconds = Arc::new(AtomicU64::new(0));
    /// let ours = seconds.clone();
    /// let builder = Sandbox::builder()
    ///     .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(ours.load(Ordering::Relaxed)));
    ///
    /// // Ten minutes later:
    /// seconds.fetch_add(600, Ordering::Relaxed);
    /// # drop(builder);
    /// ```
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
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
        Sandbox::serve(listener, self.accounts())
    }

    pub(crate) fn accounts(self) -> Accounts {
        let account = |api_key, cards, chats| {
            let state = State::new(cards, chats);
            Arc::new(Account::new(api_key, self.clock.clone(), state))
        };
        Accounts {
            main: account(self.api_key, self.cards, self.chats),
            others: self
                .partners
                .into_iter()
                .map(|(api_key, cards)| account(api_key, cards, HashMap::new()))
                .collect(),
        }
    }
}
