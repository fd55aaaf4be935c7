//! Chats, to share contact cards in.

use linq_gen::operations::SHARE_CONTACT_CARD;
use uuid::Uuid;

use crate::client::Client;
use crate::error::Error;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

impl Client {
    /// Chats, to share contact cards in.
    pub fn chats(&self) -> ChatsResource {
        ChatsResource {
            client: self.clone(),
        }
    }
}

/// The chats of a partner; [`Client::chats`] returns it.
///
/// Source: [Chats](https://docs.linqapp.com).
#[derive(Clone, Debug)]
pub struct ChatsResource {
    client: Client,
}

impl ChatsResource {
    /// Shares the contact card of the chat's line with the people in the chat.
    ///
    /// `chat_id` is a UUID. This works in iMessage only. Share at most once a day, after the first message
    /// that the line sends.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// client.chats().share_contact_card("550e8400-e29b-41d4-a716-446655440000").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`is_invalid_input`](Error::is_invalid_input): the chat id is not a UUID; nothing was sent.
    /// - [`is_not_found`](Error::is_not_found): there is no such chat or, with code 2012, its line has no
    ///   active card.
    /// - [`is_rate_limited`](Error::is_rate_limited): this chat had a share in the last 5 minutes. If the client
    ///   knows of it, nothing was sent. [`retry_after`](Error::retry_after) returns how long to wait.
    ///
    /// [`write_outcome`](Error::write_outcome) says whether the card may have been shared anyway.
    ///
    /// Source: [Chats](https://docs.linqapp.com), `POST /v3/chats/{chatId}/share_contact_card`.
    pub fn share_contact_card(&self, chat_id: impl AsRef<str>) -> Request<ShareContactCard> {
        let operation = parse(chat_id.as_ref()).map(|chat_id| ShareContactCard { chat_id });
        Request::new(self.client.clone(), operation)
    }
}

fn parse(chat_id: &str) -> Result<Uuid, Error> {
    Uuid::try_parse(chat_id).map_err(|_| {
        Error::invalid_input(
            "the chat id is not a UUID; expected something like 550e8400-e29b-41d4-a716-446655440000",
        )
    })
}

/// The operation of [`ChatsResource::share_contact_card`].
#[derive(Clone, Debug)]
pub struct ShareContactCard {
    chat_id: Uuid,
}

impl Operation for ShareContactCard {
    type Output = ();

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<()>, Error> {
        let chat_id = &self.chat_id;
        let key = chat_id.to_string();
        call.send(&SHARE_CONTACT_CARD, &key, |api| async move {
            api.share_contact_card(chat_id).await
        })
        .await
        .map_err(|error| match error.api_code() {
            _ if error.is_no_card() => {
                error.with_advice("set up the card of the chat's line with `create` or `ensure`")
            }
            Some(_) if error.is_not_found() => {
                error.with_advice(format!("check the chat id {chat_id}"))
            }
            _ => error,
        })
    }
}
