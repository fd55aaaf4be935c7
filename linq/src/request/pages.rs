//! Paginated lists: streams of their items, or of their pages.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use linq_gen::Page;

use super::options::Options;
use super::send::Call;
use super::{Operation, Request};
use crate::client::Client;
use crate::error::{Error, Kind};

/// The longest cursor that a caller may start with, in bytes.
const MAX_CURSOR: usize = 8_192;

/// The maximum number of remembered cursors.
const REMEMBERED: usize = 4_096;

/// How many cursors are used before the first remembered ones are forgotten.
const FIRST_RESTART: u64 = 8_192;

/// An operation that returns a paginated list. Only the operations of this crate implement it.
pub trait Paginated: Operation<Output: Page<Item: Send>> + Clone {
    #[doc(hidden)]
    const CONTRACT: &'static linq_gen::Operation;

    #[doc(hidden)]
    fn cursor(&mut self) -> &mut Option<String>;
}

/// A stream of the items of a list, or of its pages, which are requested as the stream is polled.
///
/// [`Request::stream`] and [`Request::pages`] return it. It needs no pinning, and ends after an
/// error. Dropping it cancels the request in flight, and sends nothing more.
#[must_use = "a stream does nothing until it is polled"]
pub struct ListStream<T>(BoxStream<'static, Result<T, Error>>);

impl<O: Paginated> Request<O> {
    /// Starts at the page with this cursor, the `next_cursor` of the page before it, instead of the
    /// first.
    ///
    /// An empty cursor, or one longer than 8,192 bytes, makes the request fail with
    /// [`Error::is_invalid_input`].
    pub fn cursor(self, cursor: impl Into<String>) -> Self {
        let cursor = match cursor.into() {
            cursor if cursor.is_empty() => {
                Err("the cursor must not be empty; leave it out for the first page")
            }
            cursor if cursor.len() > MAX_CURSOR => {
                Err("the cursor is too long; the limit is 8192 bytes")
            }
            cursor => Ok(cursor),
        };
        self.with(cursor.map_err(Error::invalid_input), |operation, cursor| {
            *operation.cursor() = Some(cursor);
        })
    }

    /// Returns a stream of the items of all pages.
    ///
    /// A page is requested once all items before it have been returned, with the same filters,
    /// limit and options as the first page. Each page has its own retries and deadline.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let mut chats = client.chats().list().limit(100).stream();
    /// while let Some(chat) = chats.try_next().await? {
    ///     println!("{} {:?}", chat.id, chat.display_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of a single page, and [`is_mismatch`](Error::is_mismatch) if a cursor repeats, because
    /// the list would never end. The stream ends after an error; to be able to resume it, use
    /// [`pages`](Self::pages), and pass the last `next_cursor` to [`cursor`](Self::cursor).
    pub fn stream(self) -> ListStream<<O::Output as Page>::Item>
    where
        O::Output: 'static,
        <O::Output as Page>::Item: 'static,
    {
        let pages = self.pages().0;
        let items = pages.map_ok(|page| stream::iter(page.into_items().into_iter().map(Ok)));
        ListStream(items.try_flatten().boxed())
    }

    /// Returns a stream of the pages; [`stream`](Self::stream) has the details.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use futures_util::StreamExt as _;
    ///
    /// let mut pages = client.chats().list().pages();
    /// while let Some(page) = pages.next().await {
    ///     let page = page?;
    ///     println!("{} chats, next cursor {:?}", page.chats.len(), page.next_cursor);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> ListStream<O::Output>
    where
        O::Output: 'static,
    {
        let Self {
            client,
            options,
            operation,
            ..
        } = self;
        let first = match operation {
            Ok(operation) => Next::Page(Box::new(Walk {
                client,
                options,
                operation,
                seen: Seen::new(),
            })),
            Err(error) => Next::Error(error),
        };
        let pages = stream::try_unfold(first, |next| async {
            match next {
                Next::Page(walk) => walk.page().await.map(Some),
                Next::Error(error) => Err(error),
                Next::End => Ok(None),
            }
        });
        ListStream(pages.boxed())
    }
}

/// What a stream does next.
enum Next<O> {
    Page(Box<Walk<O>>),
    Error(Error),
    End,
}

/// The state between two pages.
struct Walk<O> {
    client: Client,
    options: Options,
    /// With the cursor of the next page.
    operation: O,
    seen: Seen,
}

impl<O: Paginated> Walk<O> {
    /// Requests a page; returns it, and what comes after it.
    async fn page(mut self: Box<Self>) -> Result<(O::Output, Next<O>), Error> {
        if let Some(cursor) = self.operation.cursor().as_deref() {
            self.seen.insert(cursor);
        }
        let mut call = Call::new(self.client.clone(), self.options.clone());
        call.start();
        let response = self.operation.clone().run(&call).await?;
        let next = response.value().next_cursor().map(str::to_owned);
        let next = match next {
            None => Next::End,
            Some(cursor) if self.seen.has(&cursor) => {
                let problem = "the cursor of the next page repeats that of an earlier page, so the list would never end";
                let error = call.reject(O::CONTRACT, &response, Kind::Mismatch, problem);
                Next::Error(error.with_advice("start again, or contact Linq support"))
            }
            Some(cursor) => {
                *self.operation.cursor() = Some(cursor);
                Next::Page(self)
            }
        };
        Ok((response.into_value(), next))
    }
}

/// Detects a cycle of cursors in bounded memory. It remembers the first cursors since its last
/// restart; the time between restarts doubles, so that eventually a whole cycle fits between two.
struct Seen {
    hasher: RandomState,
    hashes: HashSet<u64>,
    inserted: u64,
    restart_at: u64,
}

impl Seen {
    fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            hashes: HashSet::new(),
            inserted: 0,
            restart_at: FIRST_RESTART,
        }
    }

    fn has(&self, cursor: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(cursor))
    }

    fn insert(&mut self, cursor: &str) {
        if self.inserted == self.restart_at {
            self.restart_at = self.restart_at.saturating_mul(2);
            self.hashes.clear();
        }
        self.inserted = self.inserted.saturating_add(1);
        if self.hashes.len() < REMEMBERED {
            self.hashes.insert(self.hasher.hash_one(cursor));
        }
    }
}

impl<T> Stream for ListStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T> fmt::Debug for ListStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages are requested of a list whose cursors run into a cycle.
    fn pages_until_detected(before: u64, cycle: u64) -> u64 {
        let mut seen = Seen::new();
        for page in 0.. {
            let cursor = |page: u64| {
                let turn = page.checked_sub(before).map(|past| before + past % cycle);
                turn.unwrap_or(page).to_string()
            };
            seen.insert(&cursor(page));
            assert!(seen.hashes.len() <= REMEMBERED);
            if seen.has(&cursor(page + 1)) {
                return page + 1;
            }
        }
        unreachable!()
    }

    #[test]
    fn a_short_cycle_is_detected_before_a_page_is_requested_twice() {
        for (before, cycle) in [(0, 1), (0, 2), (7, 3), (0, 4_000), (100, 3_900)] {
            assert_eq!(pages_until_detected(before, cycle), before + cycle);
        }
    }

    #[test]
    fn any_cycle_is_detected() {
        for (before, cycle) in [(5_000, 1), (5_000, 5_000), (0, 20_000), (30_000, 20_000)] {
            let pages = pages_until_detected(before, cycle);
            assert!(pages <= 4 * (before + cycle), "{pages}");
        }
    }
}
