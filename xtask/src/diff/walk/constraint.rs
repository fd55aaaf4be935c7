//! The rules for the keywords that say which values a schema allows.

use std::cmp::Ordering;

use serde_json::Value;

use super::schema::{Sides, Task, first};
use super::{Class, Direction, Node, Pair, Walk};

/// The description of an open enum contains this.
const OPEN: &str = "New values";

/// What a change does to the values that are allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Effect {
    Nothing,
    Narrower,
    Wider,
    Other,
    Unclear,
}

use Effect::{Narrower, Nothing, Other, Unclear, Wider};

impl<'a> Walk<'a> {
    /// Judges a keyword whose value changed.
    pub(super) fn constraint(&mut self, key: &str, pair: &Pair<'a>, task: &Task<'a>) {
        let direction = task.direction;
        let old = pair.old.as_ref().map(|node| node.value);
        let new = pair.new.as_ref().map(|node| node.value);
        let effect = match key {
            "type" => type_effect(old, new),
            "format" => return self.format(pair, task),
            "enum" => return self.enumeration(pair, task),
            "default" => {
                let text = format!(
                    "`default` {}, so what is left out means something else",
                    pair.verb()
                );
                return self.report(Class::Breaking, Some(direction), pair, text);
            }
            "readOnly" => return self.one_way(key, pair, direction, Direction::Sent),
            "writeOnly" => return self.one_way(key, pair, direction, Direction::Received),
            "nullable" => flag_effect(pair, Wider),
            "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" => flag_effect(pair, Narrower),
            "minLength" | "minItems" | "minProperties" => limit_effect(
                old.or(Some(&Value::from(0))),
                new.or(Some(&Value::from(0))),
                Ordering::Greater,
            ),
            "minimum" => limit_effect(old, new, Ordering::Greater),
            "maximum" | "maxLength" | "maxItems" | "maxProperties" => {
                limit_effect(old, new, Ordering::Less)
            }
            "multipleOf" => multiple_effect(old, new),
            "pattern" | "not" => presence_effect(old, new),
            "discriminator" => Other,
            "x-linq-not-enforced" => return self.not_enforced(pair),
            _ => return self.unknown(pair, key),
        };
        self.values(key, pair, direction, effect);
    }

    fn values(&mut self, key: &str, pair: &Pair<'a>, direction: Direction, effect: Effect) {
        let is_sent = direction == Direction::Sent;
        let class = match effect {
            Nothing => Class::Compatible,
            Unclear => Class::Unknown,
            Other => Class::Breaking,
            Narrower if is_sent => Class::Breaking,
            Wider if !is_sent => Class::Breaking,
            Narrower | Wider => Class::Compatible,
        };
        let what = match (effect, is_sent) {
            (Nothing, _) => "which means the same",
            (Unclear, _) => "which no rule covers",
            (Other, true) => "so other values may be sent",
            (Narrower, true) => "so fewer values may be sent",
            (Wider, true) => "so more values may be sent",
            (Other, false) => "so other values can be received",
            (Narrower, false) => "so fewer values can be received",
            (Wider, false) => "so more values can be received",
        };
        let text = format!("`{key}` {}, {what}", pair.verb());
        self.report(class, Some(direction), pair, text);
    }

    fn format(&mut self, pair: &Pair<'a>, task: &Task<'a>) {
        let sides = task.sides("type");
        let kind = sides.news.last().or(sides.olds.last());
        let kind = kind.and_then(|node| node.value.as_str());
        let text = |node: &Option<Node<'a>>| node.as_ref().map(|node| node.value.as_str());
        let (old, new) = (text(&pair.old), text(&pair.new));
        let (Some(Some(_)) | None, Some(Some(_)) | None) = (old, new) else {
            return self.values("format", pair, task.direction, Unclear);
        };
        let (old, new) = (old.flatten(), new.flatten());
        let effect = match kind {
            Some("integer") => rank_effect(&["int32", "int64"], old, new),
            Some("number") => rank_effect(&["float", "double"], old, new),
            // The text stands for bytes, or no longer does.
            _ if is_bytes(old) || is_bytes(new) => Other,
            // A hint that the value is a secret, which allows the same values.
            _ if old == Some("password") && new.is_none() => Other,
            _ if old.is_none() && new == Some("password") => Nothing,
            // Clients that parse a text, as a date for instance, accept nothing else.
            _ if task.direction == Direction::Received => Other,
            _ => match (old, new) {
                (None, _) => Narrower,
                (_, None) => Wider,
                _ => Other,
            },
        };
        self.values("format", pair, task.direction, effect);
    }

    fn enumeration(&mut self, pair: &Pair<'a>, task: &Task<'a>) {
        let direction = task.direction;
        let (Some(old), Some(new)) = (&pair.old, &pair.new) else {
            let effect = if pair.old.is_none() { Narrower } else { Wider };
            return self.values("enum", pair, direction, effect);
        };
        let (Value::Array(old), Value::Array(new)) = (old.value, new.value) else {
            return self.values("enum", pair, direction, Unclear);
        };
        let missing = |values: &[Value], from: &[Value]| -> Vec<String> {
            let missing = values.iter().filter(|value| !from.contains(value));
            missing.map(|value| format!("`{}`", plain(value))).collect()
        };
        let (added, removed) = (missing(new, old), missing(old, new));
        if added.is_empty() && removed.is_empty() {
            if old.len() == new.len() {
                let text = "only the order of `enum` changed";
                return self.report(Class::Documentation, Some(direction), pair, text);
            }
            return self.values("enum", pair, direction, Unclear);
        }
        let is_open = is_open(&task.old);
        let harmful = match direction {
            Direction::Sent => !removed.is_empty(),
            _ => !added.is_empty() && !is_open,
        };
        let mut changes = Vec::new();
        if !added.is_empty() {
            let open = if is_open { "the open " } else { "" };
            changes.push(format!("{} added to {open}`enum`", listed(&added)));
        }
        if !removed.is_empty() {
            changes.push(format!("{} removed from `enum`", listed(&removed)));
        }
        let class = if harmful {
            Class::Breaking
        } else {
            Class::Compatible
        };
        self.report(class, Some(direction), pair, changes.join(", "));
    }

    /// Reports an enum whose description makes it open, or no longer does. False if there is nothing to report.
    pub(super) fn openness(&mut self, sides: &Sides<'a>, task: &Task<'a>) -> bool {
        let (old, new) = (is_open(&task.old), is_open(&task.new));
        let is_enum = |parts: &[Node]| parts.iter().any(|part| part.get("enum").is_some());
        if old == new || task.direction == Direction::Sent || !is_enum(&task.old) {
            return false;
        }
        let text = if new {
            "the `enum` became open, and other values can be received"
        } else {
            "the `enum` is no longer open, and no other values can be received"
        };
        let pair = first(&sides.olds, &sides.news);
        self.report_sides(
            Class::breaking_if(new),
            Some(task.direction),
            sides,
            &pair,
            text,
        );
        true
    }

    /// Judges `readOnly` and `writeOnly`: what is new breaks the direction that it excludes.
    fn one_way(&mut self, key: &str, pair: &Pair<'a>, direction: Direction, excluded: Direction) {
        let class = match pair.flags() {
            [Some(false), Some(true)] if direction == excluded => Class::Breaking,
            [Some(_), Some(_)] => Class::Compatible,
            _ => Class::Unknown,
        };
        let what = match (class, excluded) {
            (Class::Breaking, Direction::Sent) => ", so it may no longer be sent",
            (Class::Breaking, _) => ", so it is no longer received",
            _ => "",
        };
        let text = format!("`{key}` {}{what}", pair.verb());
        self.report(class, Some(direction), pair, text);
    }
}

/// Whether other values than those of an enum can appear.
fn is_open(parts: &[Node]) -> bool {
    let mut descriptions = parts.iter().filter_map(|part| part.text("description"));
    descriptions.any(|text| text.contains(OPEN))
}

fn presence_effect(old: Option<&Value>, new: Option<&Value>) -> Effect {
    match (old, new) {
        (None, _) => Narrower,
        (_, None) => Wider,
        _ => Other,
    }
}

fn type_effect(old: Option<&Value>, new: Option<&Value>) -> Effect {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    match (text(old).as_deref(), text(new).as_deref()) {
        (Some("integer"), Some("number")) => Wider,
        (Some("number"), Some("integer")) => Narrower,
        _ => presence_effect(old, new),
    }
}

/// The effect of a truth value that is false if it is absent.
fn flag_effect(pair: &Pair, if_true: Effect) -> Effect {
    match pair.flags() {
        [Some(old), Some(new)] if old == new => Nothing,
        [Some(_), Some(true)] => if_true,
        [Some(_), Some(false)] if if_true == Wider => Narrower,
        [Some(_), Some(false)] => Wider,
        _ => Unclear,
    }
}

fn is_bytes(format: Option<&str>) -> bool {
    matches!(format, Some("byte" | "binary"))
}

/// The effect of a limit, of which a greater or a smaller one is narrower.
fn limit_effect(old: Option<&Value>, new: Option<&Value>, narrower: Ordering) -> Effect {
    let is_number = |value: Option<&Value>| value.is_none_or(Value::is_number);
    if !is_number(old) || !is_number(new) {
        return Unclear;
    }
    let (Some(old), Some(new)) = (old, new) else {
        return presence_effect(old, new);
    };
    match compared(new, old) {
        Some(Ordering::Equal) => Nothing,
        Some(ordering) if ordering == narrower => Narrower,
        Some(_) => Wider,
        None => Unclear,
    }
}

/// Compares two numbers; whole ones exactly, however great.
fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    let whole = |value: &Value| {
        let unsigned = value.as_u64().map(i128::from);
        unsigned.or_else(|| value.as_i64().map(i128::from))
    };
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn multiple_effect(old: Option<&Value>, new: Option<&Value>) -> Effect {
    let (Some(old), Some(new)) = (old, new) else {
        return presence_effect(old, new);
    };
    match (old.as_f64(), new.as_f64()) {
        (Some(old), Some(new)) if old == 0.0 || new == 0.0 => Unclear,
        (Some(old), Some(new)) if old == new => Nothing,
        (Some(old), Some(new)) if old % new == 0.0 => Wider,
        (Some(old), Some(new)) if new % old == 0.0 => Narrower,
        (Some(_), Some(_)) => Other,
        _ => Unclear,
    }
}

/// The effect of a format of numbers; the ranks are from narrow to wide, and none is the widest.
fn rank_effect(ranks: &[&str], old: Option<&str>, new: Option<&str>) -> Effect {
    let rank = |format: Option<&str>| match format {
        None => Some(ranks.len()),
        Some(format) => ranks.iter().position(|rank| *rank == format),
    };
    match (rank(old), rank(new)) {
        (Some(old), Some(new)) if new < old => Narrower,
        (Some(old), Some(new)) if new > old => Wider,
        _ => Other,
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn listed(names: &[String]) -> String {
    match names {
        [one] => format!("the value {one} was"),
        many => format!("the values {} were", many.join(", ")),
    }
}
