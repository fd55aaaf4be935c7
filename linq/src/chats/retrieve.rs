//! Reads a chat.

use linq_gen::operations::RETRIEVE_CHAT;
use linq_gen::types::Chat;
use uuid::Uuid;

use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of [`ChatsResource::retrieve`](super::ChatsResource::retrieve).
#[derive(Clone, Debug)]
pub struct Retrieve {
    pub(super) chat_id: Uuid,
}

impl Operation for Retrieve {
    type Output = Chat;

    const MAX_WRITES: u32 = 0;

    async fn run(self, call: &Call) -> Result<Response<Chat>, Error> {
        let chat_id = &self.chat_id;
        let response = call
            .send(&RETRIEVE_CHAT, "", |api| async move {
                api.retrieve_chat(chat_id).await
            })
            .await
            .map_err(|error| {
                error.with_advice_if_not_found(format!("check the chat id {chat_id}"))
            })?;
        call.check_same(&RETRIEVE_CHAT, response, "chat", |chat| chat.id == *chat_id)
    }
}
