//! Shares a contact card in a chat.

use linq_gen::operations::SHARE_CONTACT_CARD;
use uuid::Uuid;

use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of
/// [`ChatsResource::share_contact_card`](super::ChatsResource::share_contact_card).
#[derive(Clone, Debug)]
pub struct ShareContactCard {
    pub(super) chat_id: Uuid,
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
        .map_err(|error| {
            if error.is_no_card() {
                error.with_advice("set up the card of the chat's line with `create` or `ensure`")
            } else {
                error.with_advice_if_not_found(format!("check the chat id {chat_id}"))
            }
        })
    }
}
