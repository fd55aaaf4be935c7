//! Configures a sandbox before it starts.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::account::{Account, Accounts};
use crate::clock::Clock;
use crate::contract::Contract;
use crate::demo_account;
use crate::state::State;
use crate::subscription::Subscription;
use crate::webhook::{Courier, Endpoint, Means, Observer, Wait};
use crate::{Card, Chat, EXAMPLE_CHAT_ID, Line, Sandbox};

/// The API key that a sandbox accepts unless it is given another.
pub const DEFAULT_API_KEY: &str = "sandbox-api-key";

/// Configures a [`Sandbox`]; [`Sandbox::builder`] returns one.
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
    chats: Vec<Chat>,
    /// `None` if any number can be one.
    lines: Option<Vec<Line>>,
    has_example_subscription: bool,
    partners: Vec<(String, Vec<Card>)>,
    clock: Clock,
    /// A contract in place of this project's.
    contract: Option<String>,
    /// The URL and the secrets.
    webhook: Option<(String, Vec<String>)>,
    webhook_wait: Wait,
    webhook_observer: Observer,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            api_key: DEFAULT_API_KEY.into(),
            cards: vec![Card::example()],
            chats: vec![(EXAMPLE_CHAT_ID, Card::example().phone_number).into()],
            lines: None,
            has_example_subscription: true,
            partners: Vec::new(),
            clock: Clock::new(SystemTime::now),
            contract: None,
            webhook: None,
            webhook_wait: Wait::default(),
            webhook_observer: Observer::default(),
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

    /// The chats, from the newest to the oldest: each a [`Chat`], or its id and the phone number of
    /// its line. Unless set, there is one: [`EXAMPLE_CHAT_ID`] on the line of [`Card::example`].
    ///
    /// # Panics
    /// If an id is not a UUID.
    #[track_caller]
    pub fn chats(mut self, chats: impl IntoIterator<Item = impl Into<Chat>>) -> Self {
        self.chats = chats.into_iter().map(Into::into).collect();
        self
    }

    /// The lines of the account: each a [`Line`] or its phone number. A card can be set up for
    /// these only; for any other number, POST gets 403/2005.
    ///
    /// Unless set, each number that has a card or a chat is a line, and any other becomes one with
    /// its first card.
    pub fn lines(mut self, lines: impl IntoIterator<Item = impl Into<Line>>) -> Self {
        self.lines = Some(lines.into_iter().map(Into::into).collect());
        self
    }

    /// Begins with a small, plausible account: three lines, one with a card, one with an inactive
    /// card and one without, five chats, and no subscription.
    ///
    /// ```
    /// use linq_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let sandbox = Sandbox::builder().demo_account().start().await?;
    /// let active: Vec<_> = sandbox.cards().iter().map(|card| card.is_active).collect();
    /// assert_eq!(active, [true, false]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn demo_account(self) -> Self {
        Self {
            has_example_subscription: false,
            ..self
                .lines(demo_account::lines())
                .cards(demo_account::cards())
                .chats(demo_account::chats())
        }
    }

    /// Adds an account, with its own key, cards and budgets, and without chats.
    ///
    /// No account sees the cards of another. If two accounts get the same key, it belongs to
    /// the first.
    pub fn partner(
        mut self,
        api_key: impl Into<String>,
        cards: impl IntoIterator<Item = Card>,
    ) -> Self {
        let cards = cards.into_iter().collect();
        self.partners.push((api_key.into(), cards));
        self
    }

    /// Sends an event to `url`, usually plain http, when a write of the account succeeds.
    ///
    /// A secret is `whsec_` followed by base64; [`DEFAULT_WEBHOOK_SECRET`] is one. With several, as
    /// during a rotation, each delivery carries a signature for each, the current secret's first;
    /// the legacy signature is always made with the first.
    ///
    /// A POST that succeeds sends `contact_card.created`, even if the card is stored inactive. A
    /// PATCH that changes a name or the photo sends `contact_card.updated`, whose `change` has the
    /// fields that differ. Changes of forwarding numbers and of subscriptions send their events too.
    /// The event repeats the trace id of the request. [`Sandbox::send_webhook`] sends any other event.
    ///
    /// This webhook takes every event, and is not among the subscriptions of the account.
    ///
    /// An attempt that gets a 5xx, a 429, or no response within 15 seconds is repeated, up to 10
    /// times over 25 minutes, with the same id and body but a new timestamp and new signatures.
    /// Events do not wait for one another, so they arrive in any order. While [`MAX_DELIVERIES`]
    /// are under way, further events are dropped.
    ///
    /// An https URL needs the feature `rustls`.
    ///
    /// ```
    /// use linq_sandbox::{DEFAULT_WEBHOOK_SECRET, Fault, Sandbox, contact_card_received};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let receiver = Sandbox::start().await?;
    /// receiver.misbehave(Fault::status(200).always());
    ///
    /// let sandbox = Sandbox::builder()
    ///     .webhook(receiver.origin(), [DEFAULT_WEBHOOK_SECRET])
    ///     .start()
    ///     .await?;
    /// let delivery = sandbox.send_webhook("contact_card.received", contact_card_received());
    ///
    /// assert!(delivery.report().await.delivered);
    /// assert_eq!(receiver.requests()[0].headers["x-webhook-event"], "contact_card.received");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`DEFAULT_WEBHOOK_SECRET`]: crate::DEFAULT_WEBHOOK_SECRET
    /// [`MAX_DELIVERIES`]: crate::MAX_DELIVERIES
    pub fn webhook(
        mut self,
        url: impl Into<String>,
        secrets: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let secrets = secrets.into_iter().map(Into::into).collect();
        self.webhook = Some((url.into(), secrets));
        self
    }

    /// How to wait before the next attempt of a webhook; sleeps unless set.
    ///
    /// ```
    /// use linq_sandbox::{DEFAULT_WEBHOOK_SECRET, Sandbox};
    ///
    /// let builder = Sandbox::builder()
    ///     .webhook("http://127.0.0.1:8080/hook", [DEFAULT_WEBHOOK_SECRET])
    ///     .webhook_wait(async |_| {});
    /// # drop(builder);
    /// ```
    pub fn webhook_wait<F>(mut self, wait: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.webhook_wait = Wait::new(wait);
        self
    }

    /// What to call after each attempt of a webhook, with the type of the event and the status of
    /// the response, if there was one.
    pub fn webhook_observer(
        mut self,
        observer: impl Fn(&str, Option<u16>) + Send + Sync + 'static,
    ) -> Self {
        self.webhook_observer = Observer::new(observer);
        self
    }

    /// Where the sandbox gets the time for its budgets, limits and webhook; the system's clock
    /// unless set.
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

    /// Serves another contract, an OpenAPI 3.0 document in YAML or JSON, in place of this project's
    /// `openapi/linq-v3.yaml`.
    ///
    /// Operations with the ids of that contract keep their behaviour. All others check the API key,
    /// their parameters and their body as the document describes them, and return the example of
    /// their first success.
    pub fn contract(mut self, document: impl Into<String>) -> Self {
        self.contract = Some(document.into());
        self
    }

    /// Starts the sandbox in the current Tokio runtime.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if the URL or a secret of the webhook is not valid, or the
    /// contract can't be served; other kinds if the port is not available.
    ///
    /// # Panics
    /// Outside a Tokio runtime whose I/O and time are enabled.
    pub async fn start(self) -> io::Result<Sandbox> {
        let port = self.port;
        let contract = match &self.contract {
            Some(document) => Contract::parse(document)?,
            None => Contract::ours()?,
        };
        let accounts = self.accounts(&contract)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Sandbox::serve(listener, accounts, contract)
    }

    pub(crate) fn accounts(self, contract: &Contract) -> io::Result<Accounts> {
        let webhook = self.webhook;
        let webhook = webhook.map(|(url, secrets)| Endpoint::parse(&url, &secrets));
        let means = Means {
            clock: self.clock.clone(),
            wait: self.webhook_wait,
            observer: self.webhook_observer,
        };
        let account = |api_key, state, webhook| {
            let courier = Courier::new(means.clone(), Handle::current());
            let clock = self.clock.clone();
            Arc::new(Account::new(api_key, clock, state, webhook, courier))
        };
        let example = self.has_example_subscription.then(Subscription::example);
        let subscriptions = example.flatten().into_iter().collect();
        let state = State::new(self.cards, self.chats, self.lines, subscriptions, contract);
        let others = self.partners.into_iter().map(|(api_key, cards)| {
            let state = State::new(cards, Vec::new(), None, Vec::new(), contract);
            account(api_key, state, None)
        });
        Ok(Accounts {
            main: account(self.api_key, state, webhook.transpose()?),
            others: others.collect(),
        })
    }
}
