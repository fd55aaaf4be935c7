//! The operations, each of which becomes a method of the client.

use std::collections::HashMap;

use super::inline_types::InlineTypes;
use super::names;
use super::retry::Budgets;
use super::{parameters, request_bodies, responses};
use crate::spec::finding::Findings;
use crate::spec::node::Node;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What the generated client has methods for already.
const TAKEN: [&str; 2] = ["new", "new_with_client"];

pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    pub(crate) template: &'a str,
    pub(crate) path_item: Node<'a>,
    pub(crate) node: Node<'a>,
}

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let mut ids = Ids::default();
    let mut types = InlineTypes::beside(root);
    let budgets = Budgets::check(root, findings);
    for (template, path_item) in root.get("paths").iter().flat_map(Node::fields) {
        let methods = path_item
            .fields()
            .filter(|(key, node)| METHODS.contains(key) && node.value().is_object());
        for (method, node) in methods {
            let id = ids.check(template, method, &node, findings);
            let operation = Operation {
                id,
                template,
                path_item: path_item.clone(),
                node,
            };
            parameters::check(&operation, root, &mut types, findings);
            request_bodies::check(&operation, root, &mut types, findings);
            responses::check(&operation, root, &mut types, findings);
            budgets.check_operation(&operation, findings);
        }
    }
}

/// The ids so far, by the method that each becomes.
#[derive(Default)]
struct Ids<'a>(HashMap<String, &'a str>);

impl<'a> Ids<'a> {
    fn check(
        &mut self,
        template: &str,
        method: &str,
        operation: &Node<'a>,
        findings: &mut Findings,
    ) -> &'a str {
        let Some(node) = operation.get("operationId") else {
            findings.key(
                operation,
                "the operation has no `operationId`, which names its method in Rust",
                format!("add `operationId: {}`", suggestion(template, method)),
            );
            return "";
        };
        let Some(id) = node.value().as_str() else {
            return "";
        };
        let method_name = names::of_method(id);
        if !method_name.starts_with(|c: char| c.is_alphabetic()) {
            findings.value(
                &node,
                format!("`{id}` makes no name for a method in Rust"),
                format!(
                    "begin it with a letter: `operationId: {}`",
                    suggestion(template, method)
                ),
            );
        } else if TAKEN.contains(&method_name.as_str()) {
            findings.value(
                &node,
                format!("the client has a method `{method_name}` already"),
                format!(
                    "write another id, such as `operationId: {}`",
                    suggestion(template, method)
                ),
            );
        } else if let Some(other) = self.0.insert(method_name.clone(), id) {
            let problem = if other == id {
                format!("the `operationId` `{id}` is used before")
            } else {
                format!("`{other}` and `{id}` would both become the Rust method `{method_name}`")
            };
            findings.value(
                &node,
                problem,
                format!(
                    "write another id, such as `operationId: {}`",
                    suggestion(template, method)
                ),
            );
        }
        id
    }
}

/// `getChatMessages` for `get` of `/v3/chats/{chat_id}/messages`.
fn suggestion(template: &str, method: &str) -> String {
    let words = template
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.contains('{') && !is_version(segment))
        .map(names::of_type);
    std::iter::once(method.to_owned()).chain(words).collect()
}

fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
