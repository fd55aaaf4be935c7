//! The budgets of a client: what the contract documents, and the checks on settings.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use linq_gen::operations::BUDGETS;

use crate::budget::{Budget, BudgetGuard};
use crate::clock::Clock;
use crate::error::Error;

/// The most calls of a budget: each is remembered until its window is over.
const MOST_CALLS: u32 = 1_000;

/// The limits of the service, from the contract.
pub(super) fn documented() -> HashMap<&'static str, Budget> {
    let budgets = BUDGETS.iter().map(|budget| {
        let window = Duration::from_secs(budget.seconds);
        let calls = budget.calls;
        (budget.name, Budget { calls, window })
    });
    budgets.collect()
}

/// Checks budgets, and starts to count.
pub(super) fn guards(
    budgets: HashMap<&'static str, Budget>,
    clock: &Arc<dyn Clock>,
) -> Result<HashMap<&'static str, BudgetGuard>, Error> {
    if (budgets.values()).any(|budget| !(1..=MOST_CALLS).contains(&budget.calls)) {
        return Err(Error::invalid_input(format!(
            "`write_budget(..)` and `share_budget(..)` must have 1 to {MOST_CALLS} calls; \
             to turn budgets off, call `without_budgets()`"
        )));
    }
    if budgets.values().any(|budget| budget.window.is_zero()) {
        return Err(Error::invalid_input(
            "the window of `write_budget(..)` and `share_budget(..)` must be longer than zero",
        ));
    }
    let guards = budgets
        .into_iter()
        .map(|(name, budget)| (name, BudgetGuard::new(budget, Arc::clone(clock))));
    Ok(guards.collect())
}
