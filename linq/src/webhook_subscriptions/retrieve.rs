//! Reading a webhook subscription.

use linq_gen::operations::RETRIEVE_WEBHOOK_SUBSCRIPTION;
use linq_gen::types::WebhookSubscription;

use super::not_found;
use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of
/// [`WebhookSubscriptionsResource::retrieve`](super::WebhookSubscriptionsResource::retrieve).
#[derive(Clone, Debug)]
pub struct Retrieve {
    pub(super) id: String,
}

impl Operation for Retrieve {
    type Output = WebhookSubscription;

    const MAX_WRITES: u32 = 0;

    async fn run(self, call: &Call) -> Result<Response<WebhookSubscription>, Error> {
        let id = self.id.as_str();
        let operation = &RETRIEVE_WEBHOOK_SUBSCRIPTION;
        let response = call
            .send(operation, "", |api| async move {
                api.retrieve_webhook_subscription(id).await
            })
            .await
            .map_err(not_found)?;
        call.check_same(operation, response, "subscription", |returned| {
            returned.id == id
        })
    }
}
