//! A chat as it is shown in responses.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Chat;
use crate::clock::unix_time;
use crate::webhook::rfc3339;

/// When the newest chat was created, in seconds since 1970; each further one is a minute older.
const NEWEST: u64 = 1_770_113_730;
const MINUTE: u64 = 60;

const DOC_URL: &str = "https://docs.linqapp.com";

/// The chat at a place of the list, which is sorted from the newest to the oldest.
pub(super) fn shown(chat: &Chat, place: usize) -> Value {
    let age = MINUTE.saturating_mul(place.try_into().unwrap_or(u64::MAX));
    let created_at = rfc3339(unix_time(NEWEST.saturating_sub(age)));
    let handle = |handle: &str, is_me: bool| {
        let name = format!("{} {handle}", chat.id);
        json!({
            "id": Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()),
            "handle": handle,
            "is_me": is_me,
            "service": "iMessage",
            "status": "active",
            "joined_at": created_at,
            "left_at": null,
        })
    };
    let others = chat.handles.iter().map(|other| handle(other, false));
    let handles: Vec<_> = std::iter::once(handle(&chat.line, true))
        .chain(others)
        .collect();
    let name = chat.display_name.clone();
    json!({
        "id": chat.id,
        "display_name": name.unwrap_or_else(|| chat.handles.join(", ")),
        "is_group": chat.is_group(),
        "service": "iMessage",
        "handles": handles,
        "health_status": {
            "status": "HEALTHY",
            "doc_url": DOC_URL,
            "updated_at": created_at,
        },
        "group_chat_icon": null,
        "is_archived": false,
        "created_at": created_at,
        "updated_at": created_at,
    })
}
