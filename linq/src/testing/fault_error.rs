//! The error that the client returns when something goes wrong.

use futures_util::FutureExt as _;
use linq_gen::send_raw;
use reqwest::Method;

use super::endpoint::Endpoint;
use super::fault::Fault;
use super::mock::Mock;
use crate::error::Error;
use crate::request::options::Options;
use crate::request::send::Call;

impl Fault {
    /// The error that the client returns if an attempt of `O` ends so, and there is no retry: with
    /// the outcome that a write of that kind has, and everything else as in real life. What its
    /// text advises can differ. For an `ensure`, take
    /// [`contact_card::Create`](crate::contact_card::Create) or
    /// [`contact_card::Update`](crate::contact_card::Update).
    pub fn error<O: Endpoint>(&self) -> Error {
        let mock = Mock::new();
        mock.respond_always(O::CONTRACT, self.clone());
        let client = match mock.builder().build() {
            Ok(client) => client,
            Err(error) => return error,
        };
        let call = Call::new(client, Options::new(u32::MAX));
        let outcome = call.only_attempt::<O::Output, _, _>(O::CONTRACT, |api| async move {
            let method = Method::from_bytes(O::CONTRACT.method.as_bytes()).unwrap_or_default();
            send_raw(&api, method, O::CONTRACT.path, None).await
        });
        match outcome.now_or_never() {
            Some(Err(error)) => error,
            _ => Error::invalid_input("the response of the fault is a success"),
        }
    }
}
