//! A YAML or JSON text as plain data, and where each of its nodes is in the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, Span};
use miette::SourceOffset;
use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, MergeKeyPolicy, UserMessageFormatter};

use super::texts::{TEXTS, Text};

/// A parsed text.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Its data, with the members of mappings in the order of the text.
    pub(crate) value: Value,
    /// Its nodes by JSON pointer. What an alias repeats has no place of its own.
    nodes: HashMap<String, Node>,
}

/// Where something is in a text.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In the text.
    pub(crate) bytes: Range<usize>,
}

#[derive(Debug)]
struct Node {
    key: Option<Place>,
    value: Place,
    is_scalar: bool,
}

impl Document {
    /// Reads the one document of a text, within limits.
    pub(crate) fn read(text: &str) -> Result<Self, (Text, Place)> {
        let options = serde_saphyr::options! {
            // Aliases of aliases get there with a few lines; a large API has a tenth of it.
            budget: serde_saphyr::budget! { max_nodes: 1_000_000, max_events: 3_000_000 },
            strict_booleans: true,
            with_snippet: false,
            merge_keys: MergeKeyPolicy::Error,
            duplicate_keys: DuplicateKeyPolicy::Error,
        };
        let value = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| unreadable(&error, text))?;
        let mut nodes = HashMap::new();
        let mut events = Parser::new_from_str(text)
            .filter_map(Result::ok)
            .filter(|(event, _)| !matches!(event, Event::Comment(..)))
            .skip_while(|(event, _)| {
                matches!(event, Event::StreamStart | Event::DocumentStart(..))
            });
        if let Some(root) = events.next() {
            record(root, None, String::new(), &mut events, &mut nodes);
        }
        Ok(Self { value, nodes })
    }

    /// Line and column, both from 1, of a node or of the nearest one around it that is in the text.
    pub(crate) fn position(&self, pointer: &str) -> (usize, usize) {
        let place = self.place(pointer, false);
        (place.line, place.column)
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
                (None, None) => return Place::default(),
            }
        }
    }

    /// The bytes of a scalar.
    pub(crate) fn scalar(&self, pointer: &str) -> Option<Range<usize>> {
        let node = self.nodes.get(pointer).filter(|node| node.is_scalar)?;
        Some(node.value.bytes.clone())
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
    nodes: &mut HashMap<String, Node>,
) {
    let inside = |step: &str| format!("{pointer}{}", pointer_step(step));
    let is_scalar = match event {
        Event::SequenceStart(..) => {
            let mut index = 0;
            while let Some(item) = events.next()
                && item.0 != Event::SequenceEnd
            {
                record(item, None, inside(&index.to_string()), events, nodes);
                index += 1;
            }
            false
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
            false
        }
        _ => true,
    };
    let value = Place::new(&span);
    nodes.insert(
        pointer,
        Node {
            key,
            value,
            is_scalar,
        },
    );
}

/// What keeps a text from being a document.
fn unreadable(error: &Error, text: &str) -> (Text, Place) {
    let message = error.render_with_formatter(&UserMessageFormatter);
    let message = message.split(" at line ").next().unwrap_or(&message);
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).max(1);
    let (line, column) = (number(location.line()), number(location.column()));
    let start = SourceOffset::from_location(text, line, column).offset();
    let hint = TEXTS.yaml.iter().find(|(part, _)| message.contains(*part));
    let text = Text {
        problem: format!("the YAML can't be read: {message}"),
        help: hint.map_or(String::new(), |(_, hint)| hint.clone()),
    };
    let bytes = start..start;
    (
        text,
        Place {
            line,
            column,
            bytes,
        },
    )
}

/// A step of a JSON pointer, after its `/`.
pub(crate) fn pointer_step(step: &str) -> String {
    format!("/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// What [`pointer_step`] was made of.
pub(crate) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
