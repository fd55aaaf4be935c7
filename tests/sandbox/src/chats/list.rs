//! `GET /v3/chats`, page by page.

use std::sync::Arc;

use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::shown;
use crate::Chat;
use crate::account::Account;
use crate::contract::Parameters;
use crate::refusal::Refusal;

/// Returns a page of the chats of a line, of those with a person, or of all; the newest come first.
pub(crate) async fn list(
    Extension(account): Extension<Arc<Account>>,
    Extension(parameters): Extension<Parameters>,
) -> Result<Json<Value>, Refusal> {
    let state = account.state();
    let filter = Filter {
        from: parameters.text("from"),
        to: parameters.text("to"),
    };
    let seal = Seal::new(&account.api_key, &filter);
    let first = match parameters.text("cursor") {
        None => 0,
        Some(cursor) => {
            let last = seal.open(cursor).ok_or(Refusal::INVALID_PARAMETER)?;
            1 + state.chat(&last).ok_or(Refusal::INVALID_PARAMETER)?
        }
    };
    let limit = parameters.number("limit").unwrap_or(usize::MAX);
    let mut rest = state
        .chats
        .iter()
        .enumerate()
        .skip(first)
        .filter(|(_, chat)| filter.takes(chat));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let has_more = rest.next().is_some();
    let last = page.last().filter(|_| has_more);
    Ok(Json(json!({
        "chats": page.iter().map(|(place, chat)| shown(chat, *place)).collect::<Vec<_>>(),
        "next_cursor": last.map(|(_, chat)| seal.close(&chat.id)),
    })))
}

/// Which chats are requested.
struct Filter<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl Filter<'_> {
    fn takes(&self, chat: &Chat) -> bool {
        let is_with = |to: &str| chat.handles.iter().any(|it| it.eq_ignore_ascii_case(to));
        self.from.is_none_or(|from| chat.line == from) && self.to.is_none_or(is_with)
    }
}

/// Makes cursors that are valid only with the filter and the account that they were made for.
struct Seal(Option<Hmac<Sha256>>);

impl Seal {
    /// The length of the signature in a cursor.
    const LEN: usize = 8;

    fn new(api_key: &str, filter: &Filter<'_>) -> Self {
        let filter = json!([filter.from, filter.to]).to_string();
        let key = Hmac::new_from_slice(api_key.as_bytes()).ok();
        Self(key.map(|key: Hmac<Sha256>| key.chain_update(filter)))
    }

    /// The cursor of what follows a chat.
    fn close(&self, id: &str) -> String {
        URL_SAFE_NO_PAD.encode([self.sign(id.as_bytes()), id.into()].concat())
    }

    /// The id of the chat that a cursor continues after.
    fn open(&self, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (signature, id) = bytes.split_at_checked(Self::LEN)?;
        let id = str::from_utf8(id).ok()?;
        (signature == self.sign(id.as_bytes())).then(|| id.to_owned())
    }

    fn sign(&self, id: &[u8]) -> Vec<u8> {
        let mac = self.0.clone().map(|mac| mac.chain_update(id).finalize());
        let bytes = mac.map(|mac| mac.into_bytes().to_vec()).unwrap_or_default();
        bytes.into_iter().take(Self::LEN).collect()
    }
}
