//! The operations that a mock can respond to, each with its entry in the contract.

use linq_gen::Operation as Contract;
use linq_gen::operations as contract;
use linq_gen::types::{
    ContactCardCreateRequest, ContactCardUpdateRequest, LineUpdateRequest,
    WebhookSubscriptionCreateRequest, WebhookSubscriptionUpdateRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::request::Operation;
use crate::{chats, contact_card, phone_numbers, webhook_events, webhook_subscriptions};

/// An operation that is one request on the wire, such as [`contact_card::Create`]. Only the
/// operations of this crate implement it.
///
/// `get` and `retrieve` of contact cards are the same request, [`contact_card::Retrieve`]. `ensure`
/// sends `Retrieve`, and then [`contact_card::Create`] or [`contact_card::Update`]; `for_lines` sends
/// [`phone_numbers::List`] and `Retrieve`.
pub trait Endpoint: Operation<Output: Serialize + DeserializeOwned> {
    /// The body of the request; `()` if it has none.
    type Body: DeserializeOwned;

    #[doc(hidden)]
    const CONTRACT: &'static Contract;

    /// The body of the response that returns a value.
    #[doc(hidden)]
    fn to_json(output: &Self::Output) -> serde_json::Result<Value> {
        serde_json::to_value(output)
    }
}

impl Endpoint for contact_card::Retrieve {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::RETRIEVE_CONTACT_CARD;
}

impl Endpoint for contact_card::Create {
    type Body = ContactCardCreateRequest;
    const CONTRACT: &'static Contract = &contract::CREATE_CONTACT_CARD;
}

impl Endpoint for contact_card::Update {
    type Body = ContactCardUpdateRequest;
    const CONTRACT: &'static Contract = &contract::UPDATE_CONTACT_CARD;
}

impl Endpoint for chats::List {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::LIST_CHATS;
}

impl Endpoint for chats::Retrieve {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::RETRIEVE_CHAT;
}

impl Endpoint for chats::ShareContactCard {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::SHARE_CONTACT_CARD;
}

impl Endpoint for phone_numbers::List {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::LIST_PHONE_NUMBERS;
}

impl Endpoint for phone_numbers::Update {
    type Body = LineUpdateRequest;
    const CONTRACT: &'static Contract = &contract::UPDATE_PHONE_NUMBER;
}

impl Endpoint for webhook_subscriptions::List {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::LIST_WEBHOOK_SUBSCRIPTIONS;
}

impl Endpoint for webhook_subscriptions::Create {
    type Body = WebhookSubscriptionCreateRequest;
    const CONTRACT: &'static Contract = &contract::CREATE_WEBHOOK_SUBSCRIPTION;

    fn to_json(output: &Self::Output) -> serde_json::Result<Value> {
        let mut json = serde_json::to_value(output)?;
        // It is left out wherever else the value is written.
        json["signing_secret"] = output.signing_secret.expose_secret().into();
        Ok(json)
    }
}

impl Endpoint for webhook_subscriptions::Retrieve {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::RETRIEVE_WEBHOOK_SUBSCRIPTION;
}

impl Endpoint for webhook_subscriptions::Update {
    type Body = WebhookSubscriptionUpdateRequest;
    const CONTRACT: &'static Contract = &contract::UPDATE_WEBHOOK_SUBSCRIPTION;
}

impl Endpoint for webhook_subscriptions::Delete {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::DELETE_WEBHOOK_SUBSCRIPTION;
}

impl Endpoint for webhook_events::List {
    type Body = ();
    const CONTRACT: &'static Contract = &contract::LIST_WEBHOOK_EVENTS;
}
