//! The operations, each of which becomes a method of the client.

use std::collections::{HashMap, HashSet};

use super::retry::{self, RateLimits};
use super::{pagination, parameters, paths, request_bodies, responses};
use crate::spec::diagnosis::Findings;
use crate::spec::names;
use crate::spec::node::Node;
use crate::spec::retry::RATE_LIMITS;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What the generated client has by these names.
const TAKEN: &[&str] = &[
    "all",
    "api_version",
    "baseurl",
    "budgets",
    "client",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
];

pub(crate) struct Operation<'a> {
    pub(crate) method: &'a str,
    pub(crate) template: &'a str,
    pub(crate) path_item: Node<'a>,
    pub(crate) node: Node<'a>,
}

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let mut ids = Ids::from_document(root);
    let rate_limits = RateLimits::check(root, findings);
    for (template, path_item, method, node) in all(root) {
        ids.check(template, method, &node, findings);
        let operation = Operation {
            method,
            template,
            path_item,
            node,
        };
        parameters::check(&operation, root, findings);
        request_bodies::check(&operation, root, findings);
        responses::check(&operation, root, findings);
        rate_limits.check_operation(&operation, findings);
        retry::check_done_on(&operation, root, findings);
        pagination::check(&operation, root, findings);
    }
}

/// Every operation, with its path and its method.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<(&'a str, Node<'a>, &'a str, Node<'a>)> {
    let mut all = Vec::new();
    for (template, path_item) in root.get("paths").iter().flat_map(Node::fields) {
        let methods = path_item
            .fields()
            .filter(|(key, node)| METHODS.contains(key) && node.value().is_object());
        all.extend(methods.map(|(method, node)| (template, path_item.clone(), method, node)));
    }
    all
}

/// The Rust methods that the ids of a document become.
struct Ids<'a> {
    /// Those of the operations so far, with the id of each.
    checked: HashMap<String, &'a str>,
    /// Those that a suggestion can't be.
    not_free: HashSet<String>,
}

impl<'a> Ids<'a> {
    fn from_document(root: &Node) -> Self {
        let operations = all(root).into_iter();
        let ids = operations.filter_map(|(.., node)| node.text("operationId"));
        let limits = root.get(RATE_LIMITS);
        let limits = limits.iter().flat_map(Node::members).map(|(name, _)| name);
        let others = limits.chain(ids).map(names::method_name);
        Self {
            checked: HashMap::new(),
            not_free: TAKEN
                .iter()
                .copied()
                .map(str::to_owned)
                .chain(others)
                .collect(),
        }
    }

    fn check(
        &mut self,
        template: &str,
        method: &str,
        operation: &Node<'a>,
        findings: &mut Findings,
    ) {
        let Some(node) = operation.get("operationId") else {
            let free = self.suggest(template, method);
            findings.key(
                operation,
                "the operation has no `operationId`, which names its method in Rust",
                format!("add `operationId: {free}`"),
            );
            return;
        };
        let Some(id) = node.value().as_str() else {
            return;
        };
        let name = names::method_name(id);
        let problem = if !name.starts_with(|c: char| c.is_alphabetic()) {
            format!("`{id}` makes no name for a method in Rust")
        } else if TAKEN.contains(&name.as_str()) {
            format!("the generated client has something else by the name `{name}`")
        } else {
            match self.checked.insert(name.clone(), id) {
                None => return,
                Some(other) if other == id => format!("the `operationId` `{id}` is used before"),
                Some(other) => {
                    format!("`{other}` and `{id}` would both become the Rust method `{name}`")
                }
            }
        };
        let free = self.suggest(template, method);
        let help = format!("write another id, such as `operationId: {free}`");
        findings.value(&node, problem, help);
    }

    /// An id that no operation has, and that is not suggested again.
    fn suggest(&mut self, template: &str, method: &str) -> String {
        let plain = suggestion(template, method);
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let words = std::iter::once(plain.clone()).chain(with_parameters(&plain, template));
        let mut candidates = words.chain(numbered);
        let free = candidates.find(|id| self.not_free.insert(names::method_name(id)));
        free.unwrap_or(plain)
    }
}

/// `getChatMessages` for `get` of `/v3/chat/{chat_id}/messages`.
fn suggestion(template: &str, method: &str) -> String {
    let words = template
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.contains('{') && !is_version(segment))
        .map(names::type_name);
    std::iter::once(method.to_owned()).chain(words).collect()
}

/// `getChatMessagesByChatId` for the same.
fn with_parameters(plain: &str, template: &str) -> Option<String> {
    let parameters = paths::parameters(template).unwrap_or_default();
    let parameters: Vec<_> = parameters.into_iter().map(names::type_name).collect();
    (!parameters.is_empty()).then(|| format!("{plain}By{}", parameters.join("And")))
}

fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
