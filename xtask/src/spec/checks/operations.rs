//! Whether the parts of an operation fit together: its path and its parameters, its responses, its security.

use super::references::check_name;
use crate::spec::diagnosis::Findings;
use crate::spec::media_type;
use crate::spec::node::Node;
use crate::spec::operations::{self, Operation};
use crate::spec::successes::successes;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for operation in operations::all(root) {
        check_path(&operation, root, findings);
        check_responses(&operation, root, findings);
    }
    check_security(root, findings);
}

/// The parameters in the path are those that are declared as such.
fn check_path(operation: &Operation, root: &Node, findings: &mut Findings) {
    let path = operation.path;
    let names = path
        .split('{')
        .filter_map(|part| Some(part.split_once('}')?.0));
    let names: Vec<_> = names.collect();
    let mut declared = operation.parameters(root);
    declared.retain(|parameter| parameter.text("in") == Some("path"));
    for name in &names {
        if !declared
            .iter()
            .any(|parameter| parameter.text("name") == Some(name))
        {
            findings.report(&operation.node, "parameter-not-declared", &[("name", name)]);
        }
    }
    for parameter in declared {
        let name = parameter.text("name").unwrap_or_default();
        if !names.contains(&name) {
            let values = [("name", name), ("path", path)];
            findings.report(&parameter, "parameter-not-in-path", &values);
        }
    }
}

/// An operation returns one type, whatever the success.
fn check_responses(operation: &Operation, root: &Node, findings: &mut Findings) {
    let mut first: Option<(&str, String)> = None;
    for (status, node) in operation.node.get("responses").iter().flat_map(successes) {
        let response = node.resolved(root);
        let content = response.and_then(|response| response.get("content"));
        check_json(content.as_ref(), findings);
        let Some(body) = body(content.as_ref()) else {
            continue;
        };
        let (known_status, known) = first.get_or_insert((status, body.clone()));
        if *known != body {
            let values = [
                ("known_status", *known_status),
                ("known", known),
                ("status", status),
                ("body", &body),
            ];
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
    let requirements = root.get("security");
    let requirements: Vec<_> = requirements.iter().flat_map(Node::items).collect();
    for (name, node) in requirements.iter().flat_map(Node::members) {
        check_name(&node, name, "security scheme", schemes.as_ref(), findings);
        let scheme = schemes
            .as_ref()
            .and_then(|schemes| schemes.get(name)?.resolved(root));
        let is_bearer = |scheme: Node| {
            let is = |key, value| {
                scheme
                    .text(key)
                    .is_some_and(|text| text.eq_ignore_ascii_case(value))
            };
            is("type", "http") && is("scheme", "bearer")
        };
        if !scheme.is_none_or(is_bearer) {
            findings.report(&node, "not-bearer", &[("name", name)]);
        }
    }
}
