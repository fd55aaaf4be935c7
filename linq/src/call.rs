//! The one way to the wire: every request passes here, with its retries and its deadline.

use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use linq_gen::{Exchange, ResponseValue};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::outcome;
use crate::request::Options;
use crate::response::Response;
use crate::retry::{self, Limits};
use crate::trace;

/// A request on its way: the client that sends it, and what it changes of the client's settings.
#[allow(missing_debug_implementations, unreachable_pub)]
pub struct Call {
    client: Client,
    options: Options,
}

impl Call {
    pub(crate) fn new(client: Client, options: Options) -> Self {
        Self { client, options }
    }

    /// Lets `send` send a request by the generated client, again as often as is allowed and makes sense.
    pub(crate) async fn send<T, E, S, F>(
        self,
        operation: &'static str,
        send: S,
    ) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<E>>>,
    {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::invalid_input(
                "a request needs a Tokio runtime to be sent in",
            ));
        }
        let settings = self.client.settings();
        let limits = Limits {
            max_retries: self
                .options
                .max_retries
                .unwrap_or(settings.retry.max_retries),
            max_wait: self
                .options
                .max_retry_wait
                .unwrap_or(settings.retry.max_wait),
        };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let outcome = self
                .attempt(&send)
                .await
                .map(|(value, answer)| Response::new(value, answer, attempts))
                .map_err(|error| error.with_attempts(attempts));
            trace::attempt(operation, attempts, outcome.as_ref());
            let error = match outcome {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let Some(wait) = retry::wait(&error, limits, fastrand::f64()) else {
                return Err(error);
            };
            trace::retry(operation, wait);
            settings.clock.sleep(wait).await;
        }
    }

    async fn attempt<T, E, S, F>(&self, send: &S) -> Result<(T, Answer), Error>
    where
        T: DeserializeOwned,
        S: Fn(linq_gen::Client) -> F,
        F: Future<Output = Result<ResponseValue<T>, linq_gen::Error<E>>>,
    {
        let settings = self.client.settings();
        let timeout = self.options.timeout.unwrap_or(settings.timeout);
        let mut headers = settings.headers.clone();
        headers.extend(self.options.headers.clone());
        let exchange = Arc::new(Exchange::new(
            headers,
            self.options.query.clone(),
            settings.max_response_bytes,
        ));
        let api = linq_gen::Client::new_with_client(
            &settings.base_url,
            settings.http.clone(),
            Arc::clone(&exchange),
        );
        let result = match select(pin!(send(api)), settings.clock.deadline(timeout)).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(((), _)) => None,
        };
        outcome(result, exchange.take_received(), timeout, settings)
    }
}
