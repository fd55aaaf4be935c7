//! The rules for the properties of an object, and for which of them must be there.

use indexmap::IndexMap;
use serde_json::Value;

use super::operation::added_or_removed;
use super::schema::{Sides, Task, says_anything};
use super::{Claims, Class, Direction, Node, Pair, Walk};

/// What the parts of a schema say of one property.
#[derive(Default)]
struct Property<'a> {
    schemas: Sides<'a>,
    /// Where it is listed as required.
    required: Pair<'a>,
}

impl<'a> Walk<'a> {
    pub(super) fn properties(&mut self, task: &Task<'a>) {
        let direction = task.direction;
        let old_required = self.required(task, false);
        let new_required = self.required(task, true);
        let mut properties: IndexMap<&str, Property> = IndexMap::new();
        for (name, node) in members(&task.old, "properties", &mut self.old) {
            properties.entry(name).or_default().schemas.olds.push(node);
        }
        for (name, node) in members(&task.new, "properties", &mut self.new) {
            properties.entry(name).or_default().schemas.news.push(node);
        }
        for (name, node) in old_required {
            properties.entry(name).or_default().required.old = Some(node);
        }
        for (name, node) in new_required {
            properties.entry(name).or_default().required.new = Some(node);
        }
        let is_typed_map = direction == Direction::Sent && has_typed_map(&task.old);
        let hint = renaming(&properties);
        for (name, property) in &properties {
            let hint = hint.filter(|(old, new)| [old, new].contains(&name));
            self.property(name, property, direction, hint, is_typed_map);
        }
    }

    fn property(
        &mut self,
        name: &str,
        Property { schemas, required }: &Property<'a>,
        direction: Direction,
        renaming: Option<(&str, &str)>,
        is_typed_map: bool,
    ) {
        if schemas.olds.is_empty() == schemas.news.is_empty() {
            self.required_property(name, required, direction);
            if required.new.is_some() && direction == Direction::Sent {
                self.no_longer_read_only(name, schemas);
            }
            if !schemas.olds.is_empty() {
                self.schedule(schemas, direction);
            }
            return;
        }
        let pair = Pair {
            old: schemas.olds.first().cloned(),
            new: schemas.news.first().cloned(),
        };
        let is_required = required.new.is_some();
        let what = match (direction, &pair.old, is_required) {
            (Direction::Sent, None, true) => "is a new property that must be sent",
            (Direction::Sent, None, false) => "is a new property that may be sent",
            (Direction::Sent, ..) => "may no longer be sent",
            (_, None, _) => "is a new property that is received",
            _ => "is no longer received",
        };
        let mut text = format!("`{name}` {what}");
        if let Some((old, new)) = renaming {
            text.push_str(&match pair.new {
                None => format!("; has it been renamed to `{new}`?"),
                Some(_) => format!("; has it been renamed from `{old}`?"),
            });
        }
        let mut class = added_or_removed(&pair, is_required, direction);
        if is_typed_map && class == Class::Compatible {
            class = Class::Unknown;
            text.push_str(
                "; until now it could have any value that additional properties can have",
            );
        }
        self.report_sides(class, Some(direction), schemas, &pair, text);
        if let Some(node) = &required.old {
            self.old.changed(node);
        }
        if let Some(node) = &required.new {
            self.new.changed(node);
        }
    }

    fn required_property(&mut self, name: &str, required: &Pair<'a>, direction: Direction) {
        if required.is_in_both() {
            self.same(required);
            return;
        }
        let (harmful, what) = match (&required.old, &required.new, direction) {
            (None, None, _) => return,
            (None, _, Direction::Sent) => (true, "must now be sent"),
            (None, ..) => (false, "is now always received"),
            (_, _, Direction::Sent) => (false, "need no longer be sent"),
            _ => (true, "may be missing from now on"),
        };
        let text = format!("`{name}` {what}");
        self.report(Class::breaking_if(harmful), Some(direction), required, text);
    }

    /// A required property that was read-only did not have to be sent. Reports that it must be now.
    fn no_longer_read_only(&mut self, name: &str, schemas: &Sides<'a>) {
        let flag = |nodes: &[Node<'a>]| {
            nodes
                .iter()
                .find(|node| node.is_true("readOnly"))
                .and_then(|node| node.get("readOnly"))
        };
        if let (Some(old), None) = (flag(&schemas.olds), flag(&schemas.news)) {
            let pair = Pair {
                old: Some(old),
                new: schemas.news.iter().find_map(|node| node.get("readOnly")),
            };
            let text = format!("`{name}` must now be sent, since it is required");
            self.report(Class::Breaking, Some(Direction::Sent), &pair, text);
        }
    }

    /// The names of the required properties on one side, each where it is first listed.
    fn required(&mut self, task: &Task<'a>, is_new: bool) -> Vec<(&'a str, Node<'a>)> {
        let parts = if is_new { &task.new } else { &task.old };
        let mut names: Vec<(&str, Node)> = Vec::new();
        for part in parts {
            let Some(list) = part.get("required") else {
                continue;
            };
            if is_new {
                self.new.container(&list.pointer);
            } else {
                self.old.container(&list.pointer);
            }
            let mut here = Vec::new();
            for item in list.items() {
                // Anything else stays unclaimed.
                let Value::String(name) = item.value else {
                    continue;
                };
                if here.contains(&name) {
                    continue;
                }
                here.push(name);
                if names.iter().any(|(known, _)| known == name) {
                    let claims = if is_new { &mut self.new } else { &mut self.old };
                    claims.same(&item.pointer);
                } else {
                    names.push((name, item));
                }
            }
        }
        names
    }
}

/// The entries of a mapping that parts of a schema have.
fn members<'a>(parts: &[Node<'a>], key: &str, claims: &mut Claims<'a>) -> Vec<(&'a str, Node<'a>)> {
    let mut members = Vec::new();
    for part in parts {
        if let Some(mapping) = part.get(key) {
            claims.container(&mapping.pointer);
            members.extend(mapping.members());
        }
    }
    members
}

/// Whether additional properties have a schema.
fn has_typed_map(parts: &[Node]) -> bool {
    let mut schemas = parts
        .iter()
        .filter_map(|part| part.get("additionalProperties"));
    schemas.any(|schema| !says_anything(schema.value) && schema.value.is_object())
}

/// The old and the new name of a property, if one was removed and one with the same schema was added.
fn renaming<'a>(properties: &IndexMap<&'a str, Property>) -> Option<(&'a str, &'a str)> {
    let with = |has_old: bool, has_new: bool| {
        let some = properties.iter().filter(move |(_, property)| {
            let Sides { olds, news } = &property.schemas;
            olds.is_empty() != has_old && news.is_empty() != has_new
        });
        some.map(|(name, property)| (*name, &property.schemas))
    };
    let (mut removed, mut added) = (with(true, false), with(false, true));
    let ((old_name, old), (new_name, new)) = (removed.next()?, added.next()?);
    let bare = |nodes: &[Node]| {
        let mut value = nodes.first().map(|node| node.value.clone());
        if let Some(Value::Object(fields)) = &mut value {
            for key in ["description", "example", "title"] {
                fields.shift_remove(key);
            }
        }
        value
    };
    let is_only = removed.next().is_none() && added.next().is_none();
    (is_only && bare(&old.olds) == bare(&new.news)).then_some((old_name, new_name))
}
