//! Requests from code that is not async.

use std::fmt;
use std::future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_util::StreamExt as _;
use linq_gen::Page;
use tokio::runtime::{self, Handle};
use tokio::task::coop;

use super::pages::{ListStream, Paginated};
use super::response::Response;
use super::{Operation, Request};
use crate::error::Error;

impl<O: Operation> Request<O> {
    /// Sends the request from code that is not async, and returns what awaiting it returns. Needs
    /// the feature `blocking`.
    ///
    /// It blocks the thread until then. Any number of threads can share a client; their connections
    /// are driven by one thread, which starts with the first such call and never ends.
    ///
    /// ```no_run
    /// fn main() -> linq::Result<()> {
    ///     let client = linq::Client::from_env()?;
    ///     for card in client.contact_card().retrieve().call()?.contact_cards {
    ///         println!("{} {}", card.phone_number, card.first_name);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the awaited request, and [`Error::is_invalid_input`] in an async task of Tokio,
    /// which must not be blocked: await the request there, or call this in
    /// `tokio::task::spawn_blocking`.
    pub fn call(self) -> Result<O::Output, Error> {
        self.send_blocking().map(Response::into_value)
    }

    /// Sends the request like [`call`](Self::call), and returns what [`send`](Self::send) returns.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call).
    pub fn send_blocking(self) -> Result<Response<O::Output>, Error> {
        run(self.send())?
    }
}

impl<O: Paginated> Request<O> {
    /// Returns an iterator over the items of all pages, for code that is not async: a
    /// [`stream`](Self::stream) without a runtime. Needs the feature `blocking`.
    ///
    /// ```no_run
    /// # fn example(client: linq::Client) -> linq::Result<()> {
    /// for chat in client.chats().list().limit(100).stream_blocking() {
    ///     println!("{}", chat?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`stream`](Self::stream) and [`call`](Self::call).
    pub fn stream_blocking(self) -> ListIter<<O::Output as Page>::Item>
    where
        O::Output: 'static,
        <O::Output as Page>::Item: 'static,
    {
        ListIter(Some(self.stream()))
    }

    /// Returns an iterator over the pages; see [`stream_blocking`](Self::stream_blocking).
    pub fn pages_blocking(self) -> ListIter<O::Output>
    where
        O::Output: 'static,
    {
        ListIter(Some(self.pages()))
    }
}

/// An iterator over the items of a list, or over its pages, which are requested when they are
/// needed.
///
/// [`Request::stream_blocking`] and [`Request::pages_blocking`] return it. It ends after an error.
#[must_use = "an iterator does nothing until it is used"]
pub struct ListIter<T>(Option<ListStream<T>>);

impl<T> Iterator for ListIter<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = run(self.0.as_mut()?.next());
        let next = next.unwrap_or_else(|error| Some(Err(error)));
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}

impl<T> fmt::Debug for ListIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListIter").finish_non_exhaustive()
    }
}

/// Runs a future to its end on this thread, unless that would block a runtime.
pub(crate) fn run<F: Future>(future: F) -> Result<F::Output, Error> {
    if is_in_task() {
        return Err(Error::invalid_input(
            "a blocking call would block the Tokio runtime; await the request, \
             or call it in `tokio::task::spawn_blocking`",
        ));
    }
    let runtime = runtime().map_err(|error| {
        Error::invalid_input(format!(
            "the thread for blocking calls can't be started: {error}"
        ))
    })?;
    let _entered = runtime.enter();
    Ok(block_on(future))
}

/// Whether this code runs in an async task of Tokio. Those have a budget of operations, after which
/// they should pause; threads that may be blocked have none, even if they belong to a runtime.
fn is_in_task() -> bool {
    /// More than any budget has.
    const MANY: usize = 256;

    fn ends_within(operations: usize, context: &mut Context<'_>) -> bool {
        match coop::poll_proceed(context) {
            Poll::Pending => true,
            // Gives its part of the budget back when it is dropped.
            Poll::Ready(_part) => match operations.checked_sub(1) {
                Some(rest) => ends_within(rest, context),
                None => false,
            },
        }
    }
    Handle::try_current().is_ok() && ends_within(MANY, &mut Context::from_waker(Waker::noop()))
}

/// The runtime of all blocking calls. It has one thread, for connections and timers.
fn runtime() -> io::Result<Handle> {
    static STARTED: Mutex<Option<Handle>> = Mutex::new(None);

    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*started {
        return Ok(runtime.clone());
    }
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("linq-blocking".to_owned())
        .spawn(move || runtime.block_on(future::pending::<()>()))?;
    *started = Some(handle.clone());
    Ok(handle)
}

/// Polls a future on this thread. Unlike Tokio's, it never panics.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
