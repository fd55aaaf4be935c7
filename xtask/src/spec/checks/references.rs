//! Where each `$ref` leads.

use std::collections::HashSet;

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

/// Components that are made of nothing but each other.
pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for (section, components) in root.get("components").iter().flat_map(Node::fields) {
        let mut settled = HashSet::new();
        for (name, component) in components.members() {
            let mut way = Vec::new();
            if section == "schemas" && !settled.contains(name) {
                check_circle(
                    name,
                    &component,
                    &components,
                    &mut way,
                    &mut settled,
                    findings,
                );
            } else if section != "schemas"
                && component.resolved(root).is_none()
                && leads_on(&component, &components)
            {
                report_circle(&component, name, findings);
            }
        }
    }
}

fn leads_on(component: &Node, components: &Node) -> bool {
    component
        .reference()
        .and_then(component_name)
        .is_some_and(|name| components.has(name))
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

/// Follows references and compositions, through which a schema is what it leads to, to their ends.
fn check_circle<'a>(
    name: &'a str,
    schema: &Node<'a>,
    schemas: &Node<'a>,
    way: &mut Vec<&'a str>,
    settled: &mut HashSet<&'a str>,
    findings: &mut Findings,
) {
    if way.len() == LONGEST_CHAIN {
        findings.key(
            schema,
            format!("more than {LONGEST_CHAIN} schemas lead to each other here through `$ref` and `allOf` alone"),
            "write the schema out in place of some of the references",
        );
        return;
    }
    way.push(name);
    for target in parts(schema).into_iter().filter_map(component_name) {
        if way.contains(&target) {
            report_circle(schema, target, findings);
        } else if !settled.contains(target)
            && let Some(next) = schemas.get(target)
        {
            check_circle(target, &next, schemas, way, settled, findings);
        }
    }
    way.pop();
    settled.insert(name);
}

fn report_circle(component: &Node, target: &str, findings: &mut Findings) {
    findings.key(
        component,
        format!("this component is made of itself: its references lead back to `{target}`"),
        "write a component that ends the circle; a property may lead back, `allOf` and `$ref` alone may not",
    );
}

/// The references that a schema consists of.
fn parts<'a>(schema: &Node<'a>) -> Vec<&'a str> {
    if let Some(reference) = schema.reference() {
        return vec![reference];
    }
    let inner = schema.get("allOf");
    let inner = inner.iter().flat_map(Node::items);
    inner.flat_map(|schema| parts(&schema)).collect()
}

fn component_name(reference: &str) -> Option<&str> {
    reference.rsplit_once('/').map(|(_, name)| name)
}
