//! The events of the account: what was changed through the API.

use std::time::SystemTime;

use reqwest::Url;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::event::{Event, PARTNER_ID, rfc3339};
use crate::subscription::Subscription;
use crate::trace_id::TraceId;
use crate::{Card, Line};

impl Event {
    /// A card was set up.
    pub(crate) fn created(card: &Card, trace_id: TraceId, now: SystemTime) -> Self {
        let summary = format!(
            "The contact card of {} was created through the API",
            card.phone_number
        );
        Self::from_account("contact_card.created", summary, trace_id, now).with(shown_fields(card))
    }

    /// A card was written, whether or not that changed it.
    pub(crate) fn updated(before: &Card, after: &Card, trace_id: TraceId, now: SystemTime) -> Self {
        let summary = format!(
            "The contact card of {} was updated through the API",
            after.phone_number
        );
        Self::from_account("contact_card.updated", summary, trace_id, now)
            .with(shown_fields(after))
            .with([("change", change(before, after))])
    }

    /// The number that a line forwards calls to was changed.
    pub(crate) fn forwarding_updated(
        line: &Line,
        change: Value,
        trace_id: TraceId,
        now: SystemTime,
    ) -> Self {
        let number = &line.phone_number;
        let summary = format!("The forwarding number of {number} was updated through the API");
        let event_type = "phone_number.forwarding_updated";
        Self::from_account(event_type, summary, trace_id, now)
            .with([("phone_number", json!(number)), ("change", change)])
    }

    /// A subscription was changed; `what` is the end of the type.
    pub(crate) fn subscription(
        subscription: &Subscription,
        what: &str,
        change: Option<Value>,
        trace_id: TraceId,
        now: SystemTime,
    ) -> Self {
        let event_type = format!("webhook_subscription.{what}");
        let summary = format!(
            "The webhook subscription {} was changed through the API",
            subscription.id
        );
        let shown = json!({
            "id": subscription.id,
            "target_url": public(&subscription.settings.target_url),
        });
        Self::from_account(&event_type, summary, trace_id, now)
            .with([("webhook_subscription", shown)])
            .with(change.map(|change| ("change", change)))
    }

    fn from_account(event_type: &str, summary: String, trace_id: TraceId, now: SystemTime) -> Self {
        let data = json!({
            "summary": summary,
            "occurred_at": rfc3339(now),
            "actor": {"type": "api"},
            "origin": "api",
        });
        Self {
            event_type: event_type.into(),
            data,
            trace_id,
            created_at: now,
        }
    }

    fn with(mut self, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        for (name, value) in fields {
            self.data[name] = value;
        }
        self
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

fn shown_fields(card: &Card) -> [(&'static str, Value); 2] {
    let mut shown = json!({
        // The same for every event of a number, without being remembered.
        "id": Uuid::new_v5(&PARTNER_ID, card.phone_number.as_bytes()).to_string(),
        "first_name": card.first_name,
    });
    if let Some(last_name) = &card.last_name {
        shown["last_name"] = last_name.as_str().into();
    }
    if let Some(image_url) = &card.image_url {
        shown["image_url"] = image_url.as_str().into();
    }
    [
        ("contact_card", shown),
        ("phone_number", json!(card.phone_number)),
    ]
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
}
