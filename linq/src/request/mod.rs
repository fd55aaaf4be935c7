//! Requests: their common options, and how they are sent.

#[cfg(feature = "blocking")]
pub(crate) mod block_on;
#[cfg(feature = "blocking")]
pub(crate) mod blocking;
pub(crate) mod classify;
mod connection;
mod counting;
pub(crate) mod deadline;
mod ended;
#[cfg(feature = "testing")]
mod mocked;
pub(crate) mod options;
pub(crate) mod pages;
mod report;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod retry_after;
pub(crate) mod returned;
mod runtime;
mod secrets;
pub(crate) mod send;
mod trace;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use futures_util::TryFutureExt as _;

use crate::client::{Client, headers, positive};
use crate::error::Error;
use crate::phone_number::PhoneNumber;
use crate::request::response::Response;
use crate::request::send::Call;
use options::Options;

/// A request that has not been sent yet.
///
/// Awaiting it sends it and returns the value; [`Request::send`] returns the whole [`Response`].
/// Dropping the future cancels the request and its retries; a write that was already sent may still
/// be applied.
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
///
/// # Where a future is needed
///
/// `.await`, `tokio::select!` and `tokio::time::timeout` take a request as it is. For all others,
/// `into_future()` turns it into a future of the value, which is `Send`, `'static` and `Unpin`:
///
/// ```no_run
/// use futures_util::future::join_all;
/// use futures_util::stream::{FuturesUnordered, StreamExt as _};
/// # async fn shut_down() {}
/// # async fn example(client: linq::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let cards = client.contact_card();
/// let numbers = ["+15551234567", "+15557654321"];
///
/// tokio::select! {
///     all = cards.retrieve() => println!("{} cards", all?.contact_cards.len()),
///     () = shut_down() => {}
/// }
///
/// let task = tokio::spawn(cards.retrieve().into_future());
/// println!("{} cards", task.await??.contact_cards.len());
///
/// let (all, lines) =
///     tokio::try_join!(cards.retrieve().into_future(), client.phone_numbers().list().into_future())?;
/// println!("{} cards, {} lines", all.contact_cards.len(), lines.phone_numbers.len());
///
/// for card in join_all(numbers.map(|number| cards.get(number).into_future())).await {
///     println!("{:?}", card?);
/// }
///
/// let requests = numbers.map(|number| cards.get(number).into_future());
/// let mut as_they_come = FuturesUnordered::from_iter(requests);
/// while let Some(card) = as_they_come.next().await {
///     println!("{:?}", card?);
/// }
/// # Ok(())
/// # }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let client = linq::Client::from_env()?;
///     let runtime = tokio::runtime::Runtime::new()?;
///     let cards = runtime.block_on(client.contact_card().retrieve().into_future())?;
///     println!("{} cards", cards.contact_cards.len());
///     Ok(())
/// }
/// ```
///
/// Without a runtime of your own, use `call()` of the feature `blocking`.
#[must_use = "a request does nothing until it is awaited or sent"]
pub struct Request<O> {
    client: Client,
    options: Options,
    /// The phone number that it is about, if there is one and it is valid.
    pub(crate) phone_number: Option<PhoneNumber>,
    /// The first invalid argument takes the operation's place.
    operation: Result<O, Error>,
}

impl<O: Operation> Request<O> {
    pub(crate) fn new(client: Client, operation: Result<O, Error>) -> Self {
        Self {
            client,
            options: Options::new(O::MAX_WRITES),
            phone_number: None,
            operation,
        }
    }

    /// A request for a phone number.
    pub(crate) fn for_number<N>(
        client: Client,
        phone_number: N,
        operation: impl FnOnce(PhoneNumber) -> Result<O, Error>,
    ) -> Self
    where
        N: TryInto<PhoneNumber, Error: Into<Error>>,
    {
        let number = phone_number.try_into().map_err(Into::into);
        Self {
            phone_number: number.as_ref().ok().cloned(),
            ..Self::new(client, number.and_then(operation))
        }
    }
}

impl<O> Request<O> {
    /// Applies a valid argument to the operation; an invalid one makes the request fail without
    /// being sent.
    pub(crate) fn with<T, E: Into<Error>>(
        mut self,
        argument: Result<T, E>,
        set: impl FnOnce(&mut O, T),
    ) -> Self {
        self.operation = self.operation.and_then(|mut operation| {
            set(&mut operation, argument.map_err(Into::into)?);
            Ok(operation)
        });
        self
    }

    /// Applies a valid argument to the operation, which may refuse it.
    pub(crate) fn with_checked<T>(
        mut self,
        argument: Result<T, Error>,
        set: impl FnOnce(&mut O, T) -> Result<(), Error>,
    ) -> Self {
        self.operation = self.operation.and_then(|mut operation| {
            set(&mut operation, argument?)?;
            Ok(operation)
        });
        self
    }

    /// The same request with another operation.
    pub(crate) fn map_operation<P>(self, change: impl FnOnce(O) -> P) -> Request<P> {
        Request {
            client: self.client,
            options: self.options,
            phone_number: self.phone_number,
            operation: self.operation.map(change),
        }
    }

    /// Changes the operation, if its arguments so far are valid.
    pub(crate) fn set(self, set: impl FnOnce(&mut O)) -> Self {
        self.with(Ok::<_, Error>(()), |operation, ()| set(operation))
    }

    /// Applies a valid argument to the options.
    fn with_option<T>(
        mut self,
        argument: Result<T, Error>,
        set: impl FnOnce(&mut Options, T),
    ) -> Self {
        match argument {
            Ok(value) => {
                set(&mut self.options, value);
                self
            }
            Err(error) => self.with(Err(error), |_, ()| ()),
        }
    }

    /// Keeps the request from sending writes.
    pub(crate) fn without_writes(mut self) -> Self {
        self.options.max_writes = 0;
        self
    }

    /// Overrides [`ClientBuilder::timeout`](crate::ClientBuilder::timeout) for this request.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with_option(positive("timeout", timeout), |options, timeout| {
            options.timeout = Some(timeout);
        })
    }

    /// Overrides [`ClientBuilder::deadline`](crate::ClientBuilder::deadline) for this request;
    /// [`Duration::MAX`] lifts it.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with_option(positive("deadline", deadline), |options, deadline| {
            options.deadline = Some(deadline);
        })
    }

    /// Overrides [`ClientBuilder::max_retries`](crate::ClientBuilder::max_retries) for this
    /// request.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.options.max_retries = Some(max_retries);
        self
    }

    /// Overrides [`ClientBuilder::max_retry_wait`](crate::ClientBuilder::max_retry_wait) for this
    /// request.
    pub fn max_retry_wait(mut self, max_retry_wait: Duration) -> Self {
        self.options.max_retry_wait = Some(max_retry_wait);
        self
    }

    /// A header to send with this request, in place of a default header of the same name. Its value
    /// is treated as a secret.
    ///
    /// The request fails with [`Error::is_invalid_input`] if the name or the value is not valid in
    /// a header, if the two are longer than 8,192 bytes together, if there are more than 100
    /// headers, or if the client sets the header itself: `accept-encoding`, `authorization`,
    /// `connection`, `content-encoding`, `content-length`, `content-type`, `expect`, `host`, `te`,
    /// `transfer-encoding` and `upgrade`.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let added = headers::add(&mut self.options.headers, name.as_ref(), value.as_ref());
        self.with(added, |_, ()| ())
    }
}

impl<O: Operation> Request<O> {
    /// A query parameter to append to the request's own.
    ///
    /// The request fails with [`Error::is_invalid_input`] if the name is that of a parameter that
    /// the request sets itself, such as `phone_number`; use the method of that name.
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        let mut parameters = O::PARAMETERS.iter();
        let is_own = parameters.any(|parameter| parameter.name == name);
        let checked = if is_own {
            let text = format!("`{name}` can't be passed to `query(..)`; use `{name}(..)`");
            Err(Error::invalid_input(text))
        } else {
            Ok((name, value.into()))
        };
        self.with_option(checked, |options, pair| options.query.push(pair))
    }

    /// Sends the request, and returns the value with its status, headers, trace id, attempts and
    /// body.
    ///
    /// # Errors
    ///
    /// Every failure is an [`Error`]. Invalid arguments fail before anything is sent.
    // Not an `async fn`, whose future would hold the request beside the call that it becomes.
    pub fn send(self) -> impl Future<Output = Result<Response<O::Output>, Error>> {
        let operation = self.operation;
        let mut call = Call::new(self.client, self.options);
        async move {
            call.start();
            let response = match operation {
                Ok(operation) => operation.run(&call).await,
                Err(error) => Err(error),
            };
            response.map_err(|error| match call.is_dry_run() {
                true => error,
                false => error.or_not_sent(),
            })
        }
    }
}

impl<O: Operation> IntoFuture for Request<O> {
    type Output = Result<O::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send().map_ok(Response::into_value))
    }
}

impl<O: fmt::Debug> fmt::Debug for Request<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.operation {
            Ok(operation) => f.debug_tuple("Request").field(operation).finish(),
            Err(error) => f.debug_tuple("Request").field(error).finish(),
        }
    }
}

/// What a [`Request`] does. Only the operations of this crate implement it.
pub trait Operation: Send + 'static {
    /// What the request returns.
    type Output: Send;

    /// How many writes may reach the service, retries included; 0 for an operation that only reads.
    #[doc(hidden)]
    const MAX_WRITES: u32;

    /// The parameters that the request sets itself.
    #[doc(hidden)]
    const PARAMETERS: &'static [linq_gen::Parameter] = &[];

    #[doc(hidden)]
    fn run(self, call: &Call)
    -> impl Future<Output = Result<Response<Self::Output>, Error>> + Send;
}
