//! The operations on chats.

mod list;
mod share_contact_card;
mod shown;

use std::sync::Arc;

use axum::{Extension, Json};
use serde_json::Value;

pub(crate) use list::list;
pub(crate) use share_contact_card::share_contact_card;

use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;
use shown::shown;

/// `GET /v3/chats/{chatId}`.
pub(crate) async fn retrieve(
    Extension(account): Extension<Arc<Account>>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Json<Value>, Refusal> {
    let state = account.state();
    let place = state.chat(id(&parameters)).ok_or(Refusal::CHAT_NOT_FOUND)?;
    Ok(Json(shown(&state.chats[place], place)))
}

/// The id of the chat in the path.
fn id(parameters: &Parameters) -> &str {
    parameters.text("chatId").unwrap_or_default()
}
