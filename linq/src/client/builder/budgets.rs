//! The settings of budgets.

use std::sync::Arc;
use std::time::Duration;

use linq_gen::operations::{CONTACT_CARD_SHARES, CONTACT_CARD_WRITES};

use super::ClientBuilder;
use crate::budget::Budget;
use crate::budget_store::BudgetStore;
#[cfg(doc)]
use crate::error::Error;

impl ClientBuilder {
    /// How many times a contact card may be created or updated within `window`, for each phone
    /// number: 1 to 1,000 calls. Defaults to 3 in 10 minutes, the limit of the service.
    ///
    /// The client and its clones count their calls together. A call over the budget is not sent: it
    /// fails with [`Error::is_rate_limited`], and [`Error::retry_after`] returns when the budget
    /// has room again. Nor is anything sent while the service has asked for a wait. Other processes
    /// are not counted: divide the budget among them, or count in a
    /// [`budget_store`](Self::budget_store).
    pub fn write_budget(mut self, calls: u32, window: Duration) -> Self {
        self.budgets
            .insert(CONTACT_CARD_WRITES.name, Budget { calls, window });
        self
    }

    /// How many times a contact card may be shared within `window`, for each chat: 1 to 1,000
    /// calls. Defaults to 1 in 5 minutes, the limit of the service. It works like
    /// [`ClientBuilder::write_budget`].
    pub fn share_budget(mut self, calls: u32, window: Duration) -> Self {
        self.budgets
            .insert(CONTACT_CARD_SHARES.name, Budget { calls, window });
        self
    }

    /// Counts in a store that several clients or processes share, such as a database, and not in the
    /// memory of this client. [`budget_store`](crate::budget_store) has an example.
    ///
    /// [`write_budget`](Self::write_budget) and [`share_budget`](Self::share_budget) still say how
    /// many calls there are, now for all together; every process should pass the same.
    pub fn budget_store(mut self, store: impl BudgetStore) -> Self {
        self.budget_store = Some(Arc::new(store));
        self
    }

    /// Turns both budgets off: every write is sent, and only the service limits writes.
    pub fn without_budgets(mut self) -> Self {
        self.budgets.clear();
        self
    }
}
