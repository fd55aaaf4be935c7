use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Card;

/// The partner account that the sandbox serves.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) api_key: String,
    cards: Mutex<Vec<Card>>,
}

impl Account {
    pub(crate) fn new(api_key: String, cards: Vec<Card>) -> Self {
        Self {
            api_key,
            cards: Mutex::new(cards),
        }
    }

    pub(crate) fn cards(&self) -> MutexGuard<'_, Vec<Card>> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
