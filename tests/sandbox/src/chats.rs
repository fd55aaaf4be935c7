//! `POST /v3/chats/{chatId}/share_contact_card`, and the chats themselves.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use http::StatusCode;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::account::Account;
use crate::contract::PathParameters;
use crate::refusal::Refusal;

/// The id of the chat that a sandbox knows unless it is given others: the one of the example card's
/// line.
pub const EXAMPLE_CHAT_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// `POST /v3/chats/{chatId}/share_contact_card`.
pub(crate) async fn share_contact_card(
    Extension(account): Extension<Arc<Account>>,
    Extension(path): Extension<PathParameters>,
) -> Result<StatusCode, Refusal> {
    let chat = path
        .get("chatId")
        .and_then(|text| parse(text))
        .ok_or(Refusal::INVALID_PARAMETER)?;
    let mut state = account.state();
    state.share(chat, account.now())?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chats by their ids, each with the phone number of its line.
///
/// # Panics
/// If an id is not a UUID.
#[track_caller]
pub(crate) fn by_id(
    chats: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> HashMap<Uuid, String> {
    let mut by_id = HashMap::new();
    for (id, number) in chats {
        let id = id.into();
        match parse(&id) {
            Some(chat) => by_id.insert(chat, number.into()),
            None => impossible(&id),
        };
    }
    by_id
}

fn parse(id: &str) -> Option<Uuid> {
    id.parse::<Hyphenated>().ok().map(Hyphenated::into_uuid)
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "the mistake is in the code that names the chat, so it is shown there"
)]
fn impossible(id: &str) -> ! {
    panic!("impossible chat: {id:?} is not a UUID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hyphenated_uuids_are_ids() {
        let chat = parse(EXAMPLE_CHAT_ID);
        assert!(chat.is_some());
        assert_eq!(parse(&EXAMPLE_CHAT_ID.to_uppercase()), chat);
        for id in [
            "",
            "1",
            "550e8400e29b41d4a716446655440000",
            "{550e8400-e29b-41d4-a716-446655440000}",
            "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
            "550e8400-e29b-41d4-a716-44665544000",
            "550e8400-e29b-41d4-a716-4466554400000",
            "550e8400-e29b-41d4-a716-44665544000g",
        ] {
            assert_eq!(parse(id), None, "{id}");
        }
    }

    #[test]
    #[should_panic(expected = "impossible chat: \"chat-1\" is not a UUID")]
    fn a_chat_is_named_by_a_uuid() {
        by_id([("chat-1", "+15551234567")]);
    }
}
