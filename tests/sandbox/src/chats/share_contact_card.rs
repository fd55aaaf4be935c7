//! `POST /v3/chats/{chatId}/share_contact_card`.

use std::sync::Arc;

use axum::Extension;
use http::StatusCode;

use super::id;
use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;

/// Shares the active card of a chat's line with the chat.
pub(crate) async fn share_contact_card(
    Extension(account): Extension<Arc<Account>>,
    Extension(parameters): Extension<Parameters>,
) -> Result<StatusCode, Refusal> {
    let mut state = account.state();
    state.share(id(&parameters), account.now())?;
    Ok(StatusCode::NO_CONTENT)
}
