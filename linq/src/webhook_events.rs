//! The types of webhook events.

use linq_gen::operations::LIST_WEBHOOK_EVENTS;

use crate::client::Client;
use crate::error::Error;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

pub use linq_gen::types::{WebhookEventListResponse, WebhookEventType};

impl Client {
    /// The types of webhook events.
    pub fn webhook_events(&self) -> WebhookEventsResource {
        WebhookEventsResource {
            client: self.clone(),
        }
    }
}

/// The types of webhook events; [`Client::webhook_events`] returns it.
///
/// Source: [Webhooks](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct WebhookEventsResource {
    client: Client,
}

impl WebhookEventsResource {
    /// Returns the types of events that can be subscribed to, including those that this version
    /// does not know.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// for event_type in client.webhook_events().list().await?.events {
    ///     println!("{event_type}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those that every request can have, such as
    /// [`is_authentication`](crate::Error::is_authentication).
    ///
    /// Source: [Webhooks](https://docs.linqapp.com), `GET /v3/webhook-events`.
    pub fn list(&self) -> Request<List> {
        Request::new(self.client.clone(), Ok(List))
    }
}

/// The operation of [`WebhookEventsResource::list`].
#[derive(Clone, Debug)]
pub struct List;

impl Operation for List {
    type Output = WebhookEventListResponse;

    const MAX_WRITES: u32 = 0;

    async fn run(self, call: &Call) -> Result<Response<WebhookEventListResponse>, Error> {
        call.send(&LIST_WEBHOOK_EVENTS, "", |api| async move {
            api.list_webhook_events().await
        })
        .await
    }
}
