//! Calls every operation of the contract through `linq`.
//!
//! The wire snapshots, the retry policy, the advice in errors and the checks that the API key stays
//! secret all use this table.

use std::fmt::Debug;
use std::future::ready;
use std::pin::Pin;

use futures_util::TryStreamExt as _;
use insta::assert_snapshot;
use linq::{Client, Operation, Page, Paginated, Request, Result};
use linq_gen::operations::ALL;
use linq_sandbox::EXAMPLE_CHAT_ID;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::support::start;
use crate::wire::received;

fn calls() -> Vec<Call> {
    vec![
        call("retrieveContactCard", |client| {
            client.contact_card().retrieve()
        }),
        call("createContactCard", |client| {
            client.contact_card().create("+15557654321", "Ann")
        }),
        call("updateContactCard", |client| {
            client
                .contact_card()
                .update("+15551234567")
                .first_name("Ann")
        }),
        paginated("listChats", |client| {
            let chats = client.chats().list().from("+15551234567");
            chats.to("+15557654321").limit(100)
        }),
        call("retrieveChat", |client| {
            client.chats().retrieve(EXAMPLE_CHAT_ID)
        }),
        call("shareContactCard", |client| {
            client.chats().share_contact_card(EXAMPLE_CHAT_ID)
        }),
        call("listPhoneNumbers", |client| client.phone_numbers().list()),
        call("updatePhoneNumber", |client| {
            let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
            update.forwarding_number("+15557654321")
        }),
        call("listWebhookSubscriptions", |client| {
            client.webhook_subscriptions().list()
        }),
        call("createWebhookSubscription", |client| {
            let events = ["contact_card.received", "contact_card.updated"];
            let subscriptions = client.webhook_subscriptions();
            subscriptions
                .create("https://example.com/webhooks/linq", events)
                .phone_numbers(["+15551234567"])
        }),
        call("retrieveWebhookSubscription", |client| {
            client
                .webhook_subscriptions()
                .retrieve(EXAMPLE_SUBSCRIPTION)
        }),
        call("updateWebhookSubscription", |client| {
            let update = client.webhook_subscriptions().update(EXAMPLE_SUBSCRIPTION);
            update.is_active(true).clear_routing_key_header()
        }),
        call("deleteWebhookSubscription", |client| {
            client.webhook_subscriptions().delete(EXAMPLE_SUBSCRIPTION)
        }),
        call("listWebhookEvents", |client| client.webhook_events().list()),
    ]
}

/// The ids in the examples of the contract.
pub(crate) const EXAMPLE_LINE_ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
pub(crate) const EXAMPLE_SUBSCRIPTION: &str = "subscription_example";

/// How an operation is called, so that it succeeds in a sandbox as it starts.
pub(crate) struct Call {
    /// The `operationId`, or another name.
    pub(crate) id: &'static str,
    send: Box<dyn Fn(&Client) -> Sending>,
    stream: Option<Box<Stream>>,
}

type Sending = Pin<Box<dyn Future<Output = (String, Result<()>)>>>;
type Stream = dyn Fn(&Client) -> Streaming;
type Streaming = Pin<Box<dyn Future<Output = Result<usize>>>>;

impl Call {
    /// Calls the operation.
    pub(crate) async fn send(&self, client: &Client) -> Result<()> {
        self.shown(client).await.1
    }

    /// Calls the operation; also returns `Debug` of its request and its response.
    pub(crate) async fn shown(&self, client: &Client) -> (String, Result<()>) {
        (self.send)(client).await
    }

    /// Counts the items of all pages, if the operation is a stream.
    pub(crate) fn count(&self, client: &Client) -> Option<Streaming> {
        self.stream.as_ref().map(|stream| stream(client))
    }
}

pub(crate) fn call<O>(id: &'static str, request: impl Fn(&Client) -> Request<O> + 'static) -> Call
where
    O: Operation + Debug,
    O::Output: Debug,
{
    let send = move |client: &Client| -> Sending {
        let request = request(client);
        Box::pin(async move {
            let shown = format!("{request:?} {request:#?}");
            match request.send().await {
                Ok(response) => (format!("{shown} {response:?} {response:#?}"), Ok(())),
                Err(error) => (shown, Err(error)),
            }
        })
    };
    let send = Box::new(send);
    Call {
        id,
        send,
        stream: None,
    }
}

/// A paginated operation, which is a stream too.
fn paginated<O>(id: &'static str, request: impl Fn(&Client) -> Request<O> + Clone + 'static) -> Call
where
    O: Paginated + Debug,
    O::Output: Debug + 'static,
    <O::Output as Page>::Item: 'static,
{
    let list = request.clone();
    let stream = move |client: &Client| -> Streaming {
        let items = list(client).stream();
        Box::pin(items.try_fold(0, |count, _| ready(Ok(count + 1))))
    };
    Call {
        stream: Some(Box::new(stream)),
        ..call(id, request)
    }
}

/// Requests without an operation of the contract, by what is retried.
pub(crate) fn raw() -> Vec<Call> {
    /// Any object.
    #[derive(Debug, Deserialize)]
    struct Object {}

    let to = |client: &Client, method| {
        let path = "/v3/letters/+15557654321";
        client.request(method, path).returning::<Object>()
    };
    let body = json!({"name": "Ann"});
    let idempotent_body = body.clone();
    vec![
        call("request_get", move |client| to(client, Method::GET)),
        call("request_post", move |client| {
            to(client, Method::POST).body(&body)
        }),
        call("request_post_idempotent", move |client| {
            to(client, Method::POST).body(&idempotent_body).idempotent()
        }),
    ]
}

/// Every operation of the contract, in its order.
pub(crate) fn all() -> Vec<Call> {
    let calls = calls();
    let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
    let contract: Vec<_> = ALL.iter().map(|operation| operation.id).collect();
    assert_eq!(
        ids, contract,
        "tests/src/operations.rs has each operation of the contract, in its order"
    );
    calls
}

#[tokio::test]
async fn each_operation_sends_the_expected_request() {
    for call in all() {
        let (sandbox, client, _) = start().await;
        call.send(&client).await.unwrap();
        let operation = ALL.iter().find(|operation| operation.id == call.id);
        assert_eq!(sandbox.requests()[0].method, operation.unwrap().method);
        assert_snapshot!(format!("wire_{}", call.id), received(&sandbox));
    }
}
