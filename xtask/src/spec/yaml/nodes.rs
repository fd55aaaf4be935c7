//! Scalars, lists and mappings, and the aliases that repeat them.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span, Tag};
use serde_json::Value;
use serde_json::map::{Entry, Map};

use super::limits::Loaded;
use super::{Loader, Stopped, bytes, scalar};
use crate::spec::document::{Place, push_step};

impl<'t> Loader<'t> {
    pub(super) fn node(&mut self, event: Event<'t>, span: &Span) -> Result<Loaded, Stopped> {
        let at = bytes(span);
        let limits = self.nodes.add(1);
        self.within(limits, at.clone())?;
        match event {
            Event::Alias(id) => self.alias(id, at),
            Event::Scalar(text, style, anchor, tag) => {
                let loaded = match scalar::resolve(text, style, tag.as_deref()) {
                    Ok(value) => Loaded {
                        value,
                        nodes: 1,
                        height: 0,
                    },
                    Err(problem) => {
                        self.find(
                            at,
                            problem,
                            "put the text in quotes, or write another value",
                        );
                        Loaded::default()
                    }
                };
                Ok(self.anchors.keep(anchor, loaded))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.collection(anchor, tag.as_deref(), span, "seq", Self::sequence)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.collection(anchor, tag.as_deref(), span, "map", Self::mapping)
            }
            _ => self.stop(at, "the YAML breaks off here", "complete the file"),
        }
    }

    fn collection(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        span: &Span,
        kind: &str,
        read: fn(&mut Self) -> Result<Loaded, Stopped>,
    ) -> Result<Loaded, Stopped> {
        let tag_fits = tag.is_none_or(|tag| scalar::core_type(tag).is_ok_and(|name| name == kind));
        if !tag_fits {
            self.find(
                bytes(span),
                "the tag of this node means nothing in OpenAPI",
                "remove the tag",
            );
        }
        let limits = self.depth.enter();
        self.within(limits, bytes(span))?;
        let loaded = read(self)?;
        self.depth.leave();
        Ok(self.anchors.keep(anchor, loaded))
    }

    fn sequence(&mut self) -> Result<Loaded, Stopped> {
        let (mut items, mut nodes, mut height) = (Vec::new(), 1, 0);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Loaded {
                    value: Value::Array(items),
                    nodes,
                    height: height + 1,
                });
            }
            let item = self.child(&items.len().to_string(), None, event, &span)?;
            nodes += item.nodes;
            height = height.max(item.height);
            items.push(item.value);
        }
    }

    fn mapping(&mut self) -> Result<Loaded, Stopped> {
        let (mut members, mut nodes, mut height) = (Map::new(), 1, 0);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Loaded {
                    value: Value::Object(members),
                    nodes,
                    height: height + 1,
                });
            }
            let at = bytes(&span);
            let key = self.key(event, at.clone())?;
            let (event, span) = self.next()?;
            let member = self.child(&key, Some(at.clone()), event, &span)?;
            nodes += member.nodes + 1;
            height = height.max(member.height);
            match members.entry(key) {
                Entry::Vacant(entry) => drop(entry.insert(member.value)),
                Entry::Occupied(entry) => self.find_repeated(entry.key(), at),
            }
        }
    }

    /// Keys are text: `200` is the same key as `'200'`.
    fn key(&mut self, event: Event<'t>, at: Range<usize>) -> Result<String, Stopped> {
        match event {
            Event::Scalar(text, style, ..) if text == "<<" && style == ScalarStyle::Plain => self
                .stop(
                    at,
                    "`<<` merges nothing in YAML 1.2",
                    "write the fields out, or use a `$ref`",
                ),
            Event::Scalar(_, _, _, Some(_)) => self.stop(at, "a key has a tag", "remove the tag"),
            Event::Scalar(text, _, anchor, _) => {
                let value = Value::String(text.clone().into_owned());
                self.anchors.keep(
                    anchor,
                    Loaded {
                        value,
                        nodes: 1,
                        height: 0,
                    },
                );
                Ok(text.into_owned())
            }
            _ => self.stop(
                at,
                "a key is not plain text",
                "write the key as text, in quotes if need be",
            ),
        }
    }

    fn child(
        &mut self,
        step: &str,
        key: Option<Range<usize>>,
        event: Event<'t>,
        span: &Span,
    ) -> Result<Loaded, Stopped> {
        let parent = self.pointer.len();
        push_step(&mut self.pointer, step);
        let is_scalar = matches!(event, Event::Scalar(..) | Event::Alias(_));
        // An empty value is a scalar that stands nowhere.
        let value = bytes(span);
        let value = if value.is_empty() && is_scalar {
            key.clone().unwrap_or(value)
        } else {
            value
        };
        self.places.record(
            &self.pointer,
            Place {
                key,
                value,
                is_scalar,
            },
        );
        let loaded = self.node(event, span)?;
        self.pointer.truncate(parent);
        Ok(loaded)
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Result<Loaded, Stopped> {
        let Some(loaded) = self.anchors.get(id) else {
            return self.stop(at, "this alias contains itself", "write the value out");
        };
        let limits = self
            .nodes
            .add(loaded.nodes)
            .and(self.depth.check(loaded.height));
        let loaded = loaded.clone();
        self.within(limits, at)?;
        Ok(loaded)
    }

    fn find_repeated(&mut self, key: &str, at: Range<usize>) {
        let parent = self.pointer.len();
        push_step(&mut self.pointer, key);
        let first = self
            .places
            .of_key(&self.pointer)
            .map_or(0, |first| self.source.position(first.start).0);
        self.find(
            at,
            format!("`{key}` is here for the second time; line {first} has it too"),
            "remove one of the two, or rename it",
        );
        self.pointer.truncate(parent);
    }
}
