//! Puts together what the walk found and what it left unexplained.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::claims::{Claim, owner};
use super::class::{Class, Direction};
use super::contract::Contract;
use super::fingerprint;
use super::node::Node;
use super::raw::{Difference, Edit, each_leaf};
use super::report::{Change, Side};
use super::subject;
use super::walk::Walk;

/// At most so many operations are named; the rest are only counted.
const MOST_OPERATIONS: usize = 5;

/// Every change between two documents, the worst first.
pub(crate) fn changes(old: &Contract, new: &Contract) -> Vec<Change> {
    let difference = Difference::new(old.value(), new.value());
    if difference.edits.is_empty() && difference.reordered.is_empty() {
        return Vec::new();
    }
    let walk = Walk::new(&Node::root(old.value()), &Node::root(new.value()));
    let mut changes: Vec<_> = merged(&walk)
        .into_iter()
        .chain(unexplained(&difference, &walk, old.value(), new.value()))
        .map(|found| found.into_change(old, new))
        .collect();
    changes.sort_by(|one, other| {
        let place = |change: &Change| {
            let side = change.new.as_ref().or(change.old.as_ref());
            side.map(|side| (side.line, side.column))
        };
        (other.class.cmp(&one.class)).then_with(|| place(one).cmp(&place(other)))
    });
    changes
}

/// A change whose position in the texts is not known yet.
struct Found<'a> {
    class: Class,
    direction: Option<Direction>,
    operations: BTreeSet<(usize, Rc<str>)>,
    old: Option<(Rc<str>, &'a Value)>,
    new: Option<(Rc<str>, &'a Value)>,
    texts: Vec<String>,
}

impl Found<'_> {
    fn into_change(self, old: &Contract, new: &Contract) -> Change {
        let side = |contract: &Contract, place: &Option<(Rc<str>, &Value)>| {
            let (pointer, value) = place.as_ref()?;
            let (line, column) = contract.position(pointer);
            let value = (*value).clone();
            Some(Side {
                line,
                column,
                value,
            })
        };
        let (document, place) = match (&self.new, &self.old) {
            (Some(place), _) => (new, Some(place)),
            (None, place) => (old, place.as_ref()),
        };
        let pointer = place.map_or("", |(pointer, _)| &**pointer);
        let mut text = self.texts.join("; ");
        if let Some(subject) = subject::find(document.value(), pointer, &text) {
            text = format!("{subject}: {text}");
        }
        let mut change = Change {
            class: self.class,
            direction: self.direction,
            operation: named(&self.operations),
            operations: (self.operations.iter())
                .map(|(_, name)| name.to_string())
                .collect(),
            pointer: pointer.to_owned(),
            old: side(old, &self.old),
            new: side(new, &self.new),
            text,
            rust: Vec::new(),
            fingerprint: String::new(),
        };
        change.fingerprint = fingerprint::compute(&change);
        change
    }
}

fn named(operations: &BTreeSet<(usize, Rc<str>)>) -> Option<String> {
    if operations.is_empty() {
        return None;
    }
    let names: Vec<&str> = operations.iter().map(|(_, name)| &**name).collect();
    let (named, others) = names.split_at(names.len().min(MOST_OPERATIONS));
    let mut text = named.join(", ");
    if !others.is_empty() {
        text.push_str(&format!(" and {} more", others.len()));
    }
    Some(text)
}

/// The pointers of a finding in both documents.
type Pointers = (Option<Rc<str>>, Option<Rc<str>>);

/// The findings of the walk, merged by place: a schema can be reached by many operations and both ways, and the
/// worst verdict counts.
fn merged<'a>(walk: &Walk<'a>) -> Vec<Found<'a>> {
    let mut found: Vec<Found> = Vec::new();
    let mut known: HashMap<Pointers, usize> = HashMap::new();
    for finding in &walk.findings {
        let place = |node: &Option<Node<'a>>| {
            node.as_ref()
                .map(|node| (Rc::clone(&node.pointer), node.value))
        };
        let (old, new) = (place(&finding.old), place(&finding.new));
        let pointer = |place: &Option<(Rc<str>, &Value)>| {
            place.as_ref().map(|(pointer, _)| Rc::clone(pointer))
        };
        let at = *known
            .entry((pointer(&old), pointer(&new)))
            .or_insert(found.len());
        if at == found.len() {
            found.push(Found {
                class: finding.class,
                direction: finding.direction,
                operations: BTreeSet::new(),
                old,
                new,
                texts: Vec::new(),
            });
        }
        let merged = &mut found[at];
        merged.operations.extend(walk.operations(finding));
        merged.direction = match (merged.direction, finding.direction) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other),
        };
        if finding.class > merged.class {
            merged.class = finding.class;
            merged.texts.clear();
        }
        if finding.class == merged.class && !merged.texts.contains(&finding.text) {
            merged.texts.push(finding.text.clone());
        }
    }
    found
}

/// The raw differences that no finding explains.
fn unexplained<'a>(
    difference: &Difference<'a>,
    walk: &Walk<'a>,
    old: &'a Value,
    new: &'a Value,
) -> Vec<Found<'a>> {
    let lists_with_findings = lists_with_findings(walk);
    let mut groups: BTreeMap<String, (Class, &str)> = BTreeMap::new();
    for edit in &difference.edits {
        let (pointer, class, text) = match explanation(edit, walk) {
            Explanation::Reported => continue,
            Explanation::Same if is_shifted(&edit.pointer, &lists_with_findings, old) => continue,
            Explanation::Same if is_component(&edit.pointer) => (
                edit.pointer.as_str(),
                Class::Documentation,
                match edit.new {
                    Some(_) => "this component was added, which changes nothing for callers",
                    None => "this component was removed, which changes nothing for callers",
                },
            ),
            Explanation::Same => {
                let pointer = group(&edit.pointer, old, new);
                let text = if is_reordered(old.pointer(pointer), new.pointer(pointer)) {
                    "only the order changed"
                } else {
                    "this is written differently, and means the same"
                };
                (pointer, Class::Documentation, text)
            }
            Explanation::Empty => (
                edit.pointer.as_str(),
                Class::Compatible,
                "something empty was added or removed",
            ),
            Explanation::Unused => (
                owner(&edit.pointer),
                Class::Documentation,
                "this component is not used",
            ),
            Explanation::None => (
                edit.pointer.as_str(),
                Class::Unknown,
                "no rule covers this change",
            ),
        };
        let known = groups.entry(pointer.to_owned()).or_insert((class, text));
        if class > known.0 {
            *known = (class, text);
        }
    }
    for edit in &difference.reordered {
        groups
            .entry(edit.pointer.clone())
            .or_insert((Class::Documentation, "only the order changed"));
    }
    let found = groups.into_iter().map(|(pointer, (class, text))| {
        let place = |root: &'a Value| Some((Rc::from(pointer.as_str()), root.pointer(&pointer)?));
        Found {
            class,
            direction: None,
            operations: BTreeSet::new(),
            old: place(old),
            new: place(new),
            texts: vec![text.to_owned()],
        }
    });
    found.collect()
}

/// Whether two lists have the same entries.
fn is_reordered(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(Value::Array(old)), Some(Value::Array(new))) = (old, new) else {
        return false;
    };
    old.len() == new.len() && old.iter().all(|item| new.contains(item))
}

enum Explanation {
    /// A finding says what it means.
    Reported,
    /// The rules saw no difference once references were resolved.
    Same,
    Empty,
    Unused,
    None,
}

fn explanation(edit: &Edit, walk: &Walk) -> Explanation {
    let mut all_same = true;
    let mut reported = false;
    let mut is_empty = false;
    let mut unclaimed = false;
    for (value, claims) in [(edit.old, &walk.old), (edit.new, &walk.new)] {
        let Some(value) = value else { continue };
        each_leaf(&mut edit.pointer.clone(), value, &mut |pointer, leaf| {
            match claims.leaf(pointer) {
                Some(Claim::Changed) => reported = true,
                Some(Claim::Same) => {}
                None if claims.is_empty_container(pointer, leaf) => is_empty = true,
                None => unclaimed = true,
            }
            all_same &= claims.leaf(pointer) == Some(Claim::Same);
        });
    }
    if unclaimed && is_unused(&edit.pointer, walk) {
        Explanation::Unused
    } else if unclaimed {
        Explanation::None
    } else if reported {
        Explanation::Reported
    } else if is_empty {
        Explanation::Empty
    } else if all_same {
        Explanation::Same
    } else {
        Explanation::None
    }
}

fn is_unused(pointer: &str, walk: &Walk) -> bool {
    let component = owner(pointer);
    is_component(component) && !walk.used.contains(component)
}

fn is_component(pointer: &str) -> bool {
    pointer.starts_with("/components/") && pointer.matches('/').count() == 3
}

/// The lists that lost or got an entry, according to a finding.
fn lists_with_findings(walk: &Walk) -> HashSet<String> {
    let pointers = walk.findings.iter().flat_map(|finding| {
        [&finding.old, &finding.new]
            .into_iter()
            .flatten()
            .map(|node| &node.pointer)
    });
    pointers
        .filter_map(|pointer| pointer.rfind('/').map(|end| pointer[..end].to_owned()))
        .collect()
}

/// Whether a difference is only that an entry of a list moved up or down because of another one.
fn is_shifted(pointer: &str, lists: &HashSet<String>, root: &Value) -> bool {
    prefixes(pointer)
        .any(|prefix| lists.contains(prefix) && root.pointer(prefix).is_some_and(Value::is_array))
}

/// Where a difference in order or references is reported: at the outermost list around it, or at what directly
/// contains it.
fn group<'p>(pointer: &'p str, old: &Value, new: &Value) -> &'p str {
    let is_list = |root: &Value, prefix: &str| root.pointer(prefix).is_some_and(Value::is_array);
    prefixes(pointer)
        .filter(|prefix| is_list(old, prefix) && is_list(new, prefix))
        .last()
        .or_else(|| pointer.rfind('/').map(|end| &pointer[..end]))
        .unwrap_or(pointer)
}

/// The pointers of what contains a place, from the inside out.
fn prefixes(pointer: &str) -> impl Iterator<Item = &str> {
    pointer.rmatch_indices('/').map(|(end, _)| &pointer[..end])
}
