//! The rules for authentication: what used to be enough must still be enough.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, Direction, Node, Pair, Walk};

/// The schemes that are needed together, each with its scopes.
type Requirement = BTreeMap<String, BTreeSet<String>>;

impl<'a> Walk<'a> {
    /// Compares the requirements of every operation without its own.
    pub(super) fn security(&mut self, pair: &Pair<'a>, direction: Direction) {
        let (old, new) = (requirements(&pair.old), requirements(&pair.new));
        self.requirements(pair, old, new, direction);
    }

    /// Compares the requirements of an operation, which are the document's if it has none of its own. An event
    /// never has the document's: callers do not send it.
    pub(super) fn own_security(
        &mut self,
        document: &Pair<'a>,
        own: &Pair<'a>,
        direction: Direction,
    ) {
        let global = document.get("security");
        let effective = |own: &Option<Node<'a>>, global: &Option<Node<'a>>| {
            let of_event = direction == Direction::Received;
            requirements(if own.is_some() || of_event {
                own
            } else {
                global
            })
        };
        let old = effective(&own.old, &global.old);
        let new = effective(&own.new, &global.new);
        self.requirements(own, old, new, direction);
    }

    fn requirements(
        &mut self,
        pair: &Pair<'a>,
        old: Option<Vec<Requirement>>,
        new: Option<Vec<Requirement>>,
        direction: Direction,
    ) {
        let (Some(old), Some(new)) = (old, new) else {
            return self.report_if_changed(
                Class::Unknown,
                None,
                pair,
                "`security` is not a list of schemes",
            );
        };
        let suffices = |old: &Requirement| new.iter().any(|new| is_within(new, old));
        let is_equal = old.len() == new.len() && old.iter().all(|one| new.contains(one));
        let (class, text) = if is_equal {
            if pair.is_in_both() {
                return self.same(pair);
            }
            (Class::Compatible, "which means the same")
        } else if direction == Direction::Sent && old.iter().all(suffices) {
            (
                Class::Compatible,
                "and what callers authenticate with is still enough",
            )
        } else {
            (Class::Breaking, "so callers must authenticate differently")
        };
        let text = format!("`security` {}, {text}", pair.verb());
        self.report(class, None, pair, text);
    }

    pub(super) fn security_schemes(&mut self, schemes: &Pair<'a>) {
        for (name, scheme) in schemes.members() {
            let pointer = scheme.new.as_ref().or(scheme.old.as_ref());
            if !pointer.is_some_and(|node| self.used.contains(&*node.pointer)) {
                continue;
            }
            if !scheme.is_in_both() {
                let class = if scheme.new.is_none() {
                    Class::Breaking
                } else {
                    Class::Compatible
                };
                let text = format!("the security scheme `{name}` {}", scheme.verb());
                self.report(class, None, &scheme, text);
                continue;
            }
            let scheme = self.resolved(&scheme);
            for (key, pair) in scheme.members() {
                if matches!(key, "description" | "bearerFormat") {
                    self.documentation(&pair, key);
                } else {
                    let text = format!("`{key}` of the security scheme `{name}` {}", pair.verb());
                    self.report_if_changed(Class::Breaking, None, &pair, text);
                }
            }
        }
    }
}

/// The alternatives that suffice; an empty one if nothing is required. None if the value is malformed.
fn requirements(node: &Option<Node>) -> Option<Vec<Requirement>> {
    let Some(node) = node else {
        return Some(vec![Requirement::new()]);
    };
    let alternatives = node.value.as_array()?;
    if alternatives.is_empty() {
        return Some(vec![Requirement::new()]);
    }
    let mut requirements = Vec::new();
    for alternative in alternatives {
        let mut requirement = Requirement::new();
        for (scheme, scopes) in alternative.as_object()? {
            let scopes: Option<BTreeSet<_>> = scopes
                .as_array()?
                .iter()
                .map(|scope| scope.as_str().map(str::to_owned))
                .collect();
            requirement.insert(scheme.clone(), scopes?);
        }
        requirements.push(requirement);
    }
    Some(requirements)
}

/// Whether everything that one requirement asks for is in the other.
fn is_within(requirement: &Requirement, other: &Requirement) -> bool {
    requirement.iter().all(|(scheme, scopes)| {
        other
            .get(scheme)
            .is_some_and(|others| scopes.is_subset(others))
    })
}
