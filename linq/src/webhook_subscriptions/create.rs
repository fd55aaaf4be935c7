//! Creates a webhook subscription.

use linq_gen::operations::CREATE_WEBHOOK_SUBSCRIPTION;
use linq_gen::types::{WebhookSubscriptionCreateRequest, WebhookSubscriptionCreateResponse};

use super::fields;
use crate::error::write_outcome::WriteOutcome;
use crate::error::{Error, Kind};
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of
/// [`WebhookSubscriptionsResource::create`](super::WebhookSubscriptionsResource::create).
#[derive(Clone, Debug)]
pub struct Create(pub(super) WebhookSubscriptionCreateRequest);

impl Request<Create> {
    /// Delivers only the events of these lines. Without it, or with an empty list, the events of every
    /// line are delivered.
    ///
    /// A string that is not a [`PhoneNumber`] makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn phone_numbers<N>(self, lines: impl IntoIterator<Item = N>) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.with(fields::phone_numbers(lines), |operation, lines| {
            operation.0.phone_numbers = Some(lines);
        })
    }

    /// The name of the header that has the id of the chat, in place of `Linq-Chat-Id`.
    pub fn routing_id_header(self, name: impl Into<String>) -> Self {
        self.with(fields::header_name(name.into()), |operation, name| {
            operation.0.routing_id_header = Some(name);
        })
    }

    /// The name of the header for an opaque token of the chat, by which a load balancer can route
    /// all deliveries of a chat to one server. Without it, no token is sent.
    pub fn routing_key_header(self, name: impl Into<String>) -> Self {
        self.with(fields::header_name(name.into()), |operation, name| {
            operation.0.routing_key_header = Some(name);
        })
    }
}

const RECOVER: &str = "the subscription may exist, with a secret that nobody has seen: find it by its URL with \
                       `list`, `delete` it, and create it again";

impl Operation for Create {
    type Output = WebhookSubscriptionCreateResponse;

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<Self::Output>, Error> {
        let asked = &self.0;
        let response = call
            .send(&CREATE_WEBHOOK_SUBSCRIPTION, "", |api| async move {
                api.create_webhook_subscription(asked).await
            })
            .await;
        response
            .and_then(|response| checked(call, response, asked))
            .map_err(|error| match error.write_outcome() {
                Some(WriteOutcome::Unknown) if !error.is_redirect() => error.with_advice(RECOVER),
                _ => error,
            })
    }
}

fn checked(
    call: &Call,
    response: Response<WebhookSubscriptionCreateResponse>,
    asked: &WebhookSubscriptionCreateRequest,
) -> Result<Response<WebhookSubscriptionCreateResponse>, Error> {
    let operation = &CREATE_WEBHOOK_SUBSCRIPTION;
    if !fields::is_secret(response.value().signing_secret.expose_secret()) {
        let problem = "signing_secret: not a usable secret";
        return Err(call.reject(operation, &response, Kind::Decode, problem));
    }
    let lines = asked.phone_numbers.as_deref().unwrap_or_default();
    call.check_same(operation, response, "subscription", |created| {
        fields::is_same_url(&asked.target_url, &created.target_url)
            && fields::are_same(&asked.subscribed_events, &created.subscribed_events)
            && fields::are_same(lines, created.phone_numbers.as_deref().unwrap_or_default())
    })
}
