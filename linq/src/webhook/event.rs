//! The event in a delivery.

use std::fmt;

use chrono::{DateTime, Utc};
use linq_gen::events::EventKind;

/// The event in a delivery, as [`Verifier::verify`](super::Verifier::verify) returns it.
///
/// An authentic delivery that has an `event_id` always becomes an event. Types, fields and
/// values that are newer than this crate are kept in [`raw_json`](Self::raw_json); data that is not
/// as documented is [`EventKind::Other`] with a [`reason`](super::OtherEvent::reason).
///
/// Source: [Webhook events](https://docs.linqapp.com).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Identifies the event, and is the same in every delivery of it: the idempotency key, for
    /// [`SeenEvents`](super::SeenEvents). Never empty.
    pub event_id: String,
    /// What happened, such as `contact_card.received`; it alone decides [`kind`](Self::kind). Empty
    /// if the delivery has none.
    pub event_type: String,
    /// When the event was created; `None` if the delivery has no such time. Deliveries come in any
    /// order; compare this to find out which event is newer.
    pub created_at: Option<DateTime<Utc>>,
    /// The version of the API, such as `v3`.
    pub api_version: Option<String>,
    /// The version of the payload, a date such as `2026-02-03`.
    pub webhook_version: Option<String>,
    /// Identifies the event in the service's logs; quote it when you contact Linq support.
    pub trace_id: Option<String>,
    /// The id of the partner that the event belongs to.
    pub partner_id: Option<String>,
    /// What happened, with its data.
    pub kind: EventKind,
    pub(super) raw_json: String,
}

impl Event {
    /// The whole body as it came, with the fields that this crate does not know. U+FFFD stands for
    /// bytes that are not UTF-8.
    pub fn raw_json(&self) -> &str {
        &self.raw_json
    }
}

/// Omits the raw JSON, which repeats the rest.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("created_at", &self.created_at)
            .field("api_version", &self.api_version)
            .field("webhook_version", &self.webhook_version)
            .field("trace_id", &self.trace_id)
            .field("partner_id", &self.partner_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
