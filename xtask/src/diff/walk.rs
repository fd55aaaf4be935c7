//! The walk through both documents at once, operation by operation, with references resolved.

mod alternative;
mod constraint;
mod content;
mod document;
mod extension;
mod operation;
mod parameter;
mod properties;
mod response;
mod schema;
mod security;
mod server;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::claims::{Claims, used_components};
use super::class::{Class, Direction};
use super::node::Node;

/// What a rule found.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    pub(crate) class: Class,
    pub(crate) direction: Option<Direction>,
    pub(crate) old: Option<Node<'a>>,
    pub(crate) new: Option<Node<'a>>,
    pub(crate) text: String,
    /// The visit in which it was found.
    visit: usize,
}

/// The same part of both documents, where they have it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair<'a> {
    pub(crate) old: Option<Node<'a>>,
    pub(crate) new: Option<Node<'a>>,
}

/// A part of the documents that is compared once, however many operations use it.
#[derive(Debug)]
struct Visit {
    /// The name of the operation, if this is one.
    operation: Option<Rc<str>>,
    callers: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) old: Claims<'a>,
    pub(crate) new: Claims<'a>,
    pub(crate) findings: Vec<Finding<'a>>,
    /// The components that are used in one of the documents.
    pub(crate) used: HashSet<String>,
    visits: Vec<Visit>,
    /// The current visit.
    current: usize,
    /// The visits of schemas, by the pointers of both and the direction.
    known: HashMap<schema::Key, usize>,
    queue: Vec<schema::Task<'a>>,
}

impl<'a> Walk<'a> {
    /// Compares everything that callers can notice.
    pub(crate) fn new(old: &Node<'a>, new: &Node<'a>) -> Self {
        let whole = Visit {
            operation: None,
            callers: Vec::new(),
        };
        let mut walk = Self {
            old: Claims::default(),
            new: Claims::default(),
            findings: Vec::new(),
            used: used_components(old.root)
                .into_iter()
                .chain(used_components(new.root))
                .collect(),
            visits: vec![whole],
            current: 0,
            known: HashMap::new(),
            queue: Vec::new(),
        };
        walk.document(old, new);
        while let Some(task) = walk.queue.pop() {
            walk.schema(task);
        }
        walk
    }

    /// The operations that reach a finding, in the order of the document.
    pub(crate) fn operations(&self, finding: &Finding) -> Vec<(usize, Rc<str>)> {
        let mut seen = vec![finding.visit];
        let mut at = 0;
        let mut found = Vec::new();
        let mut known: HashSet<usize> = seen.iter().copied().collect();
        while let Some(&visit) = seen.get(at) {
            at += 1;
            if let Some(name) = &self.visits[visit].operation {
                found.push((visit, Rc::clone(name)));
            }
            for &caller in &self.visits[visit].callers {
                if known.insert(caller) {
                    seen.push(caller);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Runs rules for an operation.
    fn within(&mut self, operation: Rc<str>, rules: impl FnOnce(&mut Self)) {
        self.within_all(vec![operation], rules);
    }

    /// Runs rules for something that several operations have in common.
    fn within_all(&mut self, operations: Vec<Rc<str>>, rules: impl FnOnce(&mut Self)) {
        let first = self.visits.len();
        self.visits
            .extend(operations.into_iter().map(|operation| Visit {
                operation: Some(operation),
                callers: Vec::new(),
            }));
        self.visits.push(Visit {
            operation: None,
            callers: (first..self.visits.len()).collect(),
        });
        let before = std::mem::replace(&mut self.current, self.visits.len() - 1);
        rules(self);
        self.current = before;
    }

    /// Reports a change, which claims both sides of the pair.
    fn report(
        &mut self,
        class: Class,
        direction: Option<Direction>,
        pair: &Pair<'a>,
        text: impl Into<String>,
    ) {
        for (claims, node) in [(&mut self.old, &pair.old), (&mut self.new, &pair.new)] {
            if let Some(node) = node {
                // In documentation, what looks like a reference need not be one.
                if class == Class::Documentation {
                    claims.described(&node.pointer);
                } else {
                    claims.changed(node);
                }
            }
        }
        self.findings.push(Finding {
            class,
            direction,
            old: pair.old.clone(),
            new: pair.new.clone(),
            text: text.into(),
            visit: self.current,
        });
    }

    /// Claims both sides of a pair that say the same.
    fn same(&mut self, pair: &Pair<'a>) {
        if let Some(old) = &pair.old {
            self.old.same(&old.pointer);
        }
        if let Some(new) = &pair.new {
            self.new.same(&new.pointer);
        }
    }

    /// Notes a container whose members the caller looks at one by one.
    fn container(&mut self, pair: &Pair<'a>) {
        if let Some(old) = &pair.old {
            self.old.container(&old.pointer);
        }
        if let Some(new) = &pair.new {
            self.new.container(&new.pointer);
        }
    }

    /// Resolves the references of a pair, and claims them: what they lead to is compared.
    fn resolved(&mut self, pair: &Pair<'a>) -> Pair<'a> {
        let old = pair.old.as_ref().map(|node| follow(node, &mut self.old));
        let new = pair.new.as_ref().map(|node| follow(node, &mut self.new));
        Pair { old, new }
    }

    /// Reports a pair unless both sides are equal.
    fn report_if_changed(
        &mut self,
        class: Class,
        direction: Option<Direction>,
        pair: &Pair<'a>,
        text: impl Into<String>,
    ) {
        if pair.is_equal() {
            self.same(pair);
        } else {
            self.report(class, direction, pair, text);
        }
    }

    /// Reports what people read, if it changed.
    fn documentation(&mut self, pair: &Pair<'a>, key: &str) {
        let text = format!("`{key}` {}", pair.verb());
        self.report_if_changed(Class::Documentation, None, pair, text);
    }

    /// Reports a keyword that no rule covers, if it changed.
    fn unknown(&mut self, pair: &Pair<'a>, key: &str) {
        let text = format!("`{key}` {}, which no rule covers", pair.verb());
        self.report_if_changed(Class::Unknown, None, pair, text);
    }
}

/// Resolves the references of a node, and claims them.
fn follow<'a>(node: &Node<'a>, claims: &mut Claims<'a>) -> Node<'a> {
    let chain = node.chain();
    for reference in &chain[..chain.len() - 1] {
        if let Some(reference) = reference.get("$ref") {
            claims.same(&reference.pointer);
        }
    }
    chain
        .into_iter()
        .next_back()
        .unwrap_or_else(|| node.clone())
}

/// The entries of two lists side by side, in the order of the old list, then of the new one.
fn paired<T>(
    olds: Vec<T>,
    mut news: Vec<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Vec<(Option<T>, Option<T>)> {
    let mut pairs = Vec::new();
    for old in olds {
        let at = news.iter().position(|new| is_same(&old, new));
        let new = at.map(|at| news.remove(at));
        pairs.push((Some(old), new));
    }
    pairs.extend(news.into_iter().map(|new| (None, Some(new))));
    pairs
}

impl<'a> Pair<'a> {
    fn both(old: Node<'a>, new: Node<'a>) -> Self {
        Self {
            old: Some(old),
            new: Some(new),
        }
    }

    fn get(&self, key: &str) -> Self {
        Self {
            old: self.old.as_ref().and_then(|node| node.get(key)),
            new: self.new.as_ref().and_then(|node| node.get(key)),
        }
    }

    fn is_in_both(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }

    fn is_equal(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.value == new.value,
            (None, None) => true,
            _ => false,
        }
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        let new = self.new.as_ref().and_then(|node| node.text(key));
        new.or_else(|| self.old.as_ref().and_then(|node| node.text(key)))
    }

    /// Both sides as truth values, false if they are absent; none of anything else.
    fn flags(&self) -> [Option<bool>; 2] {
        [&self.old, &self.new].map(|node| match node {
            Some(node) => node.value.as_bool(),
            None => Some(false),
        })
    }

    /// The entries of both mappings, in the order of the old one, then of the new one.
    fn members(&self) -> Vec<(&'a str, Self)> {
        let mut members: Vec<(&str, Self)> = Vec::new();
        for (key, node) in self.old.iter().flat_map(Node::members) {
            let new = self.new.as_ref().and_then(|new| new.get(key));
            members.push((
                key,
                Self {
                    old: Some(node),
                    new,
                },
            ));
        }
        for (key, node) in self.new.iter().flat_map(Node::members) {
            if self.old.as_ref().and_then(|old| old.get(key)).is_none() {
                members.push((
                    key,
                    Self {
                        old: None,
                        new: Some(node),
                    },
                ));
            }
        }
        members
    }

    /// What happened to it.
    fn verb(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "was added",
            (_, None) => "was removed",
            _ => "changed",
        }
    }
}
