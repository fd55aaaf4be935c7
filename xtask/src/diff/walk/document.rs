//! The rules for the document as a whole: paths, events, servers, and what all operations share.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::operations::METHODS;

use super::{Class, Direction, Node, Pair, Walk};

impl<'a> Walk<'a> {
    pub(super) fn document(&mut self, old: &Node<'a>, new: &Node<'a>) {
        let document = Pair::both(old.clone(), new.clone());
        for (key, pair) in document.members() {
            match key {
                "openapi" => self.openapi_version(&pair),
                "info" => self.info(&pair),
                "tags" | "externalDocs" => self.documentation(&pair, key),
                "servers" => self.servers(&pair),
                "security" => self.security(&pair, Direction::Sent),
                "paths" => self.paths(&document, &pair, Direction::Sent),
                "x-webhooks" => self.paths(&document, &pair, Direction::Received),
                "components" => self.components(&pair),
                "x-linq-rate-limits" => self.rate_limits(&pair),
                "x-linq-error-codes" => self.error_codes(&pair),
                _ => self.unknown(&pair, key),
            }
        }
    }

    fn openapi_version(&mut self, pair: &Pair<'a>) {
        let is_3_0 = |node: &Option<Node>| {
            node.as_ref()
                .and_then(|node| node.value.as_str())
                .is_some_and(|text| text.starts_with("3.0."))
        };
        let class = if is_3_0(&pair.old) && is_3_0(&pair.new) {
            Class::Compatible
        } else {
            Class::Breaking
        };
        self.report_if_changed(class, None, pair, "the version of OpenAPI changed");
    }

    fn info(&mut self, info: &Pair<'a>) {
        self.container(info);
        for (key, pair) in info.members() {
            match key {
                "title" | "description" | "version" | "termsOfService" | "contact" | "license" => {
                    self.documentation(&pair, key);
                }
                _ => self.unknown(&pair, key),
            }
        }
    }

    /// Components are judged where they are used. Examples are documentation, and security schemes are used by name.
    fn components(&mut self, components: &Pair<'a>) {
        self.container(components);
        for (kind, pair) in components.members() {
            self.container(&pair);
            if kind == "examples" {
                self.documentation(&pair, kind);
            } else if kind == "securitySchemes" {
                self.security_schemes(&pair);
            }
        }
    }

    /// The paths, or the events, whose requests travel in this direction.
    fn paths(&mut self, document: &Pair<'a>, paths: &Pair<'a>, direction: Direction) {
        self.container(paths);
        let is_event = direction == Direction::Received;
        for path in matched(paths) {
            if is_event || path.new.starts_with('/') {
                self.path(document, &path, direction);
            } else {
                self.unknown(&path.pair, path.new);
            }
        }
    }

    fn path(&mut self, document: &Pair<'a>, path: &Path<'a>, direction: Direction) {
        let is_event = direction == Direction::Received;
        if !path.pair.is_in_both() {
            let kind = if is_event { "event" } else { "path" };
            let text = format!("the {kind} `{}` {}", path.new, path.pair.verb());
            let labels = if is_event {
                vec![Rc::from(path.new)]
            } else {
                let members = path.pair.members().into_iter();
                let operations = members.filter(|(key, _)| METHODS.contains(key));
                operations
                    .map(|(method, operation)| label(path.new, method, &operation))
                    .collect()
            };
            self.within_all(labels, |walk| {
                let class = Class::breaking_if(path.pair.new.is_none());
                walk.report(class, None, &path.pair, text);
            });
            return;
        }
        let item = self.resolved(&path.pair);
        for (key, part) in item.members() {
            match key {
                "summary" | "description" => self.documentation(&part, key),
                "servers" => self.servers(&part),
                // They are judged with each operation.
                "parameters" => self.container(&part),
                method if METHODS.contains(&method) => {
                    let label = if is_event {
                        Rc::from(path.new)
                    } else {
                        label(path.new, method, &part)
                    };
                    self.within(label, |walk| {
                        if part.is_in_both() {
                            walk.operation(document, &item, &part, path, direction);
                        } else {
                            let method = method.to_uppercase();
                            let text = format!("`{method}` of `{}` {}", path.new, part.verb());
                            let class = Class::breaking_if(part.new.is_none());
                            walk.report(class, None, &part, text);
                        }
                    });
                }
                _ => self.unknown(&part, key),
            }
        }
    }
}

/// A path in both documents, or an event.
pub(super) struct Path<'a> {
    /// Its template in the old document.
    pub(super) old: &'a str,
    /// Its template in the new document.
    pub(super) new: &'a str,
    pair: Pair<'a>,
}

/// What an operation is called in a report.
fn label(path: &str, method: &str, operation: &Pair) -> Rc<str> {
    match operation.text("operationId") {
        Some(id) => Rc::from(id),
        None => Rc::from(format!("{} {path}", method.to_uppercase())),
    }
}

/// The paths of both documents side by side. The names of path parameters make no difference.
fn matched<'a>(paths: &Pair<'a>) -> Vec<Path<'a>> {
    let members = paths.members();
    let mut added: HashMap<String, (&str, Node)> = HashMap::new();
    for (name, pair) in &members {
        if let (None, Some(new)) = (&pair.old, &pair.new) {
            added.insert(without_names(name), (name, new.clone()));
        }
    }
    let mut paths = Vec::new();
    let mut taken = Vec::new();
    for (name, mut pair) in members {
        let mut new_name = name;
        if pair.new.is_none()
            && let Some((other, node)) = added.remove(&without_names(name))
        {
            taken.push(other);
            new_name = other;
            pair.new = Some(node);
        }
        paths.push(Path {
            old: name,
            new: new_name,
            pair,
        });
    }
    paths.retain(|path| path.pair.old.is_some() || !taken.contains(&path.new));
    paths
}

/// A path template with nothing in its braces.
fn without_names(path: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in path.chars() {
        inside &= letter != '}';
        if !inside {
            text.push(letter);
        }
        inside |= letter == '{';
    }
    text
}

/// The names in the braces of a path template.
pub(super) fn names_in(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}
