//! The rules for schemas. What an `allOf` is composed of counts as one schema, wherever its parts are.

use std::rc::Rc;

use serde_json::Value;

use super::{Claims, Class, Direction, Node, Pair, Visit, Walk, follow, paired};

/// Identifies a pair of schemas: the pointers of their parts, and the direction.
pub(super) type Key = (Vec<Rc<str>>, Vec<Rc<str>>, Direction);

/// A pair of schemas to look at, each with all its parts.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) old: Vec<Node<'a>>,
    pub(super) new: Vec<Node<'a>>,
    pub(super) direction: Direction,
    visit: usize,
}

/// The values of one keyword in the parts of a pair of schemas.
#[derive(Default)]
pub(super) struct Sides<'a> {
    pub(super) olds: Vec<Node<'a>>,
    pub(super) news: Vec<Node<'a>>,
}

impl<'a> Walk<'a> {
    /// Compares what is under `schema`.
    pub(super) fn schema_of(&mut self, owner: &Pair<'a>, direction: Direction) {
        let schema = owner.get("schema");
        let sides = Sides {
            olds: schema.old.into_iter().collect(),
            news: schema.new.into_iter().collect(),
        };
        self.schedule(&sides, direction);
    }

    /// Schedules the comparison of a pair of schemas, once for all its users.
    pub(super) fn schedule(&mut self, sides: &Sides<'a>, direction: Direction) {
        let old = parts(&sides.olds, &mut self.old);
        let new = parts(&sides.news, &mut self.new);
        let pointers = |parts: &[Node<'a>]| -> Vec<_> {
            parts.iter().map(|part| Rc::clone(&part.pointer)).collect()
        };
        let key = (pointers(&old), pointers(&new), direction);
        let next = self.visits.len();
        let visit = *self.known.entry(key).or_insert(next);
        if visit == next {
            self.visits.push(Visit {
                operation: None,
                callers: Vec::new(),
            });
            self.queue.push(Task {
                old,
                new,
                direction,
                visit,
            });
        }
        let callers = &mut self.visits[visit].callers;
        if callers.last() != Some(&self.current) {
            callers.push(self.current);
        }
    }

    pub(super) fn schema(&mut self, task: Task<'a>) {
        self.current = task.visit;
        let direction = task.direction;
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in task.old.iter().chain(&task.new).flat_map(Node::members) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.contains(&"properties") || keys.contains(&"required") {
            self.properties(&task);
        }
        for key in keys {
            let sides = task.sides(key);
            match key {
                // `allOf` has become parts; a reference that is still there leads nowhere.
                "properties" | "required" | "allOf" => {}
                "description" if self.openness(&sides, &task) => {}
                "title" | "description" | "example" | "externalDocs" | "deprecated"
                | "x-enumDescriptions" | "x-linq-assumption" => self.documentation_of(&sides, key),
                "items" => self.items(&sides, direction),
                "additionalProperties" => self.additional_properties(&task, &sides),
                "oneOf" | "anyOf" => self.alternatives(key, &sides, direction),
                _ => {
                    if let Some(pair) = self.single(key, &sides) {
                        self.constraint(key, &pair, &task);
                    }
                }
            }
        }
    }

    /// The only value that the parts have on each side. None if it did not change, or if the parts disagree, which
    /// is reported.
    fn single(&mut self, key: &str, sides: &Sides<'a>) -> Option<Pair<'a>> {
        let (olds, news) = sides.unmatched();
        if olds.is_empty() && news.is_empty() {
            self.same_sides(sides);
            return None;
        }
        let differs = |nodes: &[Node]| nodes.iter().any(|node| node.value != nodes[0].value);
        // Null is allowed only if each part allows it; any other keyword counts wherever it is.
        let is_nullable = key == "nullable" && olds.is_empty() != news.is_empty();
        let is_repeated = sides.olds.len().max(sides.news.len()) > 1;
        if differs(&sides.olds) || differs(&sides.news) || (is_nullable && is_repeated) {
            let pair = first(&olds, &news);
            let text = format!("`{key}` {} in a part of an `allOf`", pair.verb());
            self.report_sides(Class::Unknown, None, sides, &pair, text);
            return None;
        }
        let values = |nodes: &[Node<'a>]| nodes.first().map(|node| node.value);
        if values(&sides.olds) == values(&sides.news) {
            let pair = first(&olds, &news);
            let text = format!("`{key}` is repeated in more or fewer parts, and means the same");
            self.report_sides(Class::Compatible, None, sides, &pair, text);
            return None;
        }
        self.changed_sides(sides);
        Some(Pair {
            old: sides.olds.first().cloned(),
            new: sides.news.first().cloned(),
        })
    }

    fn documentation_of(&mut self, sides: &Sides<'a>, key: &str) {
        self.same_sides(sides);
        let (olds, news) = sides.unmatched();
        for at in 0..olds.len().max(news.len()) {
            let pair = Pair {
                old: olds.get(at).cloned(),
                new: news.get(at).cloned(),
            };
            self.documentation(&pair, key);
        }
    }

    fn items(&mut self, sides: &Sides<'a>, direction: Direction) {
        if !sides.olds.is_empty() && !sides.news.is_empty() {
            self.schedule(sides, direction);
            return;
        }
        let pair = first(&sides.olds, &sides.news);
        let says_nothing = sides.all().all(|node| is_empty(node.value));
        let is_new = pair.old.is_none();
        let harmful = !says_nothing && is_new == (direction == Direction::Sent);
        let text = format!("`items` {}", pair.verb());
        self.report_sides(
            Class::breaking_if(harmful),
            Some(direction),
            sides,
            &pair,
            text,
        );
    }

    /// Compares the schemas of additional properties.
    fn additional_properties(&mut self, task: &Task<'a>, sides: &Sides<'a>) {
        let direction = task.direction;
        let pair = first(&sides.olds, &sides.news);
        let is_closed = |node: &Node| !says_anything(node.value);
        if sides.all().any(is_closed)
            && properties_by_part(&task.old) != properties_by_part(&task.new)
            && task.old.len().max(task.new.len()) > 1
        {
            let text = "the parts of an `allOf` have other properties than before, and `additionalProperties` limits them";
            self.report_sides(Class::Unknown, Some(direction), sides, &pair, text);
            return;
        }
        let is_schema = |nodes: &[Node]| {
            nodes
                .first()
                .is_some_and(|node| node.value.is_object() && !is_empty(node.value))
        };
        if is_schema(&sides.olds) && is_schema(&sides.news) {
            self.schedule(sides, direction);
            return;
        }
        let Some(pair) = self.single("additionalProperties", sides) else {
            return;
        };
        let kind = |node: &Option<Node>| match node.as_ref().map(|node| node.value) {
            None | Some(Value::Bool(true)) => Some(2),
            Some(Value::Bool(false)) => Some(0),
            Some(Value::Object(fields)) => Some(if fields.is_empty() { 2 } else { 1 }),
            Some(_) => None,
        };
        let (class, text) = match (kind(&pair.old), kind(&pair.new), direction) {
            (Some(old), Some(new), _) if old == new => (
                Class::Compatible,
                "`additionalProperties` is written differently, and means the same",
            ),
            (Some(old), Some(new), Direction::Sent) if new < old => {
                (Class::Breaking, "fewer additional properties may be sent")
            }
            (Some(_), Some(_), Direction::Sent) => {
                (Class::Compatible, "more additional properties may be sent")
            }
            (Some(1), Some(_), _) => (
                Class::Breaking,
                "additional properties in responses are no longer described",
            ),
            (Some(old), Some(new), _) if new < old => (
                Class::Compatible,
                "fewer additional properties can be received",
            ),
            (Some(_), Some(_), _) => (
                Class::Compatible,
                "more additional properties can be received, which clients ignore",
            ),
            _ => (
                Class::Unknown,
                "`additionalProperties` is neither a schema nor a truth value",
            ),
        };
        self.report(class, Some(direction), &pair, text);
    }

    fn same_sides(&mut self, sides: &Sides<'a>) {
        for node in &sides.olds {
            self.old.same(&node.pointer);
        }
        for node in &sides.news {
            self.new.same(&node.pointer);
        }
    }

    pub(super) fn changed_sides(&mut self, sides: &Sides<'a>) {
        for node in &sides.olds {
            self.old.changed(node);
        }
        for node in &sides.news {
            self.new.changed(node);
        }
    }

    /// Reports a pair that stands for all values of a keyword.
    pub(super) fn report_sides(
        &mut self,
        class: Class,
        direction: Option<Direction>,
        sides: &Sides<'a>,
        pair: &Pair<'a>,
        text: impl Into<String>,
    ) {
        self.changed_sides(sides);
        self.report(class, direction, pair, text);
    }
}

impl<'a> Task<'a> {
    pub(super) fn sides(&self, key: &str) -> Sides<'a> {
        let of = |parts: &[Node<'a>]| parts.iter().filter_map(|part| part.get(key)).collect();
        Sides {
            olds: of(&self.old),
            news: of(&self.new),
        }
    }
}

impl<'a> Sides<'a> {
    /// What only one side has.
    fn unmatched(&self) -> (Vec<Node<'a>>, Vec<Node<'a>>) {
        let is_same = |old: &Node, new: &Node| old.value == new.value;
        let pairs = paired(self.olds.clone(), self.news.clone(), is_same).into_iter();
        let (olds, news): (Vec<_>, Vec<_>) = pairs
            .filter(|(old, new)| old.is_none() || new.is_none())
            .unzip();
        (
            olds.into_iter().flatten().collect(),
            news.into_iter().flatten().collect(),
        )
    }

    fn all(&self) -> impl Iterator<Item = &Node<'a>> {
        self.olds.iter().chain(&self.news)
    }
}

/// A schema with everything that it is composed of, in the order of the text.
fn parts<'a>(schemas: &[Node<'a>], claims: &mut Claims<'a>) -> Vec<Node<'a>> {
    let mut parts: Vec<Node> = Vec::new();
    let mut unread: Vec<Node> = schemas.iter().rev().cloned().collect();
    while let Some(schema) = unread.pop() {
        let schema = follow(&schema, claims);
        if parts.iter().any(|part| part.pointer == schema.pointer) {
            continue;
        }
        if let Some(composed) = schema.get("allOf") {
            claims.container(&composed.pointer);
            let mut items: Vec<_> = composed.items().collect();
            items.reverse();
            unread.extend(items);
        }
        parts.push(schema);
    }
    parts
}

pub(super) fn first<'a>(olds: &[Node<'a>], news: &[Node<'a>]) -> Pair<'a> {
    Pair {
        old: olds.first().cloned(),
        new: news.first().cloned(),
    }
}

fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Whether `additionalProperties` allows anything.
pub(super) fn says_anything(value: &Value) -> bool {
    value == &Value::Bool(true) || is_empty(value)
}

/// The names of the properties in each part that has some.
fn properties_by_part<'a>(parts: &[Node<'a>]) -> Vec<Vec<&'a str>> {
    let names = parts.iter().filter_map(|part| {
        let properties = part.get("properties")?;
        let mut names: Vec<_> = properties.members().map(|(name, _)| name).collect();
        names.sort_unstable();
        Some(names)
    });
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}
