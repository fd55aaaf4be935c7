//! Whether the parts of an operation fit together: its path and its parameters, its responses, its security.

use super::references::check_name;
use crate::model::media_type;
use crate::model::node::Node;
use crate::model::operations::{self, Operation};
use crate::model::successes::successes;
use crate::spec::diagnosis::Findings;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for operation in operations::all(root) {
        check_path(&operation, findings);
        check_responses(&operation, findings);
    }
    check_security(root, findings);
}

/// The parameters in the path are those that are declared as such.
fn check_path(operation: &Operation, findings: &mut Findings) {
    let path = operation.path;
    let names = path.split('{').filter_map(|part| part.split_once('}'));
    let mut undeclared: Vec<_> = names.map(|(name, _)| name).collect();
    for parameter in operation.parameters() {
        let name = parameter.text("name").unwrap_or_default();
        let known = undeclared.len();
        if parameter.text("in") == Some("path") {
            undeclared.retain(|other| *other != name);
            if undeclared.len() == known {
                let values = [("name", name), ("path", path)];
                findings.report(&parameter, "parameter-not-in-path", &values);
            }
        }
    }
    for name in undeclared {
        findings.report(&operation.node, "parameter-not-declared", &[("name", name)]);
    }
}

/// An operation returns one type, whatever the success.
fn check_responses(operation: &Operation, findings: &mut Findings) {
    let mut known = None;
    for (status, node) in operation.node.get("responses").iter().flat_map(successes) {
        let response = node.resolved();
        let content = response.and_then(|response| response.get("content"));
        check_json(content.as_ref(), findings);
        let Some(body) = body(content.as_ref()) else {
            continue;
        };
        let first = || (body.clone(), format!("`{status}` returns {body}"));
        let (known, first) = known.get_or_insert_with(first);
        if *known != body {
            let values = [("first", &**first), ("status", status), ("body", &body)];
            findings.report(&node, "other-success", &values);
        }
    }
}

/// What a response carries, unless it is an unnamed schema, whose type depends on more than is known here.
fn body(content: Option<&Node>) -> Option<String> {
    let Some(content) = content.filter(|content| content.members().next().is_some()) else {
        return Some("nothing".to_owned());
    };
    let Some((_, media)) = media_type::json_of(content) else {
        return Some("something other than JSON".to_owned());
    };
    let name = media.get("schema")?.reference()?.rsplit('/').next()?;
    Some(format!("`{name}`"))
}

/// JSON under several names has to be the same, because one is read.
fn check_json(content: Option<&Node>, findings: &mut Findings) {
    let Some((name, media)) = content.and_then(media_type::json_of) else {
        return;
    };
    let known = media.value().get("schema");
    for (other_name, other) in content.into_iter().flat_map(Node::members) {
        if media_type::is_json(other_name) && other.value().get("schema") != known {
            findings.report(&other, "other-json", &[("name", name)]);
        }
    }
}

/// Every request carries the API key as a bearer token.
fn check_security(root: &Node, findings: &mut Findings) {
    let schemes = root.at(&["components", "securitySchemes"]);
    for (name, node) in root.items_of("security").iter().flat_map(Node::members) {
        check_name(&node, name, "security scheme", schemes.as_ref(), findings);
        let scheme = schemes.as_ref().and_then(|schemes| schemes.get(name));
        let scheme = scheme.and_then(|scheme| scheme.resolved());
        // No other type of scheme has a field `scheme`.
        let is = |text: &str| text.eq_ignore_ascii_case("bearer");
        if scheme.is_some_and(|scheme| !scheme.text("scheme").is_some_and(is)) {
            findings.report(&node, "not-bearer", &[("name", name)]);
        }
    }
}
