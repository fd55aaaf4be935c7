//! Which parts of a document the rules have explained. What no rule has claimed is an unknown change.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::node::Node;

/// What a rule says about a part of a document.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Claim {
    /// The other document says the same.
    Same,
    /// A change has been reported that explains it.
    Changed,
}

#[derive(Debug, Default)]
pub(crate) struct Claims<'a> {
    /// What holds for everything below a pointer.
    below: HashMap<Rc<str>, Claim>,
    /// Containers whose members are claimed one by one.
    containers: HashSet<Rc<str>>,
    followed: HashSet<&'a str>,
}

impl<'a> Claims<'a> {
    pub(crate) fn same(&mut self, pointer: &Rc<str>) {
        self.below.entry(Rc::clone(pointer)).or_insert(Claim::Same);
    }

    /// Claims a node, and what only it may refer to.
    pub(crate) fn changed(&mut self, node: &Node<'a>) {
        self.described(&node.pointer);
        self.follow(node.root, node.value);
    }

    /// Claims a node, but not what it refers to.
    pub(crate) fn described(&mut self, pointer: &Rc<str>) {
        self.below.insert(Rc::clone(pointer), Claim::Changed);
    }

    pub(crate) fn container(&mut self, pointer: &Rc<str>) {
        self.containers.insert(Rc::clone(pointer));
    }

    /// The claim on a leaf, or on something that contains it.
    pub(crate) fn leaf(&self, pointer: &str) -> Option<Claim> {
        let mut prefix = pointer;
        let mut claim = None;
        loop {
            claim = claim.max(self.below.get(prefix).copied());
            match prefix.rfind('/') {
                Some(end) => prefix = &prefix[..end],
                None => return claim,
            }
        }
    }

    /// Whether a leaf is an empty container that rules have looked into.
    pub(crate) fn is_empty_container(&self, pointer: &str, value: &Value) -> bool {
        (value.is_object() || value.is_array()) && self.containers.contains(pointer)
    }

    fn follow(&mut self, root: &'a Value, value: &'a Value) {
        let mut unread = vec![value];
        while let Some(value) = unread.pop() {
            match value {
                Value::Object(members) => unread.extend(members.values()),
                Value::Array(items) => unread.extend(items),
                _ => {}
            }
            if let Some(reference) = value.get("$ref").and_then(Value::as_str)
                && let Some(pointer) = reference.strip_prefix('#')
                && self.followed.insert(pointer)
                && let Some(target) = root.pointer(pointer)
            {
                self.below.insert(Rc::from(pointer), Claim::Changed);
                unread.push(target);
            }
        }
    }
}

/// The components that something other than an unused component refers to, by pointer. Those that extend a used
/// schema with a discriminator are used as well: they can stand in its place.
pub(crate) fn used_components(root: &Value) -> HashSet<String> {
    let mut used = HashSet::new();
    let members = root.as_object().into_iter().flatten();
    let mut unread: Vec<&Value> = members
        .filter(|(key, _)| *key != "components")
        .map(|(_, value)| value)
        .collect();
    use_schemes(root, &mut used);
    loop {
        while let Some(value) = unread.pop() {
            match value {
                Value::Object(members) => {
                    unread.extend(members.values());
                    use_schemes(value, &mut used);
                }
                Value::Array(items) => unread.extend(items),
                // A mapping of a discriminator refers to schemas as plain text.
                Value::String(text) if text.starts_with("#/components/") => {
                    let pointer = owner(&text[1..]);
                    if used.insert(pointer.to_owned()) {
                        unread.extend(root.pointer(pointer));
                    }
                }
                _ => {}
            }
        }
        let schemas = root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        for (name, schema) in schemas.into_iter().flatten() {
            if extends_used(schema, root, &used) && used.insert(component("schemas", name)) {
                unread.push(schema);
            }
        }
        if unread.is_empty() {
            return used;
        }
    }
}

/// Marks the security schemes that a document or an operation requires.
fn use_schemes(value: &Value, used: &mut HashSet<String>) {
    let requirements = value.get("security").and_then(Value::as_array);
    for requirement in requirements.into_iter().flatten() {
        let schemes = requirement.as_object().into_iter().flatten();
        used.extend(schemes.map(|(name, _)| component("securitySchemes", name)));
    }
}

/// Whether a schema is composed of a used one that a discriminator tells apart from others.
fn extends_used(schema: &Value, root: &Value, used: &HashSet<String>) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array);
    let references = parts.into_iter().flatten();
    let mut references =
        references.filter_map(|part| part.get("$ref")?.as_str()?.strip_prefix('#'));
    references.any(|pointer| {
        let base = root.pointer(pointer);
        used.contains(pointer) && base.is_some_and(|base| base.get("discriminator").is_some())
    })
}

/// The component that a pointer is in, or the pointer itself if it is in none.
pub(crate) fn owner(pointer: &str) -> &str {
    if !pointer.starts_with("/components/") {
        return pointer;
    }
    match pointer.match_indices('/').nth(3) {
        Some((end, _)) => &pointer[..end],
        None => pointer,
    }
}

fn component(kind: &str, name: &str) -> String {
    format!("/components/{kind}/{}", super::node::escaped(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_stand_in_the_place_of_a_used_schema_is_used() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "paths": {"/pets": {"get": {"responses": {"200": {"schema": reference("Pet")}}}}},
            "components": {"schemas": {
                "Pet": {"discriminator": {"propertyName": "kind"}},
                "Cat": {"allOf": [reference("Pet"), {"properties": {"toy": reference("Toy")}}]},
                "Toy": {"type": "string"},
                "Stone": {"type": "string"},
            }},
        });
        let used = used_components(&document);
        for (name, expected) in [
            ("Pet", true),
            ("Cat", true),
            ("Toy", true),
            ("Stone", false),
        ] {
            assert_eq!(
                used.contains(&component("schemas", name)),
                expected,
                "{name}"
            );
        }
    }
}
