//! Lists chats.

use linq_gen::operations::LIST_CHATS;
use linq_gen::types::ChatListResponse;

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
        call.send(&LIST_CHATS, "", |api| async move {
            api.list_chats(cursor.as_deref(), from, *limit, to.as_deref())
                .await
        })
        .await
    }
}

impl Paginated for List {
    const CONTRACT: &'static linq_gen::Operation = &LIST_CHATS;

    fn cursor(&mut self) -> &mut Option<String> {
        &mut self.cursor
    }
}
