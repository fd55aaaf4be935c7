//! The accounts of partners, each with a key, a state and perhaps a webhook.

use std::io;
use std::iter::once;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::clock::Clock;
use crate::state::State;
use crate::webhook::{Courier, Endpoint, Event, WebhookDelivery};

/// The account of one partner.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) api_key: String,
    pub(crate) clock: Clock,
    initial: State,
    state: Mutex<State>,
    /// Where every event goes, whatever the subscriptions are.
    webhook: Option<Endpoint>,
    courier: Courier,
}

impl Account {
    pub(crate) fn new(
        api_key: String,
        clock: Clock,
        state: State,
        webhook: Option<Endpoint>,
        courier: Courier,
    ) -> Self {
        Self {
            api_key,
            clock,
            initial: state.clone(),
            state: Mutex::new(state),
            webhook,
            courier,
        }
    }

    /// Sends `event` to the webhook, if there is one, and to the subscriptions that take it.
    pub(crate) fn notify(&self, state: &State, event: Event) -> Vec<WebhookDelivery> {
        let webhook = self.webhook.iter().cloned();
        let endpoints = webhook.chain(state.takers(&event)).collect();
        self.courier.send(&event, endpoints)
    }

    /// Waits until `n` deliveries in all have been accepted.
    pub(crate) async fn wait_for_deliveries(&self, n: usize) -> io::Result<()> {
        self.courier.wait_for_deliveries(n).await
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Goes back to the state in which the sandbox started, and stops its deliveries.
    pub(crate) fn reset(&self) {
        *self.state() = self.initial.clone();
        self.courier.stop();
    }

    /// The state. A request holds it from its first check to its last change.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every account that the sandbox serves.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    pub(crate) main: Arc<Account>,
    pub(crate) others: Vec<Arc<Account>>,
}

impl Accounts {
    pub(crate) fn with_key(&self, api_key: &[u8]) -> Option<&Arc<Account>> {
        self.all()
            .find(|account| account.api_key.as_bytes() == api_key)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Account>> {
        once(&self.main).chain(&self.others)
    }
}
