//! The rules for `oneOf` and `anyOf`.

use super::schema::{Sides, first};
use super::{Class, Direction, Node, Pair, Walk, paired};

impl<'a> Walk<'a> {
    /// Compares `oneOf` or `anyOf`.
    pub(super) fn alternatives(&mut self, key: &str, sides: &Sides<'a>, direction: Direction) {
        let (olds, news) = (&sides.olds, &sides.news);
        if olds.len() == news.len() {
            for (old, new) in olds.iter().zip(news) {
                self.alternatives_of_part(key, &Pair::both(old.clone(), new.clone()), direction);
            }
        } else if olds.len() + news.len() == 1 {
            self.alternatives_of_part(key, &first(olds, news), direction);
        } else {
            let text = format!("another number of parts of an `allOf` have `{key}`");
            let pair = first(olds, news);
            self.report_sides(Class::Unknown, Some(direction), sides, &pair, text);
        }
    }

    fn alternatives_of_part(&mut self, key: &str, pair: &Pair<'a>, direction: Direction) {
        self.container(pair);
        if !pair.is_in_both() {
            let harmful = pair.old.is_none() || direction == Direction::Received;
            let text = format!("`{key}` {}", pair.verb());
            self.report(Class::breaking_if(harmful), Some(direction), pair, text);
            return;
        }
        let items = |list: &Option<Node<'a>>| list.iter().flat_map(Node::items).collect();
        let mut pairs = paired(items(&pair.old), items(&pair.new), |old: &Node, new| {
            old.value == new.value
        });
        // Those that differ are compared in their order, if there are as many.
        let (removed, mut added): (Vec<_>, Vec<_>) = (pairs
            .extract_if(.., |(old, new)| old.is_none() || new.is_none()))
        .partition(|(old, _)| old.is_some());
        if removed.len() == added.len() {
            let added = added.drain(..).map(|(_, new)| new);
            pairs.extend(removed.into_iter().map(|(old, _)| old).zip(added));
        } else {
            pairs.extend(removed.into_iter().chain(added));
        }
        for (old, new) in pairs {
            let alternative = Pair { old, new };
            if alternative.is_in_both() {
                let sides = Sides {
                    olds: alternative.old.into_iter().collect(),
                    news: alternative.new.into_iter().collect(),
                };
                self.schedule(&sides, direction);
                continue;
            }
            let is_wider = alternative.new.is_some();
            let verb = alternative.verb();
            let (class, text) = if is_wider == (direction == Direction::Received) {
                (Class::Breaking, format!("an alternative of `{key}` {verb}"))
            } else if key == "oneOf" && !is_distinct(&alternative, pair) {
                let text = format!(
                    "an alternative of `oneOf` {verb}, and a value may match it and another one"
                );
                (Class::Unknown, text)
            } else {
                (
                    Class::Compatible,
                    format!("an alternative of `{key}` {verb}"),
                )
            };
            self.report(class, Some(direction), &alternative, text);
        }
    }
}

/// Whether an alternative has another type than all others, so that no value matches both.
fn is_distinct(alternative: &Pair, all: &Pair) -> bool {
    let Some(alternative) = alternative.new.as_ref().or(alternative.old.as_ref()) else {
        return false;
    };
    let others = all.old.iter().chain(&all.new).flat_map(Node::items);
    let mut others = others.filter(|other| other.value != alternative.value);
    let Some(ty) = type_of(alternative) else {
        return false;
    };
    others.all(|other| match type_of(&other) {
        Some("integer" | "number") => !matches!(ty, "integer" | "number"),
        Some(other) => other != ty,
        None => false,
    })
}

fn type_of<'a>(schema: &Node<'a>) -> Option<&'a str> {
    schema.chain().last()?.text("type")
}
