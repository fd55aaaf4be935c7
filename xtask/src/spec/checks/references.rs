//! Where each `$ref` leads.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::words::closest;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

/// Longer chains of references would exhaust the stack of what follows them.
const LONGEST_CHAIN: usize = 64;

/// The `$ref` in an object of a kind, if it has one.
pub(crate) fn check_one(node: &Node, section: &str, root: &Node, findings: &mut Findings) {
    let Some(reference) = &node.get("$ref") else {
        return;
    };
    let (Value::String(target), false) = (reference.value(), section == "path") else {
        findings.value(
            reference,
            "a `$ref` is here; the generator follows none in place of a path",
            "write out what it leads to",
        );
        return;
    };
    let prefix = format!("#/components/{section}/");
    let components = root.at(&["components", section]);
    match target.strip_prefix(&prefix) {
        Some(name) if name.contains(['/', '~', '%']) || name.is_empty() => findings.value(
            reference,
            "this `$ref` leads into a component, or to a name with special characters",
            format!("make it a component with a plain name, and write `$ref: '{prefix}NAME'`"),
        ),
        Some(name) if components.as_ref().is_some_and(|components| components.has(name)) => {}
        Some(name) => {
            let names = components.iter().flat_map(Node::members).map(|(name, _)| name);
            let help = match closest(name, names) {
                Some(close) => format!("write `$ref: '{prefix}{close}'`, or add `{name}` to `components/{section}`"),
                None => format!("add `{name}` to `components/{section}`"),
            };
            findings.value(reference, format!("this `$ref` leads nowhere: there is no `{name}`"), help);
        }
        None if !target.starts_with('#') => findings.value(
            reference,
            "this `$ref` leads out of the file; the generator reads one file",
            format!("copy what it leads to into `components/{section}`, and write `$ref: '{prefix}NAME'`"),
        ),
        None => findings.value(
            reference,
            format!("this `$ref` does not lead to `components/{section}`"),
            format!("write `$ref: '{prefix}NAME'`"),
        ),
    }
    if section == "schemas" {
        check_siblings(reference, target, root, findings);
    }
}

/// Components that are made of nothing but each other, or of too many others.
pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for (_, components) in root.get("components").iter().flat_map(Node::fields) {
        let mut open: HashMap<_, _> = components
            .members()
            .map(|(name, component)| (name, parts(&component)))
            .collect();
        // Each round settles what leads to nothing that is open.
        for _ in 0..LONGEST_CHAIN {
            let settled: HashSet<_> = open
                .iter()
                .filter(|(_, parts)| !parts.iter().any(|part| open.contains_key(part)))
                .map(|(name, _)| *name)
                .collect();
            open.retain(|name, _| !settled.contains(name));
        }
        for (_, component) in components
            .members()
            .filter(|(name, _)| open.contains_key(name))
        {
            findings.key(
                &component,
                format!("this component leads to itself, or to more than {LONGEST_CHAIN} others, by `$ref` and `allOf` alone"),
                "write a component that ends the chain; a property may lead back, `allOf` and `$ref` alone may not",
            );
        }
    }
}

/// What stands beside a `$ref` is lost; words for people are no loss.
fn check_siblings(reference: &Node, target: &str, root: &Node, findings: &mut Findings) {
    let parent = reference.pointer().trim_end_matches("/$ref");
    let Some(Value::Object(members)) = root.value().pointer(parent) else {
        return;
    };
    let lost = members.keys().find(|key| {
        !matches!(
            key.as_str(),
            "$ref" | "summary" | "description" | "example" | "deprecated"
        ) && !key.starts_with("x-")
    });
    if let Some(key) = lost {
        findings.value(
            reference,
            format!("`{key}` beside this `$ref` is ignored"),
            format!(
                "write `allOf: [{{ $ref: '{target}' }}]` in place of the `$ref`, or remove `{key}`"
            ),
        );
    }
}

/// The names of the components that one consists of.
fn parts<'a>(component: &Node<'a>) -> Vec<&'a str> {
    if let Some((_, name)) = component
        .reference()
        .and_then(|target| target.rsplit_once('/'))
    {
        return vec![name];
    }
    let inner = component.get("allOf");
    let inner = inner.iter().flat_map(Node::items);
    inner.flat_map(|part| parts(&part)).collect()
}
