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

/// The id of the one chat that a sandbox has unless it is given others. It is on the example card's
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

/// The phone numbers of the lines of chats, by the ids of the chats.
///
/// # Panics
/// If an id is not a UUID.
#[track_caller]
pub(crate) fn from_pairs(
    chats: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> HashMap<Uuid, String> {
    let mut by_id = HashMap::new();
    for (id, number) in chats {
        let id = id.into();
        match parse(&id) {
            Some(chat) => by_id.insert(chat, number.into()),
            None => invalid(&id),
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
fn invalid(id: &str) -> ! {
    panic!("invalid chat id: {id:?} is not a UUID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "invalid chat id: \"chat-1\" is not a UUID")]
    fn a_chat_id_that_is_not_a_uuid_panics() {
        from_pairs([("chat-1", "+15551234567")]);
    }
}
