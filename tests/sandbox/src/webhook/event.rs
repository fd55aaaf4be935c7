//! The events that a webhook sends.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Card;
use crate::trace_id::TraceId;

/// The id of the account that the events are about.
pub(super) const PARTNER_ID: Uuid = Uuid::from_u128(0x3d2f_1c64_90ab_4e57_8c1d_6a5b_4f3e_2d10);

/// The data of a `contact_card.received`: Jane Roe shared her contact with the line of
/// [`Card::example`].
pub fn contact_card_received() -> Value {
    json!({
        "first_name": "Jane",
        "last_name": "Roe",
        "owner_handle": Card::example().phone_number,
        "sender_handle": "+15557654321",
        "media_url": null,
    })
}

/// An event for the webhook.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) event_type: String,
    pub(crate) data: Value,
    /// The trace id of the request that caused it.
    pub(crate) trace_id: TraceId,
    pub(crate) created_at: SystemTime,
}

impl Event {
    /// The line that the event concerns, as far as its data names one.
    pub(crate) fn line(&self) -> Option<&str> {
        let data = &self.data;
        let owners = [&data["owner_handle"], &data["chat"]["owner_handle"]];
        let named = owners.map(|owner| owner.get("handle").unwrap_or(owner));
        let [owner, chat_owner] = named;
        let named = [&data["phone_number"], owner, chat_owner];
        named.into_iter().find_map(Value::as_str)
    }

    /// The id of the chat that the event concerns, if its data names one.
    pub(crate) fn chat(&self) -> Option<&str> {
        let named = [&self.data["chat_id"], &self.data["chat"]["id"]];
        named.into_iter().find_map(Value::as_str)
    }

    /// The event as it is sent, in a version of the payload.
    pub(crate) fn envelope(&self, event_id: &str, version: &str) -> Value {
        json!({
            "api_version": "v3",
            "webhook_version": version,
            "event_type": self.event_type,
            "event_id": event_id,
            "created_at": rfc3339(self.created_at),
            "trace_id": self.trace_id.0,
            "partner_id": PARTNER_ID.to_string(),
            "data": self.data,
        })
    }
}

/// Formats a time; one after the year 9999 becomes the end of that year.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    const LAST: i64 = 253_402_300_799_999;
    let passed = time.duration_since(SystemTime::UNIX_EPOCH);
    let millis = passed.map_or(0, |passed| {
        i64::try_from(passed.as_millis()).unwrap_or(LAST)
    });
    DateTime::<Utc>::from_timestamp_millis(millis.min(LAST))
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn any_time_can_be_formatted() {
        let epoch = SystemTime::UNIX_EPOCH;
        for (time, text) in [
            (epoch, "1970-01-01T00:00:00.000Z"),
            (
                epoch + Duration::from_millis(1_767_323_045_006),
                "2026-01-02T03:04:05.006Z",
            ),
            (
                epoch + Duration::from_secs(1_000_000_000_000),
                "9999-12-31T23:59:59.999Z",
            ),
        ] {
            assert_eq!(rfc3339(time), text);
        }
    }
}
