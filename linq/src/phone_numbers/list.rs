//! Lists lines.

use linq_gen::operations::LIST_PHONE_NUMBERS;
use linq_gen::types::LineListResponse;

use crate::error::Error;
use crate::request::Operation;
use crate::request::response::Response;
use crate::request::send::Call;

/// The operation of [`PhoneNumbersResource::list`](super::PhoneNumbersResource::list).
#[derive(Clone, Debug)]
pub struct List;

impl Operation for List {
    type Output = LineListResponse;

    const MAX_WRITES: u32 = 0;

    async fn run(self, call: &Call) -> Result<Response<LineListResponse>, Error> {
        call.send(&LIST_PHONE_NUMBERS, "", |api| async move {
            api.list_phone_numbers().await
        })
        .await
    }
}
