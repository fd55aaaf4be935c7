//! The difference between two inventories.

use super::inventory::{Entry, Inventory, Kind};
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
        let (before, after) = (old.source.to_line(), new.source.to_line());
        let (before, after) = without_common_result(&before, &after);
        let text = format!("changed {} → {after}", joined(path, before));
        (Fate::Changed, text)
    } else if matches!(new.kind, Kind::Function | Kind::Implementation) {
        (Fate::Rewritten, format!("rewritten {}", name(path)))
    } else {
        let text = format!("changed the attributes of {}", described(path, new));
        (Fate::Changed, text)
    };
    let path = path.to_owned();
    ItemChange { fate, path, text }
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

/// Two signatures, without their result if it is the same.
fn without_common_result<'l>(old: &'l str, new: &'l str) -> (&'l str, &'l str) {
    match (old.rsplit_once(") -> "), new.rsplit_once(") -> ")) {
        (Some((olds, result)), Some((news, new_result))) if result == new_result => {
            (&old[..=olds.len()], &new[..=news.len()])
        }
        _ => (old, new),
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
