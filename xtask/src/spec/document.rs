//! A YAML or JSON text as plain data, and where each of its nodes is in the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use granit_parser::{Event, Parser, Span};
use miette::{NamedSource, SourceOffset};
use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, MergeKeyPolicy, UserMessageFormatter};

use crate::model::node::escaped;

use super::diagnosis::{Diagnosis, Problem};
use super::texts::{TEXTS, Text, hint};

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Document {
    /// The text, and the file that it is in.
    pub(crate) text: NamedSource<Arc<str>>,
    /// Its data, with the members of mappings in the order of the text.
    pub(crate) value: Value,
    /// Its nodes by JSON pointer. What an alias repeats has no place of its own.
    nodes: HashMap<String, NodePlace>,
}

/// Where something is in a text.
#[derive(Clone, Debug)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In the text.
    pub(crate) bytes: Range<usize>,
}

#[derive(Debug)]
struct NodePlace {
    key: Option<Place>,
    value: Place,
    is_scalar: bool,
}

impl Document {
    /// Reads the document in a file.
    pub(crate) fn load(path: &Path) -> Result<Self, Diagnosis> {
        let bytes = fs::read(path).map_err(|error| {
            let text = Text::problem("unreadable-file", &[("error", &error.to_string())]);
            Diagnosis::new(named(path, ""), Problem::new(text, "", None))
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let Err(error) = str::from_utf8(&bytes) else {
            return Self::from_text(path, &text);
        };
        // Up to the invalid byte, the lossy text is the same.
        let place = Place::at(&text, error.valid_up_to());
        let problem = Problem::new(Text::problem("not-utf-8", &[]), "", Some(place));
        Err(Diagnosis::new(named(path, &text), problem))
    }

    /// Reads the one document of a text, which has to be a mapping, within limits; `path` is only quoted.
    pub(crate) fn from_text(path: &Path, text: &str) -> Result<Self, Diagnosis> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let options = serde_saphyr::options! {
            // Aliases of aliases get there with a few lines; a large API has a tenth of it.
            budget: serde_saphyr::budget! { max_nodes: 1_000_000, max_events: 3_000_000 },
            strict_booleans: true,
            with_snippet: false,
            merge_keys: MergeKeyPolicy::Error,
            duplicate_keys: DuplicateKeyPolicy::Error,
        };
        let value: Value = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| Diagnosis::new(named(path, text), unreadable(&error, text)))?;
        let events = Parser::new_from_str(text).filter_map(Result::ok);
        let mut events = events.filter(|(event, _)| !matches!(event, Event::Comment(..)));
        let mut nodes = HashMap::new();
        // After the start of the stream and that of the document.
        if let Some(root) = events.nth(2) {
            record(root, None, String::new(), &mut events, &mut nodes);
        }
        let text = named(path, text);
        let document = Self { text, value, nodes };
        if document.value.is_object() {
            return Ok(document);
        }
        let place = document.place("", true);
        let problem = Problem::new(Text::problem("not-a-mapping", &[]), "", Some(place));
        Err(Diagnosis::new(document.text, problem))
    }

    /// A scalar, or the key of anything else; for a node that is not in the text, the nearest around it.
    pub(crate) fn place(&self, pointer: &str, on_key: bool) -> Place {
        let mut known = pointer;
        loop {
            match (self.nodes.get(known), known.rfind('/')) {
                (Some(node), _) => {
                    let shows_value = node.is_scalar && !node.value.bytes.is_empty() && !on_key;
                    let key = node.key.as_ref().filter(|_| !shows_value);
                    return key.unwrap_or(&node.value).clone();
                }
                (None, Some(cut)) => known = &known[..cut],
                (None, None) => return Place::at(self.text.inner(), self.text.inner().len()),
            }
        }
    }
}

impl Place {
    fn new(span: &Span) -> Self {
        Self {
            line: span.start.line(),
            column: span.start.col() + 1,
            bytes: span.byte_range().unwrap_or_default(),
        }
    }

    /// The place at a byte of a text.
    pub(crate) fn at(text: &str, byte: usize) -> Self {
        let before = &text[..byte];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            bytes: byte..byte,
        }
    }
}

/// Records a node, and those inside it.
fn record<'a>(
    (event, span): (Event<'a>, Span),
    key: Option<Place>,
    pointer: String,
    events: &mut impl Iterator<Item = (Event<'a>, Span)>,
    nodes: &mut HashMap<String, NodePlace>,
) {
    let inside = |step: &str| format!("{pointer}/{}", escaped(step));
    let is_scalar = matches!(event, Event::Scalar(..) | Event::Alias(..));
    match event {
        Event::SequenceStart(..) => {
            let mut index = 0;
            while let Some(item) = events.next()
                && item.0 != Event::SequenceEnd
            {
                record(item, None, inside(&index.to_string()), events, nodes);
                index += 1;
            }
        }
        Event::MappingStart(..) => {
            while let Some((name, at)) = events.next()
                && name != Event::MappingEnd
                && let Some(value) = events.next()
            {
                let name = match name {
                    Event::Scalar(name, ..) => name,
                    _ => Cow::default(),
                };
                record(value, Some(Place::new(&at)), inside(&name), events, nodes);
            }
        }
        _ => {}
    }
    let value = Place::new(&span);
    let node = NodePlace {
        key,
        value,
        is_scalar,
    };
    nodes.insert(pointer, node);
}

fn named(path: &Path, text: &str) -> NamedSource<Arc<str>> {
    NamedSource::new(path.display().to_string(), text.into())
}

/// What keeps a text from being a document.
fn unreadable(error: &Error, text: &str) -> Problem {
    let message = error.render_with_formatter(&UserMessageFormatter);
    let message = message.split(" at line ").next().unwrap_or(&message);
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let (line, column) = (number(location.line()), number(location.column()));
    let start = SourceOffset::from_location(text, line, column).offset();
    let help = hint(&TEXTS.yaml, message);
    let problem = format!("the YAML can't be read: {message}");
    let place = Place::at(text, start);
    Problem::new(Text::new(problem, help), "", Some(place))
}
