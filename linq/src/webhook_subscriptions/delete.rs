//! Deletes a webhook subscription.

use linq_gen::operations::DELETE_WEBHOOK_SUBSCRIPTION;

use super::not_found;
use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of
/// [`WebhookSubscriptionsResource::delete`](super::WebhookSubscriptionsResource::delete).
#[derive(Clone, Debug)]
pub struct Delete {
    pub(super) id: String,
}

impl Operation for Delete {
    type Output = ();

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<()>, Error> {
        let id = self.id.as_str();
        call.send(&DELETE_WEBHOOK_SUBSCRIPTION, "", |api| async move {
            api.delete_webhook_subscription(id).await
        })
        .await
        .map_err(not_found)
    }
}
