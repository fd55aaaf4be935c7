//! Budgets that several processes share, by a store such as a database.
//!
//! By default a client counts only its own calls, and the service refuses what other processes send
//! beyond the limit. [`ClientBuilder::budget_store`](crate::ClientBuilder::budget_store) counts in a
//! [`BudgetStore`] instead. Each of its methods is one transaction; this one shows the statements of
//! a database, and keeps the tables in memory:
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::{Mutex, PoisonError};
//! use std::time::SystemTime;
//!
//! use linq::budget_store::{BudgetCall, BudgetDecision, BudgetEnd, BudgetFuture, BudgetStore};
//! use linq::uuid::Uuid;
//!
//! #[derive(Debug, Default)]
//! struct Database(Mutex<Tables>);
//!
//! #[derive(Debug, Default)]
//! struct Tables {
//!     // CREATE TABLE calls (id uuid PRIMARY KEY, budget text, key text, until timestamptz)
//!     calls: HashMap<Uuid, (BudgetKey, SystemTime)>,
//!     // CREATE TABLE waits (budget text, key text, until timestamptz, PRIMARY KEY (budget, key))
//!     waits: HashMap<BudgetKey, SystemTime>,
//! }
//!
//! type BudgetKey = (&'static str, String);
//!
//! fn key_of(call: &BudgetCall) -> BudgetKey {
//!     (call.budget, call.key.clone())
//! }
//!
//! impl BudgetStore for Database {
//!     fn begin<'a>(&'a self, call: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision> {
//!         Box::pin(async move {
//!             // One process at a time: SELECT pg_advisory_xact_lock(hashtext($budget || $key))
//!             let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!             let now = SystemTime::now();
//!             // DELETE FROM calls WHERE until <= now()
//!             tables.calls.retain(|_, (_, until)| *until > now);
//!             // SELECT until FROM calls WHERE budget = $budget AND key = $key ORDER BY until
//!             let counted = tables.calls.values().filter(|(key, _)| *key == key_of(call));
//!             let mut counted: Vec<_> = counted.map(|(_, until)| *until).collect();
//!             counted.sort();
//!             let full = counted.first().filter(|_| counted.len() >= call.calls as usize);
//!             // SELECT until FROM waits WHERE budget = $budget AND key = $key
//!             let until = full.max(tables.waits.get(&key_of(call)));
//!             if let Some(wait) = until.and_then(|until| until.duration_since(now).ok())
//!                 && !wait.is_zero()
//!             {
//!                 return Ok(BudgetDecision::Wait(wait));
//!             }
//!             // INSERT INTO calls VALUES ($id, $budget, $key, now() + $window)
//!             tables.calls.insert(call.id, (key_of(call), now + call.window));
//!             Ok(BudgetDecision::Counted)
//!         })
//!     }
//!
//!     fn end<'a>(&'a self, call: &'a BudgetCall, end: BudgetEnd) -> BudgetFuture<'a, ()> {
//!         Box::pin(async move {
//!             let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!             let now = SystemTime::now();
//!             if end.counts {
//!                 // UPDATE calls SET until = now() + $window WHERE id = $id
//!                 tables.calls.entry(call.id).and_modify(|(_, until)| *until = now + call.window);
//!             } else {
//!                 // DELETE FROM calls WHERE id = $id
//!                 tables.calls.remove(&call.id);
//!             }
//!             if let Some(wait) = end.retry_after {
//!                 // INSERT INTO waits VALUES ($budget, $key, now() + $wait)
//!                 // ON CONFLICT (budget, key) DO UPDATE SET until = greatest(waits.until, excluded.until)
//!                 let until = tables.waits.entry(key_of(call)).or_insert(now);
//!                 *until = (now + wait).max(*until);
//!             }
//!             Ok(())
//!         })
//!     }
//! }
//!
//! let client = linq::Client::builder()
//!     .api_key("key")
//!     .budget_store(Database::default())
//!     .build()?;
//! # Ok::<(), linq::Error>(())
//! ```

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

/// What a method of a [`BudgetStore`] returns. The error is the
/// [source](std::error::Error::source) of that of the call, and can be downcast.
pub type BudgetFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// Counts calls for several clients or processes; the [module](crate::budget_store) has an example.
///
/// It is asked before each attempt of a write that has a budget, and informed afterwards. It measures
/// time by a clock that all processes share, such as the database's. If it fails, or takes longer
/// than an attempt may, nothing is sent: the call fails with
/// [`Error::is_budget_store`](crate::Error::is_budget_store). If [`begin`](Self::begin) panics, the
/// panic ends the request, and the client stays usable; a panic of [`end`](Self::end) is ignored.
pub trait BudgetStore: Send + Sync + 'static {
    /// Counts a call if the budget has room and no wait is in effect, or returns how long to wait.
    ///
    /// The call counts from now on until a whole window has passed, even if the process ends and
    /// [`end`](Self::end) is never called.
    fn begin<'a>(&'a self, call: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision>;

    /// A call that was counted has ended. It is also called if [`begin`](Self::begin) failed or was
    /// cut off, for a call that may be unknown.
    ///
    /// It runs in a task of its own, even if the caller has dropped the request. The call waits for
    /// it, but no longer than an attempt may take; if it fails, the result of the call stays as it is.
    fn end<'a>(&'a self, call: &'a BudgetCall, end: BudgetEnd) -> BudgetFuture<'a, ()>;
}

/// A call that counts toward a budget: one attempt of a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BudgetCall {
    /// Identifies the call; random.
    pub id: Uuid,
    /// The name of the budget: `contact_card_writes` or `contact_card_shares`.
    pub budget: &'static str,
    /// The phone number or the chat whose budget it is.
    pub key: String,
    /// How many calls the budget has within the window.
    pub calls: u32,
    /// The time within which they are counted; at most 2³² − 1 seconds, so that it can be added to a
    /// time.
    pub window: Duration,
}

/// Whether a call may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetDecision {
    /// The call is counted; send it.
    Counted,
    /// The call is not counted: the budget has room again after this time, or the service's wait is
    /// over.
    Wait(Duration),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetEnd {
    /// Whether the service counts the call; then it counts until a whole window has passed from
    /// now, because the service counted it at some time since it began. If not, such as when it was
    /// not sent, its place is free again.
    pub counts: bool,
    /// How long the service asks everybody to wait before the next call for this key; at most a day. It
    /// does not shorten an earlier wait.
    pub retry_after: Option<Duration>,
}

/// For several clients of one process.
impl<S: BudgetStore + ?Sized> BudgetStore for Arc<S> {
    fn begin<'a>(&'a self, call: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision> {
        (**self).begin(call)
    }

    fn end<'a>(&'a self, call: &'a BudgetCall, end: BudgetEnd) -> BudgetFuture<'a, ()> {
        (**self).end(call, end)
    }
}
