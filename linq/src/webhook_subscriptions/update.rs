//! Updating a webhook subscription.

use linq_gen::Field;
use linq_gen::operations::UPDATE_WEBHOOK_SUBSCRIPTION;
use linq_gen::types::{WebhookEventType, WebhookSubscription, WebhookSubscriptionUpdateRequest};

use super::{fields, not_found};
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of
/// [`WebhookSubscriptionsResource::update`](super::WebhookSubscriptionsResource::update).
#[derive(Clone, Debug)]
pub struct Update {
    id: String,
    changes: WebhookSubscriptionUpdateRequest,
}

impl Update {
    pub(super) fn new(id: String) -> Self {
        Self {
            id,
            changes: WebhookSubscriptionUpdateRequest::default(),
        }
    }
}

impl Request<Update> {
    /// The URL to deliver events to, with the rules of
    /// [`create`](super::WebhookSubscriptionsResource::create).
    pub fn target_url(self, target_url: impl Into<String>) -> Self {
        self.with(fields::target_url(target_url.into()), |operation, url| {
            operation.changes.target_url = Some(url);
        })
    }

    /// The types of the events to deliver, at least one; they replace the current ones.
    pub fn events(self, events: impl IntoIterator<Item: Into<WebhookEventType>>) -> Self {
        self.with(fields::events(events), |operation, events| {
            operation.changes.subscribed_events = Some(events);
        })
    }

    /// Delivers only the events of these lines, at least one; they replace the current ones.
    ///
    /// A string that is not a [`PhoneNumber`] makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn phone_numbers<N>(self, lines: impl IntoIterator<Item = N>) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        let lines = fields::phone_numbers(lines).and_then(|lines| match lines.as_slice() {
            [] => Err(Error::invalid_input(
                "there is no phone number; call `every_phone_number()` for the events of every line",
            )),
            _ => Ok(lines),
        });
        self.with(lines, |operation, lines| {
            operation.changes.phone_numbers = Field::Value(lines);
        })
    }

    /// Delivers the events of every line.
    pub fn every_phone_number(self) -> Self {
        self.set(|operation| operation.changes.phone_numbers = Field::Null)
    }

    /// Whether to deliver events.
    pub fn is_active(self, is_active: bool) -> Self {
        self.set(|operation| operation.changes.is_active = Some(is_active))
    }

    /// The name of the header that has the id of the chat.
    pub fn routing_id_header(self, name: impl Into<String>) -> Self {
        self.with(fields::header_name(name.into()), |operation, name| {
            operation.changes.routing_id_header = Field::Value(name);
        })
    }

    /// Sends the id of the chat in `Linq-Chat-Id` again.
    pub fn clear_routing_id_header(self) -> Self {
        self.set(|operation| operation.changes.routing_id_header = Field::Null)
    }

    /// The name of the header for an opaque token of the chat.
    pub fn routing_key_header(self, name: impl Into<String>) -> Self {
        self.with(fields::header_name(name.into()), |operation, name| {
            operation.changes.routing_key_header = Field::Value(name);
        })
    }

    /// Stops sending a token of the chat.
    pub fn clear_routing_key_header(self) -> Self {
        self.set(|operation| operation.changes.routing_key_header = Field::Null)
    }
}

impl Operation for Update {
    type Output = WebhookSubscription;

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<WebhookSubscription>, Error> {
        let Self { id, changes } = &self;
        if *changes == WebhookSubscriptionUpdateRequest::default() {
            return Err(Error::invalid_input(
                "the update changes nothing; call `events(..)`, `is_active(..)` or another of its methods",
            ));
        }
        let operation = &UPDATE_WEBHOOK_SUBSCRIPTION;
        let response = call
            .send(operation, "", |api| async move {
                api.update_webhook_subscription(id, changes).await
            })
            .await
            .map_err(not_found)?;
        let response = call.check_same(operation, response, "subscription", |returned| {
            returned.id == *id
        })?;
        let fields = compared(changes, response.value());
        call.check_fields(operation, response, "subscription", &fields)
    }
}

/// The fields, each with whether the returned subscription has what was asked for.
fn compared(
    asked: &WebhookSubscriptionUpdateRequest,
    returned: &WebhookSubscription,
) -> [(&'static str, bool); 6] {
    let lines = returned.phone_numbers.as_deref().unwrap_or_default();
    let url = asked.target_url.as_deref();
    let events = asked.subscribed_events.as_deref();
    [
        (
            "target_url",
            url.is_none_or(|url| fields::is_same_url(url, &returned.target_url)),
        ),
        (
            "subscribed_events",
            events.is_none_or(|events| fields::are_same(events, &returned.subscribed_events)),
        ),
        (
            "phone_numbers",
            match &asked.phone_numbers {
                Field::Absent => true,
                Field::Null => lines.is_empty(),
                Field::Value(asked) => fields::are_same(asked, lines),
            },
        ),
        (
            "is_active",
            asked
                .is_active
                .is_none_or(|asked| asked == returned.is_active),
        ),
        (
            "routing_id_header",
            fields::is_same_header(
                &asked.routing_id_header,
                returned.routing_id_header.as_deref(),
            ),
        ),
        (
            "routing_key_header",
            fields::is_same_header(
                &asked.routing_key_header,
                returned.routing_key_header.as_deref(),
            ),
        ),
    ]
}
