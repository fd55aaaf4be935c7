//! Chats: finding them, and sharing contact cards in them.

mod list;
mod retrieve;
mod share_contact_card;

use uuid::Uuid;

use crate::client::Client;
use crate::id;
use crate::request::Request;

pub use linq_gen::types::{
    Chat, ChatHandle, ChatHealth, ChatHealthStatus, ChatListResponse, HandleStatus, LineType,
    ServiceType,
};

pub use list::List;
pub use retrieve::Retrieve;
pub use share_contact_card::ShareContactCard;

impl Client {
    /// Chats: finding them, and sharing contact cards in them.
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
    /// Returns the chats of the partner, page by page: all of them, or those of a line
    /// ([`from`](Request::from)) or with a person ([`to`](Request::to)).
    ///
    /// Awaiting it returns the first page; [`stream`](Request::stream) returns the chats of all
    /// pages.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let page = client.chats().list().to("+15557654321").await?;
    /// println!("{} chats, next cursor {:?}", page.chats.len(), page.next_cursor);
    ///
    /// let mut chats = client.chats().list().from("+15551234567").stream();
    /// while let Some(chat) = chats.try_next().await? {
    ///     println!("{}", chat.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_invalid_input`](crate::Error::is_invalid_input) for an argument that is not valid,
    /// [`is_mismatch`](crate::Error::is_mismatch) if a chat of another line or without this person was
    /// returned, and those that every request can have, such as
    /// [`is_authentication`](crate::Error::is_authentication).
    ///
    /// Source: [Chats](https://docs.linqapp.com), `GET /v3/chats`.
    pub fn list(&self) -> Request<List> {
        Request::new(self.client.clone(), Ok(List::default()))
    }

    /// Returns one chat, with the people in it. `chat_id` is a UUID.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let chat = client.chats().retrieve("550e8400-e29b-41d4-a716-446655440000").await?;
    /// for handle in &chat.handles {
    ///     println!("{}", handle.handle);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_invalid_input`](crate::Error::is_invalid_input): the chat id is not a UUID.
    /// [`is_not_found`](crate::Error::is_not_found): there is no such chat.
    /// [`is_mismatch`](crate::Error::is_mismatch): another chat was returned.
    ///
    /// Source: [Chats](https://docs.linqapp.com), `GET /v3/chats/{chatId}`.
    pub fn retrieve(&self, chat_id: impl TryInto<Uuid>) -> Request<Retrieve> {
        let operation = id::uuid("chat", chat_id).map(|chat_id| Retrieve { chat_id });
        Request::new(self.client.clone(), operation)
    }

    /// Shares the contact card of the chat's line with the people in the chat.
    ///
    /// `chat_id` is a UUID. This works in iMessage only. Share at most once a day, after the first
    /// message that the line sends.
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
    /// - [`is_invalid_input`](crate::Error::is_invalid_input): the chat id is not a UUID; nothing
    ///   was sent.
    /// - [`is_not_found`](crate::Error::is_not_found): there is no such chat or, with code 2012,
    ///   its line has no active card.
    /// - [`is_rate_limited`](crate::Error::is_rate_limited): the card was shared in this
    ///   chat within the last 5 minutes. If the client knows that, nothing was sent.
    ///   [`retry_after`](crate::Error::retry_after) returns how long to wait.
    ///
    /// [`write_outcome`](crate::Error::write_outcome) says whether the card may have been shared
    /// anyway.
    ///
    /// Source: [Chats](https://docs.linqapp.com), `POST /v3/chats/{chatId}/share_contact_card`.
    pub fn share_contact_card(&self, chat_id: impl TryInto<Uuid>) -> Request<ShareContactCard> {
        let operation = id::uuid("chat", chat_id).map(|chat_id| ShareContactCard { chat_id });
        Request::new(self.client.clone(), operation)
    }
}
