//! Webhook subscriptions: which events are delivered to which URL.

mod create;
mod delete;
mod fields;
mod list;
mod retrieve;
mod update;

use linq_gen::types::WebhookSubscriptionCreateRequest;

use crate::client::Client;
use crate::error::Error;
use crate::id;
use crate::request::Request;

pub use linq_gen::types::{
    WebhookEventType, WebhookSubscription, WebhookSubscriptionCreateResponse,
    WebhookSubscriptionListResponse,
};

pub use create::Create;
pub use delete::Delete;
pub use list::List;
pub use retrieve::Retrieve;
pub use update::Update;

impl Client {
    /// Webhook subscriptions: which events are delivered to which URL.
    pub fn webhook_subscriptions(&self) -> WebhookSubscriptionsResource {
        WebhookSubscriptionsResource {
            client: self.clone(),
        }
    }
}

/// The webhook subscriptions of a partner; [`Client::webhook_subscriptions`] returns it.
///
/// Source: [Webhooks](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct WebhookSubscriptionsResource {
    client: Client,
}

impl WebhookSubscriptionsResource {
    /// Subscribes a URL to events of these types, and returns the subscription with the secret that
    /// its deliveries are signed with.
    ///
    /// **The secret is not returned again**: store it. `Verifier::for_subscription` (feature
    /// `webhooks`) takes it. An event type is a [`WebhookEventType`] or its name, which need not be
    /// known to this version. Each URL can be subscribed once per account; its query parameter
    /// `version` picks the version of the payload.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let created = client
    ///     .webhook_subscriptions()
    ///     .create("https://example.com/webhooks/linq", ["contact_card.received", "contact_card.updated"])
    ///     .phone_numbers(["+15551234567"])
    ///     .await?;
    /// store(&created.id, created.signing_secret.expose_secret());
    /// # fn store(_: &str, _: &str) {}
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`is_invalid_input`](Error::is_invalid_input): the URL does not begin with `https://` (or
    ///   `http://` and a loopback address, for tests), there is no event type, or another argument
    ///   is wrong; nothing was sent.
    /// - [`write_outcome`](Error::write_outcome) is `Unknown` if the response was lost: the
    ///   subscription may exist, with a secret that is lost. Find it by its URL with
    ///   [`list`](Self::list), [`delete`](Self::delete) it, and create it again.
    /// - [`is_decode`](Error::is_decode): the response has no usable secret. Recover in the same
    ///   way.
    /// - [`is_mismatch`](Error::is_mismatch): the returned subscription is not the requested one.
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `POST /v3/webhook-subscriptions`.
    pub fn create<E>(&self, target_url: impl Into<String>, events: E) -> Request<Create>
    where
        E: IntoIterator<Item: Into<WebhookEventType>>,
    {
        let operation = fields::target_url(target_url.into()).and_then(|target_url| {
            Ok(Create(WebhookSubscriptionCreateRequest {
                target_url,
                subscribed_events: fields::events(events)?,
                phone_numbers: None,
                routing_id_header: None,
                routing_key_header: None,
            }))
        });
        Request::new(self.client.clone(), operation)
    }

    /// Returns every subscription of the partner, without their secrets. The list is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// for subscription in client.webhook_subscriptions().list().await?.subscriptions {
    ///     println!("{} {}", subscription.id, subscription.target_url);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those that every request can have, such as [`is_authentication`](Error::is_authentication).
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `GET /v3/webhook-subscriptions`.
    pub fn list(&self) -> Request<List> {
        Request::new(self.client.clone(), Ok(List))
    }

    /// Returns one subscription, without its secret.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let subscription = client.webhook_subscriptions().retrieve("subscription_example").await?;
    /// println!("{:?}", subscription.subscribed_events);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`is_invalid_input`](Error::is_invalid_input): the id is empty, longer than 255 bytes, `.`
    ///   or `..`, or has spaces, backslashes or characters that are not ASCII; nothing was sent.
    /// - [`is_not_found`](Error::is_not_found): there is no such subscription.
    /// - [`is_mismatch`](Error::is_mismatch): another subscription was returned.
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `GET
    /// /v3/webhook-subscriptions/{subscriptionId}`.
    pub fn retrieve(&self, id: impl Into<String>) -> Request<Retrieve> {
        let operation = subscription_id(id).map(|id| Retrieve { id });
        Request::new(self.client.clone(), operation)
    }

    /// Updates the given fields, at least one, of a subscription, and returns it. The others keep
    /// their values.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// client
    ///     .webhook_subscriptions()
    ///     .update("subscription_example")
    ///     .events(["contact_card.received"])
    ///     .every_phone_number()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`retrieve`](Self::retrieve), [`is_invalid_input`](Error::is_invalid_input) for a
    /// field that is not valid, and [`is_mismatch`](Error::is_mismatch) if the returned
    /// subscription does not have a value that was sent.
    ///
    /// An update is idempotent, so the client retries it as it retries reads.
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `PUT
    /// /v3/webhook-subscriptions/{subscriptionId}`.
    pub fn update(&self, id: impl Into<String>) -> Request<Update> {
        let operation = subscription_id(id).map(Update::new);
        Request::new(self.client.clone(), operation)
    }

    /// Deletes a subscription; nothing more is delivered to its URL.
    ///
    /// If a response is lost, the client tries again; if the subscription is gone by then, that counts
    /// as success.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// client.webhook_subscriptions().delete("subscription_example").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`retrieve`](Self::retrieve).
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `DELETE
    /// /v3/webhook-subscriptions/{subscriptionId}`.
    pub fn delete(&self, id: impl Into<String>) -> Request<Delete> {
        let operation = subscription_id(id).map(|id| Delete { id });
        Request::new(self.client.clone(), operation)
    }
}

fn subscription_id(id: impl Into<String>) -> Result<String, Error> {
    id::text("subscription", id.into())
}

/// What to do about a subscription that is not there.
fn not_found(error: Error) -> Error {
    error.with_advice_if_not_found("check the subscription id; `list` returns those that there are")
}
