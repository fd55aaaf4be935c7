//! The names of types that are called after where their schema stands.

use std::collections::HashMap;

use crate::spec::diagnosis::Findings;
use crate::spec::inline_types;
use crate::spec::names;
use crate::spec::node::Node;

/// Of two schemas with one name, the generator would lose one.
pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let schemas = root.at(&["components", "schemas"]);
    let components = schemas.iter().flat_map(Node::members);
    let mut taken: HashMap<_, _> = components
        .map(|(name, _)| (names::type_name(name), None))
        .collect();
    for inline in inline_types::all(root) {
        let (name, schema) = (inline.name, inline.schema);
        let owner = match taken.get(&name) {
            None => {
                taken.insert(name, Some(schema.value()));
                continue;
            }
            Some(Some(other)) if *other == schema.value() => continue,
            Some(Some(_)) => "that another schema has",
            Some(None) => "that a component has",
        };
        findings.key(
            &schema,
            format!("this schema without a name would become the Rust type `{name}`, a name {owner}"),
            "move it to `components/schemas` under a name of its own, and write a `$ref` to it here",
        );
    }
}
