//! The state of one partner's account, and how requests change it.

use std::time::SystemTime;

use crate::budget::Budget;
use crate::contract::Contract;
use crate::refusal::Refusal;
use crate::subscription::Subscription;
use crate::upstream::{Upstream, Write};
use crate::webhook::{Endpoint, Event};
use crate::{Card, Chat, Line};

/// The state of one partner's account.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) cards: Vec<Card>,
    lines: Vec<Line>,
    /// Whether a number becomes a line with its first card.
    takes_any_line: bool,
    /// From the newest to the oldest; each id once.
    pub(crate) chats: Vec<Chat>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) upstream: Upstream,
    pub(crate) has_budgets: bool,
    writes: Budget<String>,
    shares: Budget<String>,
}

impl State {
    /// Without lines, each number that has a card or a chat, or gets a card, is one.
    pub(crate) fn new(
        cards: Vec<Card>,
        chats: Vec<Chat>,
        lines: Option<Vec<Line>>,
        subscriptions: Vec<Subscription>,
        contract: &Contract,
    ) -> Self {
        let mut state = Self {
            cards: Vec::new(),
            takes_any_line: lines.is_none(),
            lines: lines.unwrap_or_default(),
            chats: Vec::new(),
            subscriptions,
            upstream: Upstream::default(),
            has_budgets: true,
            writes: Budget::new(contract.rate_limit("contact_card_writes")),
            shares: Budget::new(contract.rate_limit("contact_card_shares")),
        };
        state.set_cards(cards);
        state.set_chats(chats);
        state
    }

    pub(crate) fn set_cards(&mut self, cards: Vec<Card>) {
        for card in &cards {
            self.add_line(&card.phone_number);
        }
        self.cards = cards;
    }

    /// Of several chats with the same id, the last stays.
    pub(crate) fn set_chats(&mut self, chats: Vec<Chat>) {
        self.chats.clear();
        for chat in chats {
            self.add_line(&chat.line);
            self.chats.retain(|old| old.id != chat.id);
            self.chats.push(chat);
        }
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(crate) fn line_mut(&mut self, id: &str) -> Option<&mut Line> {
        let mut lines = self.lines.iter_mut();
        lines.find(|line| line.id().eq_ignore_ascii_case(id))
    }

    fn add_line(&mut self, number: &str) {
        if !self.lines.iter().any(|line| line.phone_number == number) {
            self.lines.push(Line::new(number));
        }
    }

    /// Whether a card can be set up for a number.
    pub(crate) fn can_have_card(&self, number: &str) -> bool {
        self.takes_any_line || self.lines.iter().any(|line| line.phone_number == number)
    }

    /// Where the chat with an id is.
    pub(crate) fn chat(&self, id: &str) -> Option<usize> {
        let mut chats = self.chats.iter();
        chats.position(|chat| chat.id.eq_ignore_ascii_case(id))
    }

    /// Where the subscriptions that take an event want it.
    pub(crate) fn takers(&self, event: &Event) -> Vec<Endpoint> {
        let chat = || Some(self.chats[self.chat(event.chat()?)?].line.as_str());
        let line = event.line().or_else(chat);
        let takers = self.subscriptions.iter();
        takers
            .filter(|subscription| subscription.takes(&event.event_type, line))
            .map(Subscription::endpoint)
            .collect()
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
            None => {
                self.add_line(&card.phone_number);
                self.cards.push(card.clone());
            }
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
    pub(crate) fn share(&mut self, chat: &str, now: SystemTime) -> Result<(), Refusal> {
        let place = self.chat(chat).ok_or(Refusal::CHAT_NOT_FOUND)?;
        let chat = &self.chats[place];
        self.active_card(&chat.line)
            .ok_or(Refusal::CARD_NOT_FOUND)?;
        if !self.has_budgets {
            return Ok(());
        }
        self.shares.spend(&chat.id, now)
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
    use crate::EXAMPLE_CHAT_ID;

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
        let cards = cards.into_iter().collect();
        State::new(cards, Vec::new(), None, Vec::new(), &contract)
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
        let chat = EXAMPLE_CHAT_ID;
        let other = "00000000-0000-0000-0000-000000000000";
        let mut state = with([inactive(Card::example())]);
        state.set_chats(vec![(chat, "+15551234567").into()]);
        let share = |state: &mut State, chat, seconds| {
            let now = NOW + Duration::from_secs(seconds);
            state.share(chat, now).map_err(|error| error.code)
        };
        assert_eq!(share(&mut state, other, 0), Err(2001));
        assert_eq!(share(&mut state, chat, 0), Err(2012));
        state.cards = vec![Card::example()];
        assert_eq!(share(&mut state, chat, 0), Ok(()));
        assert_eq!(share(&mut state, chat, 299), Err(1007));
        assert_eq!(share(&mut state, chat, 300), Ok(()));
    }
}
