//! Requests: what they all can be told, and how they are sent.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::extra_headers;
use crate::response::Response;

/// A request that has not been sent yet.
///
/// Awaiting it sends it and answers the value; [`Request::send`] keeps the envelope too. Until then it
/// does nothing. Dropping the future ends the request and its retries; a write that has left by then may be
/// applied.
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example(client: linq::Client) -> linq::Result<()> {
/// let cards = client
///     .contact_card()
///     .retrieve()
///     .timeout(Duration::from_secs(5))
///     .max_retries(0)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a request does nothing until it is awaited or sent"]
pub struct Request<O> {
    client: Client,
    options: Options,
    pub(crate) operation: O,
}

/// What one request changes of the client's settings.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_retry_wait: Option<Duration>,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    /// The first wrong argument; a builder's method has no way to answer it.
    pub(crate) invalid: Option<Error>,
}

impl<O> Request<O> {
    pub(crate) fn new(client: Client, operation: O) -> Self {
        Self {
            client,
            options: Options::default(),
            operation,
        }
    }

    /// Keeps `changed`, or the error by which the request will fail without being sent.
    pub(crate) fn change<T, E: Into<Error>>(
        mut self,
        changed: Result<T, E>,
        change: impl FnOnce(&mut Self, T),
    ) -> Self {
        match changed {
            Ok(value) => change(&mut self, value),
            Err(error) => self.options.invalid = self.options.invalid.or(Some(error.into())),
        }
        self
    }

    /// The deadline of each attempt, from connecting to the body's last byte, in place of the client's.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(positive("timeout", timeout), |request, timeout| {
            request.options.timeout = Some(timeout);
        })
    }

    /// How often the request may be sent again, in place of the client's.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.options.max_retries = Some(max_retries);
        self
    }

    /// The longest wait before a retry, in place of the client's.
    pub fn max_retry_wait(mut self, max_retry_wait: Duration) -> Self {
        self.options.max_retry_wait = Some(max_retry_wait);
        self
    }

    /// A header to send with this request, in place of the client's of the same name. Its value is treated
    /// as a secret.
    ///
    /// The request fails with [`Error::is_invalid_input`] if no header can have the name or the value, if both
    /// together have more than 8,192 bytes, if there are more than 100 extra headers, or if the client sets
    /// the header itself: `accept-encoding`, `authorization`, `connection`, `content-encoding`,
    /// `content-length`, `content-type`, `expect`, `host`, `te`, `transfer-encoding` and `upgrade`.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let added = extra_headers::add(&mut self.options.headers, name.as_ref(), value.as_ref());
        self.change(added, |_, ()| ())
    }

    /// An extra query parameter, after the request's own.
    ///
    /// `phone_number` makes the request fail with [`Error::is_invalid_input`]: its method checks it.
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let checked = match name.as_str() {
            "phone_number" => Err(Error::invalid_input(
                "phone_number can't be an extra query parameter; use the method of that name",
            )),
            _ => Ok((name, value.into())),
        };
        self.change(checked, |request, pair| request.options.query.push(pair))
    }
}

impl<O: Operation> Request<O> {
    /// Sends the request and keeps what came with the value: status, headers, trace id, attempts, body.
    ///
    /// # Errors
    ///
    /// Every failure is an [`Error`]; wrong arguments fail before anything is sent.
    pub async fn send(self) -> Result<Response<O::Answer>, Error> {
        let max_writes = self.operation.max_writes();
        let response = match self.options.invalid {
            Some(error) => Err(error),
            None => {
                let call = Call::new(self.client, self.options, max_writes);
                self.operation.run(&call).await
            }
        };
        response.map_err(|error| match max_writes {
            0 => error,
            _ => error.of_a_write(),
        })
    }
}

impl<O: Operation> IntoFuture for Request<O> {
    type Output = Result<O::Answer, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.send().await.map(Response::into_value) })
    }
}

impl<O: fmt::Debug> fmt::Debug for Request<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.operation).finish()
    }
}

/// What a [`Request`] does. This crate's own operations implement it, and nothing else can.
pub trait Operation: Send + 'static {
    /// What the API answers.
    type Answer: Send;

    /// How many writes may reach the service, retries included; 0 for an operation that only reads.
    #[doc(hidden)]
    fn max_writes(&self) -> u32;

    #[doc(hidden)]
    fn run(self, call: &Call)
    -> impl Future<Output = Result<Response<Self::Answer>, Error>> + Send;
}

/// Checks a timeout.
pub(crate) fn positive(setting: &str, timeout: Duration) -> Result<Duration, Error> {
    if timeout.is_zero() {
        let text = format!("`{setting}(..)` must be longer than zero");
        return Err(Error::invalid_input(text));
    }
    Ok(timeout)
}
