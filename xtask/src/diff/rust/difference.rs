//! The difference between two inventories.

use super::inventory::{Entry, Inventory, Kind};
use super::source::Source;
use super::{Fate, ItemChange};

/// The items that differ. What an added or removed item has within it is not listed along with it.
pub(super) fn items(old: &Inventory, new: &Inventory) -> Vec<ItemChange> {
    let mut changes = Vec::new();
    for (path, entry) in old {
        match new.get(path) {
            Some(now) if now == entry => {}
            Some(now) => changes.push(changed(path, entry, now)),
            None if is_within_other(path, old, new) => {}
            None => changes.push(ItemChange {
                fate: Fate::Removed,
                path: path.clone(),
                text: format!("removed {}", described(path, entry)),
            }),
        }
    }
    for (path, entry) in new {
        if !old.contains_key(path) && !is_within_other(path, new, old) {
            let fate = if is_in_closed(path, entry, old) {
                Fate::AddedToClosed
            } else {
                Fate::Added
            };
            changes.push(ItemChange {
                fate,
                path: path.clone(),
                text: format!("added {}", described(path, entry)),
            });
        }
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    changes
}

fn changed(path: &str, old: &Entry, new: &Entry) -> ItemChange {
    let (fate, text) = if old.source != new.source {
        let [before, after] = Source::sides(&old.source, &new.source);
        let text = format!("changed {} → {after}", joined(path, &before));
        (fate(old, new), text)
    } else if matches!(new.kind, Kind::Function | Kind::Implementation) {
        (Fate::Rewritten, format!("rewritten {}", name(path)))
    } else {
        let what = if new.kind == Kind::Value {
            "type"
        } else {
            "attributes"
        };
        let text = format!("changed the {what} of {}", described(path, new));
        (Fate::Changed, text)
    };
    let path = path.to_owned();
    ItemChange { fate, path, text }
}

/// What became of an item with other source. A value of the same type can be used as before; the class of the change
/// says whether it is a problem.
fn fate(old: &Entry, new: &Entry) -> Fate {
    if new.kind == Kind::Value && old.has_same_rest(new) {
        Fate::Rewritten
    } else {
        Fate::Changed
    }
}

fn described(path: &str, entry: &Entry) -> String {
    joined(&name(path), &entry.source.to_line())
}

fn joined(path: &str, line: &str) -> String {
    match line.chars().next() {
        None => path.to_owned(),
        Some('(' | '{') => format!("{path}{line}"),
        Some(_) => format!("{path}: {line}"),
    }
}

/// A path as people write it, such as `Display for types::Kind`.
fn name(path: &str) -> String {
    match path.split_once(", as ") {
        Some((owner, implemented)) => format!("{implemented} for {owner}"),
        None => path.to_owned(),
    }
}

/// Whether an added item is a member of a type that its users may list completely.
fn is_in_closed(path: &str, entry: &Entry, old: &Inventory) -> bool {
    let owner = owner(path).and_then(|owner| old.get(owner));
    entry.kind == Kind::Member
        && owner.is_some_and(|owner| owner.kind == Kind::Type { is_open: false })
}

/// Whether the item is a part of one that is in the same code only.
fn is_within_other(path: &str, here: &Inventory, there: &Inventory) -> bool {
    owner(path).is_some_and(|owner| here.contains_key(owner) && !there.contains_key(owner))
}

/// The item that another one is a part of.
fn owner(path: &str) -> Option<&str> {
    let before = |separator| path.rsplit_once(separator).map(|(owner, _)| owner);
    match path.split_once(", as ") {
        Some((owner, _)) => Some(owner),
        None => before(".").or_else(|| before("::")),
    }
}

#[cfg(test)]
mod tests {
    use crate::diff::rust::inventory;

    use super::*;

    fn differences(old: &str, new: &str) -> Vec<(Fate, String)> {
        let inventory = |code| inventory::list(syn::parse_file(code).unwrap());
        let changes = items(&inventory(old), &inventory(new)).into_iter();
        changes.map(|change| (change.fate, change.text)).collect()
    }

    #[track_caller]
    fn differs(old: &str, new: &str, expected: &[(Fate, &str)]) {
        let found = differences(old, new);
        let found: Vec<_> = found
            .iter()
            .map(|(fate, text)| (*fate, text.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_member_of_a_closed_type_breaks_its_users() {
        differs(
            "pub struct Card { pub name: String }",
            "pub struct Card { pub name: String, pub age: u8 }",
            &[(Fate::AddedToClosed, "added Card.age: u8")],
        );
        differs(
            "#[non_exhaustive] pub struct Card { pub name: String }",
            "#[non_exhaustive] pub struct Card { pub name: String, pub age: u8 }",
            &[(Fate::Added, "added Card.age: u8")],
        );
        differs(
            "pub enum Kind { A }",
            "pub enum Kind { A, B(crate::Other) }",
            &[(Fate::AddedToClosed, "added Kind::B(Other)")],
        );
    }

    #[test]
    fn what_is_in_a_removed_item_is_removed_with_it() {
        differs(
            "mod types { pub struct Card { pub name: String } impl Card { pub fn new() {} } }",
            "mod types {}",
            &[(Fate::Removed, "removed types::Card")],
        );
    }

    #[test]
    fn types_signatures_and_attributes_are_compared() {
        differs(
            "pub struct Card { #[serde(default)] pub name: Option<String>, pub age: u8 }",
            "pub struct Card { pub name: Option<String>, pub age: ::std::num::NonZeroU8 }",
            &[
                (Fate::Changed, "changed Card.age: u8 → NonZeroU8"),
                (
                    Fate::Changed,
                    "changed the attributes of Card.name: Option<String>",
                ),
            ],
        );
        differs(
            "impl Client { pub fn get(&self) -> u8 { 1 } pub fn set(&self) { 1; } }",
            "impl Client { pub fn get(&self) -> u16 { 1 } pub fn set(&self) { 2; } }",
            &[
                (
                    Fate::Changed,
                    "changed Client::get(&self) -> u8 → (&self) -> u16",
                ),
                (Fate::Rewritten, "rewritten Client::set"),
            ],
        );
    }

    #[test]
    fn values_of_constants_are_compared_by_field() {
        differs(
            "pub const GET: Operation = Operation { id: \"get\", idempotent: true };",
            "pub const GET: Operation = Operation { id: \"get\", idempotent: false };",
            &[(Fate::Rewritten, "changed GET.idempotent: true → false")],
        );
        differs(
            "pub const LIMIT: u8 = 1;",
            "pub const LIMIT: u16 = 1;",
            &[(Fate::Changed, "changed the type of LIMIT: 1")],
        );
    }

    #[test]
    fn implementations_and_imports_are_items() {
        differs(
            "mod types { pub struct Card; impl ::std::convert::From<u8> for Card {} } use types::{Card, Other};",
            "mod types { pub struct Card; } use types::Card;",
            &[
                (Fate::Removed, "removed Other"),
                (Fate::Removed, "removed From<u8> for types::Card"),
            ],
        );
    }

    #[test]
    fn documentation_does_not_count() {
        differs(
            "/// A card.\npub struct Card;",
            "/// The card.\npub struct Card;",
            &[],
        );
    }
}
