//! Joins lines with their cards.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join;
use linq_gen::operations::{LIST_PHONE_NUMBERS, RETRIEVE_CONTACT_CARD};
use linq_gen::types::{ContactCard, ContactCardRetrieveResponse, Line};

use super::retrieve::Retrieve;
use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of [`ContactCardResource::for_lines`](super::ContactCardResource::for_lines).
#[derive(Clone, Debug)]
pub struct ForLines;

/// Every line with its card, as
/// [`ContactCardResource::for_lines`](super::ContactCardResource::for_lines) returns them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LineCards {
    /// Every line of the partner, in the order of the service.
    pub lines: Vec<LineCard>,
    /// The cards of numbers that are not lines, and further cards of a line. Usually there are
    /// none.
    pub other_cards: Vec<ContactCard>,
}

/// A line with its card.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LineCard {
    /// The line.
    pub line: Line,
    /// The card; `None` if the line has none. If the service returns several for a line, an active
    /// one is preferred.
    pub card: Option<ContactCard>,
}

/// What people see of a line's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CardState {
    /// The line has a card, and people see it.
    Active,
    /// The line has a card that has not been applied to the device: people don't see it, and it
    /// can't be shared.
    Inactive,
    /// The line has no card.
    Missing,
}

impl LineCard {
    /// What people see of the card.
    pub fn state(&self) -> CardState {
        match &self.card {
            Some(card) if card.is_active => CardState::Active,
            Some(_) => CardState::Inactive,
            None => CardState::Missing,
        }
    }
}

impl Operation for ForLines {
    type Output = LineCards;

    const MAX_WRITES: u32 = 0;
    const PARAMETERS: &'static [linq_gen::Parameter] = RETRIEVE_CONTACT_CARD.parameters;

    async fn run(self, call: &Call) -> Result<Response<LineCards>, Error> {
        let lines = call.send(&LIST_PHONE_NUMBERS, "", |api| async move {
            api.list_phone_numbers().await
        });
        let (lines, cards) = try_join(lines, every_card(call)).await?;
        let lines = lines.into_value().phone_numbers;
        Ok(cards.map(|cards| joined(lines, cards)))
    }
}

async fn every_card(call: &Call) -> Result<Response<Vec<ContactCard>>, Error> {
    match Retrieve::default().run(call).await {
        Ok(response) => Ok(response.map(|cards: ContactCardRetrieveResponse| cards.contact_cards)),
        Err(error) if error.is_no_card() => Response::from_error(error, Vec::new()),
        Err(error) => Err(error),
    }
}

fn joined(lines: Vec<Line>, cards: Vec<ContactCard>) -> LineCards {
    let mut card_of = HashMap::new();
    for (index, card) in cards.iter().enumerate() {
        let best = card_of.entry(digits(&card.phone_number)).or_insert(index);
        if card.is_active && !cards.get(*best).is_some_and(|best| best.is_active) {
            *best = index;
        }
    }
    let mut taken = HashSet::new();
    let lines = lines.into_iter().map(|line| {
        let index = card_of.get(&digits(&line.phone_number));
        taken.extend(index.copied());
        LineCard {
            card: index.and_then(|index| cards.get(*index)).cloned(),
            line,
        }
    });
    let lines = lines.collect();
    let others = cards.into_iter().enumerate();
    let others = others.filter(|(index, _)| !taken.contains(index));
    LineCards {
        lines,
        other_cards: others.map(|(_, card)| card).collect(),
    }
}

/// The digits of a number, by which it is recognized however it is written.
fn digits(phone_number: &str) -> String {
    phone_number.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn line(phone_number: &str) -> Line {
        let id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
        from_value(json!({"id": id, "phone_number": phone_number})).unwrap()
    }

    fn card(phone_number: &str, first_name: &str, is_active: bool) -> ContactCard {
        let card =
            json!({"phone_number": phone_number, "first_name": first_name, "is_active": is_active});
        from_value(card).unwrap()
    }

    /// The state of each line and the name on its card, and the names on the other cards.
    fn shown(joined: &LineCards) -> (Vec<(CardState, &str)>, Vec<&str>) {
        let lines = joined.lines.iter().map(|line| {
            let name = line.card.as_ref().map(|card| card.first_name.as_str());
            (line.state(), name.unwrap_or_default())
        });
        let others = joined.other_cards.iter();
        let others = others.map(|card| card.first_name.as_str());
        (lines.collect(), others.collect())
    }

    #[test]
    fn each_line_has_its_card_and_no_card_is_lost() {
        let lines = ["+15550000001", "+1 (555) 000-0002", "+15550000003"].map(line);
        let cards = [
            card("+15550000009", "Old", true),
            card("+15550000002", "Ann", false),
            card("15550000001", "John", true),
        ];
        let joined = joined(lines.into(), cards.into());
        let expected = [
            (CardState::Active, "John"),
            (CardState::Inactive, "Ann"),
            (CardState::Missing, ""),
        ];
        assert_eq!(shown(&joined), (expected.into(), vec!["Old"]));
    }

    #[test]
    fn an_active_one_of_several_cards_counts() {
        let cards = [
            card("+15550000001", "Stored", false),
            card("+15550000001", "Shown", true),
            card("+15550000001", "Shown too", true),
        ];
        let joined = joined(vec![line("+15550000001")], cards.into());
        let expected = vec![(CardState::Active, "Shown")];
        assert_eq!(shown(&joined), (expected, vec!["Stored", "Shown too"]));
    }

    #[test]
    fn without_lines_or_cards_nothing_fails() {
        assert_eq!(shown(&joined(vec![], vec![])), (vec![], vec![]));
        let joined = joined(vec![], vec![card("+15550000001", "John", true)]);
        assert_eq!(shown(&joined), (vec![], vec!["John"]));
    }
}
