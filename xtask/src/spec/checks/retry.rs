//! What may be retried, and how many calls the service accepts.

use std::collections::{HashMap, HashSet};

use super::operations::{self, Operation};
use super::words::{closest, list};
use crate::spec::diagnosis::Findings;
use crate::spec::document::path_pointer;
use crate::spec::names;
use crate::spec::node::Node;
use crate::spec::retry::{self, PlacedError, RATE_LIMITS, RETRY, Retry};

/// The constants with all budgets and all operations.
const TAKEN: [&str; 2] = ["ALL", "BUDGETS"];

/// The names of the rate limits.
pub(crate) struct RateLimits(HashSet<String>);

impl RateLimits {
    pub(crate) fn check(root: &Node, findings: &mut Findings) -> Self {
        match retry::rate_limits(root.value()) {
            Ok(limits) => {
                check_names(root, findings);
                Self(limits.into_keys().collect())
            }
            Err(error) => {
                let help = "write an entry as `name: { calls: 3, seconds: 600, per: phone_number, counts: all }`";
                tell(&format!("/{RATE_LIMITS}"), &error, help, findings);
                Self(HashSet::new())
            }
        }
    }

    /// Checks the retry rule of an operation.
    pub(crate) fn check_operation(&self, operation: &Operation, findings: &mut Findings) {
        let Some(node) = operation.node.get(RETRY) else {
            findings.key(
                &operation.node,
                format!(
                    "the operation has no `{RETRY}`, which says whether a client may retry it"
                ),
                format!(
                    "add `{RETRY}: {{ idempotent: true }}` if two calls have the effect of one, otherwise \
                     `{RETRY}: {{ idempotent: false }}`"
                ),
            );
            return;
        };
        let retry = match Retry::read(node.value()) {
            Ok(retry) => retry,
            Err(error) => {
                let help = "write `idempotent: true`, or `idempotent: false` with entries in `retry_on` such \
                            as `{ status: 500, code: 2022, max_retries: 1 }`";
                tell(node.pointer(), &error, help, findings);
                return;
            }
        };
        if let (Some(name), Some(limit)) = (&retry.rate_limit, node.get("rate_limit"))
            && !self.0.contains(name)
        {
            let mut names: Vec<_> = self.0.iter().map(String::as_str).collect();
            names.sort_unstable();
            let help = match closest(name, names.iter().copied()) {
                Some(name) => format!("write `{name}`, if that is meant"),
                None if names.is_empty() => format!("add it to `{RATE_LIMITS}` of the document"),
                None => format!("write {}, or add it to `{RATE_LIMITS}`", list(&names)),
            };
            findings.value(&limit, format!("there is no rate limit `{name}`"), help);
        }
    }
}

/// A refusal can only stand for a success if that has no body.
pub(crate) fn check_done_on(operation: &Operation, root: &Node, findings: &mut Findings) {
    let retry = operation.node.get(RETRY);
    let Some(done_on) = retry.as_ref().and_then(|retry| retry.get("done_on")) else {
        return;
    };
    let responses = operation.node.get("responses");
    let mut successes = responses.iter().flat_map(Node::fields);
    let has_body = successes.any(|(status, response)| {
        let response = response.resolved(root);
        status.starts_with('2') && response.is_some_and(|response| response.has("content"))
    });
    if has_body {
        findings.key(
            &done_on,
            "`done_on` stands for a success, and a success of this operation has a body",
            "remove it",
        );
    }
}

/// Each becomes a constant beside those of the operations.
fn check_names(root: &Node, findings: &mut Findings) {
    let ids = operations::all(root).into_iter();
    let ids = ids.filter_map(|(.., operation)| operation.text("operationId"));
    let mut constants: HashMap<_, _> = ids.map(|id| (names::constant_name(id), id)).collect();
    constants.extend(TAKEN.map(|constant| (constant.to_owned(), constant)));
    for (name, limit) in root.get(RATE_LIMITS).iter().flat_map(Node::members) {
        let constant = names::constant_name(name);
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
            &limit,
            problem,
            "write another name here, and where operations name this limit",
        );
    }
}

pub(super) fn tell(pointer: &str, error: &PlacedError, help: &str, findings: &mut Findings) {
    findings.add(
        &format!("{pointer}{}", path_pointer(error.path())),
        false,
        format!("this can't be read: {}", error.inner()),
        help.to_owned(),
    );
}
