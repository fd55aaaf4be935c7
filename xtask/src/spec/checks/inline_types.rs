//! The types that the generator makes of schemas without a name, and calls after the operation.

use std::collections::HashMap;

use serde_json::Value;

use super::names;
use crate::spec::finding::Findings;
use crate::spec::node::Node;

/// Types by name; those of components have no schema here.
pub(crate) struct InlineTypes<'a>(HashMap<String, Option<&'a Value>>);

impl<'a> InlineTypes<'a> {
    pub(crate) fn beside(root: &Node<'a>) -> Self {
        let schemas = root.at(&["components", "schemas"]);
        Self(
            schemas
                .iter()
                .flat_map(Node::members)
                .map(|(name, _)| (names::of_type(name), None))
                .collect(),
        )
    }

    /// Of two types with one name the generator keeps the first, and uses it for both.
    pub(crate) fn check(
        &mut self,
        operation: &str,
        role: &str,
        schema: &Node<'a>,
        findings: &mut Findings,
    ) {
        if !makes_type(schema) {
            return;
        }
        let name = names::of_type(&format!("{operation}-{role}"));
        let owner = match self.0.get(&name) {
            None => {
                self.0.insert(name, Some(schema.value()));
                return;
            }
            Some(Some(other)) if *other == schema.value() => return,
            Some(Some(_)) => "that another schema of the operation has",
            Some(None) => "that a component has",
        };
        findings.key(
            schema,
            format!("this schema without a name would become the Rust type `{name}`, a name {owner}"),
            "move it to `components/schemas` under a name of its own, and write a `$ref` to it here",
        );
    }
}

fn makes_type(schema: &Node) -> bool {
    let not_empty = |key| {
        schema
            .value()
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
    };
    let has_properties = schema
        .value()
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    !schema.has("$ref")
        && (has_properties || not_empty("enum") || not_empty("oneOf") || not_empty("anyOf"))
}
