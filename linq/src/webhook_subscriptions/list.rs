//! Lists webhook subscriptions.

use linq_gen::operations::LIST_WEBHOOK_SUBSCRIPTIONS;
use linq_gen::types::WebhookSubscriptionListResponse;

use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of
/// [`WebhookSubscriptionsResource::list`](super::WebhookSubscriptionsResource::list).
#[derive(Clone, Debug)]
pub struct List;

impl Operation for List {
    type Output = WebhookSubscriptionListResponse;

    const MAX_WRITES: u32 = 0;

    async fn run(self, call: &Call) -> Result<Response<Self::Output>, Error> {
        call.send(&LIST_WEBHOOK_SUBSCRIPTIONS, "", |api| async move {
            api.list_webhook_subscriptions().await
        })
        .await
    }
}
