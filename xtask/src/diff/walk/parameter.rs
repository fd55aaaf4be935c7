//! The rules for parameters, which a path can share among its operations, and for headers of responses.

use super::content::Scope;
use super::document::{Path, names_in};
use super::operation::added_or_removed;
use super::{Class, Direction, Node, Pair, Walk, paired};

/// A parameter, with what identifies it.
struct Parameter<'a> {
    place: &'a str,
    /// The name, or the position in the path.
    key: String,
    /// Where it is listed.
    listed: Node<'a>,
    node: Node<'a>,
}

impl Parameter<'_> {
    fn is_same(&self, other: &Self) -> bool {
        self.place == other.place && self.key == other.key
    }
}

impl<'a> Walk<'a> {
    pub(super) fn parameters(
        &mut self,
        path_item: &Pair<'a>,
        operation: &Pair<'a>,
        path: &Path<'a>,
        direction: Direction,
    ) {
        let mut olds = Vec::new();
        let mut news = Vec::new();
        for owner in [operation, path_item] {
            let list = self.listed(&owner.get("parameters"), path);
            add_others(&mut olds, list.0);
            add_others(&mut news, list.1);
        }
        for pair in paired(olds, news, Parameter::is_same) {
            let (pair, parameter) = match pair {
                (Some(old), Some(new)) => {
                    self.parameter(&Pair::both(old.node, new.node), direction);
                    continue;
                }
                (old, new) => (
                    Pair {
                        old: old.as_ref().map(|old| old.listed.clone()),
                        new: new.as_ref().map(|new| new.listed.clone()),
                    },
                    old.or(new),
                ),
            };
            let Some(Parameter { place, node, .. }) = parameter else {
                continue;
            };
            let required = node.is_true("required");
            let kind = if required { "required" } else { "optional" };
            let name = node.text("name").unwrap_or_default();
            let text = format!("the {kind} {place} parameter `{name}` {}", pair.verb());
            let class = added_or_removed(&pair, required, direction);
            self.report(class, Some(direction), &pair, text);
        }
    }

    /// The parameters in a list of each document.
    fn listed(
        &mut self,
        lists: &Pair<'a>,
        path: &Path<'a>,
    ) -> (Vec<Parameter<'a>>, Vec<Parameter<'a>>) {
        self.container(lists);
        let mut read = |list: &Option<Node<'a>>, template: &str, is_new: bool| {
            let claims = if is_new { &mut self.new } else { &mut self.old };
            list.iter()
                .flat_map(Node::items)
                .filter_map(|listed| {
                    let node = super::follow(&listed, claims);
                    let place = node.text("in")?;
                    let key = key(place, node.text("name")?, template);
                    Some(Parameter {
                        place,
                        key,
                        listed,
                        node,
                    })
                })
                .collect()
        };
        (
            read(&lists.old, path.old, false),
            read(&lists.new, path.new, true),
        )
    }

    fn parameter(&mut self, parameter: &Pair<'a>, direction: Direction) {
        let name = parameter.text("name").unwrap_or_default();
        let what = format!("the parameter `{name}`");
        for (key, pair) in parameter.members() {
            match key {
                // Parameters of a path are matched by their positions, headers in any case.
                "name" => self.report_if_changed(
                    Class::Compatible,
                    Some(direction),
                    &pair,
                    "a parameter was renamed, which does not change what is sent",
                ),
                "in" => self.same(&pair),
                _ => self.parameter_or_header(key, &pair, direction, &what),
            }
        }
        self.schema_of(parameter, direction);
    }

    pub(super) fn header(&mut self, header: &Pair<'a>, name: &str, direction: Direction) {
        let what = format!("the header `{name}`");
        for (key, pair) in header.members() {
            self.parameter_or_header(key, &pair, direction, &what);
        }
        self.schema_of(header, direction);
    }

    fn parameter_or_header(
        &mut self,
        key: &str,
        pair: &Pair<'a>,
        direction: Direction,
        what: &str,
    ) {
        match key {
            "description" | "example" | "examples" | "deprecated" | "x-linq-assumption" => {
                self.documentation(pair, key);
            }
            "x-linq-not-enforced" => self.not_enforced(pair),
            "required" => self.required_flag(pair, direction, what),
            "schema" => {}
            "content" => self.content(pair, direction, Scope::Same),
            "style" | "explode" | "allowReserved" | "allowEmptyValue" => {
                let text = format!(
                    "`{key}` of {what} {}, so it is sent in another form",
                    pair.verb()
                );
                self.report_if_changed(Class::Breaking, Some(direction), pair, text);
            }
            _ => self.unknown(pair, key),
        }
    }
}

fn key(place: &str, name: &str, template: &str) -> String {
    let in_path = || names_in(template).iter().position(|part| *part == name);
    match place {
        "path" => in_path().map_or_else(|| name.to_owned(), |at| at.to_string()),
        "header" => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// Adds those parameters that are not overridden.
fn add_others<'a>(list: &mut Vec<Parameter<'a>>, others: Vec<Parameter<'a>>) {
    for other in others {
        if !list.iter().any(|known| known.is_same(&other)) {
            list.push(other);
        }
    }
}
