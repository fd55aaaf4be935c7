//! The state of one partner's account, and how requests change it.

use std::collections::HashMap;
use std::time::SystemTime;

use uuid::Uuid;

use crate::Card;
use crate::budget::Budget;
use crate::contract::Contract;
use crate::refusal::Refusal;
use crate::upstream::{Upstream, Write};

/// The state of one partner's account.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) cards: Vec<Card>,
    /// The phone number of the line of each chat.
    pub(crate) chats: HashMap<Uuid, String>,
    pub(crate) upstream: Upstream,
    pub(crate) has_budgets: bool,
    writes: Budget<String>,
    shares: Budget<Uuid>,
}

impl State {
    pub(crate) fn new(cards: Vec<Card>, chats: HashMap<Uuid, String>, contract: &Contract) -> Self {
        Self {
            cards,
            chats,
            upstream: Upstream::default(),
            has_budgets: true,
            writes: Budget::new(contract.rate_limit("contact_card_writes")),
            shares: Budget::new(contract.rate_limit("contact_card_shares")),
        }
    }

    /// Counts one more write for the number, and refuses it if there were too many.
    pub(crate) fn spend_write(&mut self, number: &str, now: SystemTime) -> Result<(), Refusal> {
        if !self.has_budgets {
            return Ok(());
        }
        self.writes.spend(number, now)
    }

    /// Sets up a card, in place of an inactive one of its number.
    pub(crate) fn create(&mut self, card: Card, now: SystemTime) -> Result<Card, Refusal> {
        if self.active_card(&card.phone_number).is_some() {
            return Err(Refusal::CARD_EXISTS);
        }
        let of_number = |old: &Card| old.phone_number == card.phone_number;
        let place = self.cards.iter().position(of_number);
        let outcome = self.upstream.write(&card.phone_number, now)?;
        let card = Card {
            is_active: outcome == Write::Applied,
            ..card
        };
        match place {
            Some(place) => self.cards[place] = card.clone(),
            None => self.cards.push(card.clone()),
        }
        match outcome {
            Write::Applied | Write::Unapplied => Ok(card),
            Write::Incomplete => Err(Refusal::INCOMPLETE),
        }
    }

    /// Changes the active card of `number`; returns it as it was before and as it is now.
    ///
    /// A change that the upstream refuses leaves the card inactive.
    pub(crate) fn update(
        &mut self,
        number: &str,
        change: impl FnOnce(Card) -> Card,
        now: SystemTime,
    ) -> Result<(Card, Card), Refusal> {
        let place = self.active_card(number).ok_or(Refusal::CARD_NOT_FOUND)?;
        let card = &mut self.cards[place];
        let outcome = self.upstream.write(number, now).inspect_err(|_| {
            card.is_active = false;
        })?;
        if outcome == Write::Incomplete {
            return Err(Refusal::INCOMPLETE);
        }
        let before = card.clone();
        *card = Card {
            is_active: outcome == Write::Applied,
            ..change(before.clone())
        };
        Ok((before, card.clone()))
    }

    /// Shares the active card of a chat's line with the chat.
    pub(crate) fn share(&mut self, chat: Uuid, now: SystemTime) -> Result<(), Refusal> {
        let number = self.chats.get(&chat).ok_or(Refusal::CHAT_NOT_FOUND)?;
        self.active_card(number).ok_or(Refusal::CARD_NOT_FOUND)?;
        if !self.has_budgets {
            return Ok(());
        }
        self.shares.spend(&chat, now)
    }

    fn active_card(&self, number: &str) -> Option<usize> {
        self.cards
            .iter()
            .position(|card| card.phone_number == number && card.is_active)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const OTHER: &str = "+15557654321";

    fn jane() -> Card {
        Card {
            first_name: "Jane".into(),
            last_name: None,
            image_url: None,
            ..Card::example()
        }
    }

    fn inactive(card: Card) -> Card {
        Card {
            is_active: false,
            ..card
        }
    }

    fn with(cards: impl IntoIterator<Item = Card>) -> State {
        let contract = Contract::ours().unwrap();
        State::new(cards.into_iter().collect(), HashMap::new(), &contract)
    }

    fn create(state: &mut State, card: Card) -> Result<Card, u32> {
        state.create(card, NOW).map_err(|error| error.code)
    }

    #[test]
    fn an_inactive_card_is_set_up_again_in_its_place() {
        let other = Card {
            phone_number: OTHER.into(),
            ..Card::example()
        };
        let mut state = with([inactive(Card::example()), other.clone()]);
        assert_eq!(create(&mut state, jane()), Ok(jane()));
        assert_eq!(state.cards, [jane(), other]);
    }

    #[test]
    fn a_conflict_does_not_extend_an_upstream_limit() {
        let mut state = with([Card::example()]);
        let second = Duration::from_secs(1);
        state.upstream.limit("+15551234567".into(), second, NOW);
        let late = NOW + Duration::from_millis(900);
        assert_eq!(state.create(jane(), late).unwrap_err().code, 2014);
        assert!(
            state
                .update("+15551234567", |card| card, NOW + second)
                .is_ok()
        );
    }

    #[test]
    fn only_successful_shares_count() {
        let chat = Uuid::from_u128(1);
        let mut state = with([inactive(Card::example())]);
        state.chats = HashMap::from([(chat, "+15551234567".into())]);
        let share = |state: &mut State, chat, seconds| {
            let now = NOW + Duration::from_secs(seconds);
            state.share(chat, now).map_err(|error| error.code)
        };
        assert_eq!(share(&mut state, Uuid::from_u128(2), 0), Err(2001));
        assert_eq!(share(&mut state, chat, 0), Err(2012));
        state.cards = vec![Card::example()];
        assert_eq!(share(&mut state, chat, 0), Ok(()));
        assert_eq!(share(&mut state, chat, 299), Err(1007));
        assert_eq!(share(&mut state, chat, 300), Ok(()));
    }
}
