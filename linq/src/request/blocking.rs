//! Requests from code that is not async.

use std::fmt;

use futures_util::StreamExt as _;
use linq_gen::Page;

use super::block_on::block_on;
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
        block_on(self.send())?
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
        let next = block_on(self.0.as_mut()?.next());
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
