//! Lists chats.

use linq_gen::operations::LIST_CHATS;
use linq_gen::types::{Chat, ChatHandle, ChatListResponse};

use crate::error::Error;
use crate::handle;
use crate::phone_number::PhoneNumber;
use crate::request::pages::Paginated;
use crate::request::response::Response;
use crate::request::send::Call;
use crate::request::{Operation, Request};

/// The operation of [`ChatsResource::list`](super::ChatsResource::list).
#[derive(Clone, Debug, Default)]
pub struct List {
    from: Option<PhoneNumber>,
    to: Option<String>,
    limit: Option<i32>,
    cursor: Option<String>,
}

impl Request<List> {
    /// Returns only the chats of this line.
    ///
    /// A string that is not a [`PhoneNumber`] makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn from<N>(self, line: N) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        self.with(line.try_into(), |operation, line| {
            operation.from = Some(line);
        })
    }

    /// Returns only the chats with this person: a phone number in E.164 format, or an email
    /// address.
    ///
    /// Anything else makes the request fail with [`Error::is_invalid_input`].
    pub fn to(self, handle: impl Into<String>) -> Self {
        self.with(handle::checked(handle.into()), |operation, handle| {
            operation.to = Some(handle);
        })
    }

    /// How many chats a page has at most, from 1 to 100; 20 by default.
    ///
    /// Any other number makes the request fail with [`Error::is_invalid_input`].
    pub fn limit(self, limit: u32) -> Self {
        let limit = match i32::try_from(limit) {
            Ok(limit @ 1..=100) => Ok(limit),
            _ => Err(Error::invalid_input("the limit must be from 1 to 100")),
        };
        self.with(limit, |operation, limit| operation.limit = Some(limit))
    }
}

impl Operation for List {
    type Output = ChatListResponse;

    const MAX_WRITES: u32 = 0;
    const PARAMETERS: &'static [linq_gen::Parameter] = LIST_CHATS.parameters;

    async fn run(self, call: &Call) -> Result<Response<ChatListResponse>, Error> {
        let Self {
            from,
            to,
            limit,
            cursor,
        } = &self;
        let from = from.as_ref().map(PhoneNumber::as_str);
        let to = to.as_deref();
        let response = call
            .send(&LIST_CHATS, "", |api| async move {
                api.list_chats(cursor.as_deref(), from, *limit, to).await
            })
            .await?;
        let response = match from {
            Some(from) => call.check_same(&LIST_CHATS, response, "line's chat", |page| {
                page.chats.iter().all(|chat| is_of_line(chat, from))
            })?,
            None => response,
        };
        match to {
            Some(to) => call.check_same(&LIST_CHATS, response, "person's chat", |page| {
                page.chats.iter().all(|chat| is_with(chat, to))
            }),
            None => Ok(response),
        }
    }
}

/// Whether a chat can be one of this line: if none of its handles is marked as yours, each can be.
fn is_of_line(chat: &Chat, line: &str) -> bool {
    let is_mine = |it: &ChatHandle| it.is_me == Some(true);
    if !chat.handles.iter().any(is_mine) {
        return is_with(chat, line);
    }
    let mut handles = chat.handles.iter();
    handles.any(|it| is_mine(it) && it.handle == line)
}

/// Whether a chat can be one with this person, of today or of before. The case of an email address
/// makes no difference, and a chat that does not say who is in it can be with anybody.
fn is_with(chat: &Chat, handle: &str) -> bool {
    let handle = handle.to_lowercase();
    let mut handles = chat.handles.iter();
    chat.handles.is_empty() || handles.any(|it| it.handle.to_lowercase() == handle)
}

impl Paginated for List {
    const CONTRACT: &'static linq_gen::Operation = &LIST_CHATS;

    fn cursor(&mut self) -> &mut Option<String> {
        &mut self.cursor
    }
}
