//! A webhook subscription, and which events it gets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Card;
use crate::clock::unix_time;
use crate::webhook::{Endpoint, Secret, rfc3339};

/// The id of the subscription that a sandbox has from the start, unless it has the account of
/// [`SandboxBuilder::demo_account`](crate::SandboxBuilder::demo_account). It is not active.
pub const EXAMPLE_SUBSCRIPTION_ID: &str = "subscription_example";

/// A webhook subscription.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) settings: Settings,
    created_at: SystemTime,
    pub(crate) updated_at: SystemTime,
    secret: Secret,
    /// Whether current deliveries may continue.
    is_open: Arc<AtomicBool>,
}

/// What an update can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) target_url: Url,
    pub(crate) events: Vec<String>,
    /// The lines whose events are delivered; if empty, all of them.
    pub(crate) phone_numbers: Vec<String>,
    pub(crate) is_active: bool,
    pub(crate) routing_id_header: Option<String>,
    pub(crate) routing_key_header: Option<String>,
}

impl Subscription {
    /// A subscription with its own secret, whose text is not shown again.
    pub(crate) fn new(settings: Settings, now: SystemTime) -> Option<(Self, String)> {
        let random = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        let text = format!("whsec_{}", STANDARD.encode(random));
        let subscription = Self {
            id: Uuid::new_v4().to_string(),
            settings,
            created_at: now,
            updated_at: now,
            secret: Secret::parse(&text)?,
            is_open: Arc::new(AtomicBool::new(true)),
        };
        Some((subscription, text))
    }

    /// The subscription of the contract's examples, which delivers nothing.
    pub(crate) fn example() -> Option<Self> {
        let settings = Settings {
            target_url: "https://example.com/webhooks/old".parse().ok()?,
            events: ["contact_card.received", "contact_card.updated"]
                .map(Into::into)
                .into(),
            phone_numbers: vec![Card::example().phone_number],
            is_active: false,
            routing_id_header: None,
            routing_key_header: None,
        };
        let created_at = unix_time(1_770_113_730);
        let (subscription, _) = Self::new(settings, created_at)?;
        Some(Self {
            id: EXAMPLE_SUBSCRIPTION_ID.into(),
            ..subscription
        })
    }

    /// As it is shown in responses, without the secret.
    pub(crate) fn shown(&self) -> Value {
        let settings = &self.settings;
        let numbers = &settings.phone_numbers;
        json!({
            "id": self.id,
            "target_url": settings.target_url.as_str(),
            "subscribed_events": settings.events,
            "phone_numbers": (!numbers.is_empty()).then_some(numbers),
            "is_active": settings.is_active,
            "routing_id_header": settings.routing_id_header,
            "routing_key_header": settings.routing_key_header,
            "created_at": rfc3339(self.created_at),
            "updated_at": rfc3339(self.updated_at),
        })
    }

    /// Where its events go.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let url = self.settings.target_url.clone();
        let secrets = vec![self.secret.clone()];
        Endpoint::new(self.id.clone(), url, secrets, self.is_open.clone())
    }

    /// Whether it gets an event of a type, which may concern a line.
    pub(crate) fn takes(&self, event_type: &str, line: Option<&str>) -> bool {
        let settings = &self.settings;
        let numbers = &settings.phone_numbers;
        let is_its = |line: &str| numbers.iter().any(|number| number == line);
        settings.is_active
            && settings.events.iter().any(|event| event == event_type)
            && (numbers.is_empty() || line.is_none_or(is_its))
    }

    /// Ends the current deliveries; if the subscription is enabled again, new ones start.
    pub(crate) fn close(&mut self) {
        self.is_open.store(false, Ordering::Relaxed);
        self.is_open = Arc::new(AtomicBool::new(true));
    }
}
