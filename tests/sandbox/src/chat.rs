//! A chat of one of a partner's lines.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The id of the one chat that a sandbox has unless it is given others. It is on the example card's
/// line.
pub const EXAMPLE_CHAT_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Who is in a chat that has no handles.
const SOMEBODY: &str = "+15557654321";

/// A chat, for [`SandboxBuilder::chats`](crate::SandboxBuilder::chats).
///
/// An id and the phone number of a line are enough.
///
/// ```
/// use linq_sandbox::{Chat, EXAMPLE_CHAT_ID};
///
/// let chat: Chat = (EXAMPLE_CHAT_ID, "+15551234567").into();
/// assert_eq!(chat.handles, ["+15557654321"]);
/// let chat = chat.handles(["ann@example.com", "+15557654322"]);
/// assert!(chat.is_group());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chat {
    /// The id, a UUID.
    pub id: String,
    /// The phone number of the line, in E.164 format.
    pub line: String,
    /// The phone numbers and email addresses of the others.
    pub handles: Vec<String>,
    /// The name; unless set, the handles of the people in the chat.
    pub display_name: Option<String>,
}

impl Chat {
    /// A chat of a line with one person.
    ///
    /// # Panics
    /// If the id is not a UUID.
    #[track_caller]
    pub fn new(id: impl Into<String>, line: impl Into<String>) -> Self {
        let id = id.into();
        let Some(uuid) = parse(&id) else {
            invalid(&id);
        };
        Self {
            id: uuid.to_string(),
            line: line.into(),
            handles: vec![SOMEBODY.into()],
            display_name: None,
        }
    }

    /// Who the chat is with: phone numbers and email addresses.
    pub fn handles(mut self, handles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.handles = handles.into_iter().map(Into::into).collect();
        self
    }

    /// The name of the chat.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// Whether it is with more than one person.
    pub fn is_group(&self) -> bool {
        self.handles.len() > 1
    }
}

impl<I: Into<String>, L: Into<String>> From<(I, L)> for Chat {
    /// A chat by its id and the phone number of its line.
    ///
    /// # Panics
    /// If the id is not a UUID.
    fn from((id, line): (I, L)) -> Self {
        Self::new(id, line)
    }
}

fn parse(id: &str) -> Option<Uuid> {
    id.parse::<Hyphenated>().ok().map(Hyphenated::into_uuid)
}

#[track_caller]
#[expect(
    clippy::panic,
    reason = "the mistake is in the code that names the chat, so it is shown there"
)]
fn invalid(id: &str) -> ! {
    panic!("invalid chat id: {id:?} is not a UUID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "invalid chat id: \"chat-1\" is not a UUID")]
    fn a_chat_id_that_is_not_a_uuid_panics() {
        let _ = Chat::from(("chat-1", "+15551234567"));
    }
}
