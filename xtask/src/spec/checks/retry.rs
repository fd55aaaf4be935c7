//! What may be sent again, and how often the service takes a call.

use std::collections::{HashMap, HashSet};

use super::operations::{self, Operation};
use super::unknown_fields::{closest, list};
use crate::spec::document::pointer_of;
use crate::spec::finding::Findings;
use crate::spec::names;
use crate::spec::node::Node;
use crate::spec::retry::{self, BUDGETS, PlacedError, RETRY, Retry};

/// The constant with every budget.
const BUDGETS_CONSTANT: &str = "BUDGETS";

/// The names of the budgets.
pub(crate) struct Budgets(HashSet<String>);

impl Budgets {
    pub(crate) fn check(root: &Node, findings: &mut Findings) -> Self {
        match retry::budgets(root.value()) {
            Ok(budgets) => {
                check_names(root, findings);
                Self(budgets.into_keys().collect())
            }
            Err(error) => {
                let help = "write an entry as `name: { calls: 3, seconds: 600, per: phone_number, counts: all }`";
                tell(&format!("/{BUDGETS}"), &error, help, findings);
                Self(HashSet::new())
            }
        }
    }

    /// Checks what an operation says of sending it again.
    pub(crate) fn check_operation(&self, operation: &Operation, findings: &mut Findings) {
        let Some(node) = operation.node.get(RETRY) else {
            findings.key(
                &operation.node,
                format!(
                    "the operation has no `{RETRY}`, which says whether a client may send it again"
                ),
                format!(
                    "add `{RETRY}: {{ repeatable: true }}` if it changes nothing, otherwise \
                     `{RETRY}: {{ repeatable: false }}`"
                ),
            );
            return;
        };
        let retry = match Retry::read(node.value()) {
            Ok(retry) => retry,
            Err(error) => {
                let help = "write `repeatable: true`, or `repeatable: false` with entries in `again` such \
                            as `{ status: 500, code: 2022, times: 1 }`";
                tell(node.pointer(), &error, help, findings);
                return;
            }
        };
        if let (true, Some(again)) = (retry.repeatable, node.get("again")) {
            findings.key(
                &again,
                "`again` says nothing more where `repeatable` is true",
                "remove it, or write `repeatable: false`",
            );
        }
        if let (Some(name), Some(budget)) = (&retry.budget, node.get("budget"))
            && !self.0.contains(name)
        {
            let mut names: Vec<_> = self.0.iter().map(String::as_str).collect();
            names.sort_unstable();
            let help = match closest(name, names.iter().copied()) {
                Some(name) => format!("write `{name}`, if that is meant"),
                None if names.is_empty() => format!("add it to `{BUDGETS}` of the document"),
                None => format!("write {}, or add it to `{BUDGETS}`", list(&names)),
            };
            findings.value(&budget, format!("there is no budget `{name}`"), help);
        }
    }
}

/// Each becomes a constant beside those of the operations.
fn check_names(root: &Node, findings: &mut Findings) {
    let ids = operations::all(root).into_iter();
    let ids = ids.filter_map(|(.., operation)| operation.text("operationId"));
    let mut constants: HashMap<_, _> = ids.map(|id| (names::of_constant(id), id)).collect();
    constants.insert(BUDGETS_CONSTANT.to_owned(), BUDGETS);
    for (name, budget) in root.get(BUDGETS).iter().flat_map(Node::members) {
        let constant = names::of_constant(name);
        let problem = if !constant.starts_with(char::is_alphabetic) {
            format!("`{name}` makes no name for a constant in Rust")
        } else {
            match constants.insert(constant.clone(), name) {
                None => continue,
                Some(other) => {
                    format!(
                        "`{other}` and `{name}` would both become the Rust constant `{constant}`"
                    )
                }
            }
        };
        findings.key(
            &budget,
            problem,
            "write another name here, and where operations name this budget",
        );
    }
}

fn tell(pointer: &str, error: &PlacedError, help: &str, findings: &mut Findings) {
    findings.add_at_value(
        format!("{pointer}{}", pointer_of(error.path())),
        format!("this can't be read: {}", error.inner()),
        help,
    );
}
