//! Names that refer to something in the document: each `$ref`, required properties, security schemes and rate limits.

use std::collections::{HashMap, HashSet};

use heck::ToLowerCamelCase as _;

use crate::model::node::Node;
use crate::model::objects::Object;
use crate::spec::diagnosis::Findings;
use crate::spec::texts::similar;

/// Longer chains of references would exhaust the stack of what follows them.
const LONGEST_CHAIN: usize = 64;

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    for (kind, object) in objects {
        if let Some(reference) = object.get("$ref").filter(|_| *kind != "PathItem") {
            check_target(&reference, kind, findings);
        }
    }
    for (_, components) in root.get("components").iter().flat_map(Node::fields) {
        check_chains(&components, findings);
    }
}

fn check_target(reference: &Node, kind: &str, findings: &mut Findings) {
    let section = format!("{}s", kind.to_lower_camel_case()).replace("Bodys", "Bodies");
    let target = reference.value().as_str().unwrap_or_default();
    let name = target.strip_prefix(&format!("#/components/{section}/"));
    match name.filter(|name| !name.is_empty() && !name.contains(['/', '~', '%'])) {
        Some(name) => {
            let components = Node::root(reference.root).at(&["components", &section]);
            let what = format!("component in `{section}` called");
            check_name(reference, name, &what, components.as_ref(), findings);
        }
        None => findings.report(reference, "other-target", &[("section", &section)]),
    }
}

/// Reports a name that is not one of those in a mapping.
pub(super) fn check_name(
    node: &Node,
    name: &str,
    what: &str,
    known: Option<&Node>,
    findings: &mut Findings,
) {
    if known.is_some_and(|known| known.has(name)) {
        return;
    }
    let names = known.into_iter().flat_map(Node::members);
    match similar(name, names.map(|(name, _)| name)) {
        Some(similar) => {
            let values = [("what", what), ("name", name), ("similar", similar)];
            findings.report(node, "similar-name", &values);
        }
        None => findings.report(node, "no-such-name", &[("what", what), ("name", name)]),
    }
}

/// A misspelt name would become a property of any type.
pub(super) fn check_required(schema: &Node, findings: &mut Findings) {
    let properties = schema.get("properties").filter(|_| !schema.has("allOf"));
    let required = schema.items_of("required");
    for required in required.iter().filter(|_| properties.is_some()) {
        let name = required.value().as_str().unwrap_or_default();
        check_name(required, name, "property", properties.as_ref(), findings);
    }
}

/// Reports components that consist of nothing but each other, or of too many others.
fn check_chains(components: &Node, findings: &mut Findings) {
    let all = components.members();
    let mut open: HashMap<_, _> = all
        .map(|(name, component)| (name, parts(&component)))
        .collect();
    // Each round settles what leads to nothing that is open.
    for _ in 0..LONGEST_CHAIN {
        let still_open: HashSet<_> = open
            .iter()
            .filter(|(_, parts)| parts.iter().any(|part| open.contains_key(part)))
            .map(|(name, _)| *name)
            .collect();
        open.retain(|name, _| still_open.contains(name));
    }
    for (name, component) in components.members() {
        if open.contains_key(name) {
            findings.report(&component, "chain", &[]);
        }
    }
}

/// The names of the components that one consists of.
fn parts<'a>(component: &Node<'a>) -> Vec<&'a str> {
    match component.reference() {
        Some(target) => target.rsplit('/').take(1).collect(),
        None => component.items_of("allOf").iter().flat_map(parts).collect(),
    }
}
