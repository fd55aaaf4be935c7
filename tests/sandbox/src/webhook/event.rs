//! The events that a webhook sends.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use reqwest::Url;

use crate::subscription::Subscription;
use crate::trace_id::TraceId;
use crate::{Card, Line};

/// The id of the account that the events are about.
const PARTNER_ID: Uuid = Uuid::from_u128(0x3d2f_1c64_90ab_4e57_8c1d_6a5b_4f3e_2d10);

/// The data of a `contact_card.received`: Jane Roe shared her contact with the line of [`Card::example`].
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
    /// A card was set up through the API.
    pub(crate) fn created(card: &Card, trace_id: TraceId, now: SystemTime) -> Self {
        Self {
            event_type: "contact_card.created".into(),
            data: card_event("created", card, now),
            trace_id,
            created_at: now,
        }
    }

    /// A card was written through the API, whether or not that changed it.
    pub(crate) fn updated(before: &Card, after: &Card, trace_id: TraceId, now: SystemTime) -> Self {
        let mut data = card_event("updated", after, now);
        data["change"] = change(before, after);
        Self {
            event_type: "contact_card.updated".into(),
            data,
            trace_id,
            created_at: now,
        }
    }

    /// The number that a line forwards calls to was changed through the API.
    pub(crate) fn forwarding_updated(
        line: &Line,
        change: Value,
        trace_id: TraceId,
        now: SystemTime,
    ) -> Self {
        let number = &line.phone_number;
        let mut data = account_event(&format!("The forwarding of {number} was updated"), now);
        data["phone_number"] = number.as_str().into();
        data["change"] = change;
        Self {
            event_type: "phone_number.forwarding_updated".into(),
            data,
            trace_id,
            created_at: now,
        }
    }

    /// A subscription was changed through the API; `what` is the end of the type.
    pub(crate) fn subscription(
        subscription: &Subscription,
        what: &str,
        change: Option<Value>,
        trace_id: TraceId,
        now: SystemTime,
    ) -> Self {
        let event_type = format!("webhook_subscription.{what}");
        let mut data = account_event(&event_type, now);
        data["webhook_subscription"] = json!({
            "id": subscription.id,
            "target_url": public(&subscription.settings.target_url),
        });
        if let Some(change) = change {
            data["change"] = change;
        }
        Self {
            event_type,
            data,
            trace_id,
            created_at: now,
        }
    }

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

/// A URL without what may be secret.
pub(crate) fn public(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Fails only for URLs that cannot have these.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// What the data of every event has that is about the account.
fn account_event(summary: &str, now: SystemTime) -> Value {
    json!({
        "summary": summary,
        "occurred_at": rfc3339(now),
        "actor": {"type": "api"},
        "origin": "api",
    })
}

fn card_event(what: &str, card: &Card, now: SystemTime) -> Value {
    let mut contact_card = json!({
        // The same for every event of a number, without being remembered.
        "id": Uuid::new_v5(&PARTNER_ID, card.phone_number.as_bytes()).to_string(),
        "first_name": card.first_name,
    });
    if let Some(last_name) = &card.last_name {
        contact_card["last_name"] = last_name.as_str().into();
    }
    if let Some(image_url) = &card.image_url {
        contact_card["image_url"] = image_url.as_str().into();
    }
    let number = &card.phone_number;
    let summary = format!("The contact card of {number} was {what} through the API");
    let mut data = account_event(&summary, now);
    data["contact_card"] = contact_card;
    data["phone_number"] = number.as_str().into();
    data
}

/// The fields that differ, each with both its values.
fn change(before: &Card, after: &Card) -> Value {
    let first_name = |card: &Card| Some(card.first_name.clone());
    let fields = [
        ("first_name", first_name(before), first_name(after)),
        (
            "last_name",
            before.last_name.clone(),
            after.last_name.clone(),
        ),
        (
            "image_url",
            before.image_url.clone(),
            after.image_url.clone(),
        ),
    ];
    let changed = fields.into_iter().filter(|(_, from, to)| from != to);
    changed
        .map(|(name, from, to)| (name.to_owned(), json!({"from": from, "to": to})))
        .collect::<Map<_, _>>()
        .into()
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

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_772_625_600_250)
    }

    fn trace_id() -> TraceId {
        TraceId("2eff5df5c6f688733c007523c4d61cd9".into())
    }

    fn changed(after: Card) -> Value {
        Event::updated(&Card::example(), &after, trace_id(), noon()).data["change"].take()
    }

    #[test]
    fn the_envelope_is_as_documented() {
        let card = Card {
            image_url: None,
            ..Card::example()
        };
        let envelope = Event::created(&card, trace_id(), noon()).envelope("the-id", "2026-02-03");
        assert_eq!(
            envelope,
            json!({
                "api_version": "v3",
                "webhook_version": "2026-02-03",
                "event_type": "contact_card.created",
                "event_id": "the-id",
                "created_at": "2026-03-04T12:00:00.250Z",
                "trace_id": "2eff5df5c6f688733c007523c4d61cd9",
                "partner_id": "3d2f1c64-90ab-4e57-8c1d-6a5b4f3e2d10",
                "data": {
                    "summary": "The contact card of +15551234567 was created through the API",
                    "occurred_at": "2026-03-04T12:00:00.250Z",
                    "actor": {"type": "api"},
                    "origin": "api",
                    "contact_card": {
                        "id": "83bdbcc4-7830-561f-975e-ebdad21600a3",
                        "first_name": "John",
                        "last_name": "Doe"
                    },
                    "phone_number": "+15551234567"
                }
            })
        );
    }

    #[test]
    fn each_number_has_its_own_stable_card_id() {
        let id = |card: &Card| {
            let event = Event::created(card, trace_id(), noon());
            event.data["contact_card"]["id"].clone()
        };
        let renamed = Card {
            first_name: "Jane".into(),
            ..Card::example()
        };
        let other = Card {
            phone_number: "+15557654321".into(),
            ..Card::example()
        };
        assert_eq!(id(&Card::example()), id(&renamed));
        assert_ne!(id(&Card::example()), id(&other));
    }

    #[test]
    fn a_change_lists_only_fields_that_differ() {
        let jane = Card {
            first_name: "Jane".into(),
            ..Card::example()
        };
        assert_eq!(
            changed(jane),
            json!({"first_name": {"from": "John", "to": "Jane"}})
        );
        let bare = Card {
            last_name: None,
            image_url: None,
            ..Card::example()
        };
        assert_eq!(
            changed(bare),
            json!({
                "last_name": {"from": "Doe", "to": null},
                "image_url": {
                    "from": "https://cdn.linqapp.com/contact-card/example.jpg",
                    "to": null
                }
            })
        );
        assert_eq!(changed(Card::example()), json!({}));
    }

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
