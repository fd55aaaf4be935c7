//! Counts an attempt against its budget: in this process, or in a store that several share.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::{Either, select};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use uuid::Builder;

use super::deadline::Limit;
use super::retry_after::LONGEST;
use crate::budget::{self, Budget, BudgetGuard, LONGEST_LEARNT, Refusal};
use crate::budget_store::{BudgetCall, BudgetDecision, BudgetEnd, BudgetStore};
use crate::clock::Clock;
use crate::error::{Cause, Error, Kind};

/// An attempt that is counted. Dropping it ends it, whatever its outcome.
pub(super) enum Counted<'a> {
    Here(budget::Counted<'a>),
    InStore(Box<Stored>),
}

impl Counted<'_> {
    /// The service does not count the attempt.
    pub(super) fn uncount(&mut self) {
        match self {
            Self::Here(counted) => counted.uncount(),
            Self::InStore(stored) => stored.end.counts = false,
        }
    }

    /// The service asks for a wait before the next attempt.
    pub(super) fn wait(&mut self, wait: Duration) {
        match self {
            Self::Here(counted) => counted.wait(wait),
            Self::InStore(stored) => stored.end.retry_after = Some(wait.min(LONGEST_LEARNT)),
        }
    }

    /// Ends the attempt. What is returned completes when the store knows.
    pub(super) fn end(self) -> Option<JoinHandle<()>> {
        match self {
            Self::Here(_) => None,
            Self::InStore(mut stored) => stored.tell(),
        }
    }
}

/// An attempt that a store has counted, or that it was asked to count.
pub(super) struct Stored {
    store: Arc<dyn BudgetStore>,
    /// `None` if the store need not be told of its end any more.
    call: Option<BudgetCall>,
    end: BudgetEnd,
}

impl Stored {
    /// Tells the store how the attempt ended. Outside of a runtime, it can't: the attempt counts.
    fn tell(&mut self) -> Option<JoinHandle<()>> {
        let runtime = Handle::try_current().ok()?;
        let (call, end, store) = (self.call.take()?, self.end, Arc::clone(&self.store));
        Some(runtime.spawn(async move {
            // The result of the attempt does not depend on it.
            drop(store.end(&call, end).await);
        }))
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.tell();
    }
}

/// Counts an attempt in this process.
pub(super) fn here<'a>(
    guard: &'a BudgetGuard,
    key: &'a str,
    per: &str,
    waited_since: Option<SystemTime>,
) -> Result<Counted<'a>, Error> {
    let counted = guard.count(key, waited_since);
    counted.map(Counted::Here).map_err(|refusal| match refusal {
        Refusal::Asked(wait) => refused("the service asked for a wait", Some(wait)),
        Refusal::UsedUp(wait) => refused(&used_up(guard.budget(), per), Some(wait)),
    })
}

/// Lets a store count an attempt, within the time that an attempt may take.
pub(super) async fn in_store<'a>(
    store: &Arc<dyn BudgetStore>,
    call: BudgetCall,
    per: &str,
    limit: Limit,
    clock: &dyn Clock,
) -> Result<Counted<'a>, Error> {
    // Until the store has decided, and if it fails, the place that it may have taken is given back.
    let mut stored = Stored {
        store: Arc::clone(store),
        call: None,
        end: BudgetEnd {
            counts: false,
            retry_after: None,
        },
    };
    let budget = Budget {
        calls: call.calls,
        window: call.window,
    };
    let call = stored.call.insert(call);
    let begun = match select(store.begin(call), clock.deadline(limit.time)).await {
        Either::Left((begun, _)) => begun,
        Either::Right(((), _)) => {
            let text = format!("nothing was sent: the budget store did not decide within {limit}");
            return Err(limit.passed(Error::new(Kind::BudgetStore, text)));
        }
    };
    match begun {
        Ok(BudgetDecision::Counted) => {
            stored.end.counts = true;
            Ok(Counted::InStore(Box::new(stored)))
        }
        Ok(BudgetDecision::Wait(wait)) => {
            stored.call = None;
            let reason = format!("{}, or the service asked for a wait", used_up(budget, per));
            let wait = Some(wait.min(LONGEST)).filter(|wait| !wait.is_zero());
            Err(refused(&reason, wait))
        }
        Err(source) => {
            let text =
                "nothing was sent: the budget store failed; the source of this error says why";
            Err(Error::new(Kind::BudgetStore, text).with_source(Cause::Store(source)))
        }
    }
}

fn used_up(budget: Budget, per: &str) -> String {
    let Budget { calls, window } = budget;
    let calls = match calls {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    let per = per.replace('_', " ");
    format!("the budget of {calls} in {window:?} for this {per} is used up")
}

fn refused(reason: &str, wait: Option<Duration>) -> Error {
    let error = Error::new(Kind::RateLimited, format!("nothing was sent: {reason}"));
    error.with_retry_after(wait)
}

/// A call to be counted.
pub(super) fn call(budget: Budget, name: &'static str, key: &str) -> BudgetCall {
    let random = fastrand::u128(..).to_ne_bytes();
    BudgetCall {
        id: Builder::from_random_bytes(random).into_uuid(),
        budget: name,
        key: key.to_owned(),
        calls: budget.calls,
        window: budget.window.min(LONGEST),
    }
}
