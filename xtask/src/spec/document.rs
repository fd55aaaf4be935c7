//! A YAML or JSON text as plain data, and where each of its nodes stands in the text.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::thread;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use serde_saphyr::{
    DuplicateKeyPolicy, Error, Location, MergeKeyPolicy, Spanned, UserMessageFormatter,
};

const STACK: usize = 32 << 20;

/// A parsed text.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Its data, with the members of mappings in the order of the text.
    pub(crate) value: Value,
    /// Where its nodes stand.
    pub(crate) places: Places,
}

/// Where something stands in a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    pub(crate) bytes: Range<usize>,
}

/// Where the nodes of a document stand, by JSON pointer. What an alias repeats has no place of its own.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<String, NodePlace>);

#[derive(Debug, Default)]
struct NodePlace {
    key: Option<Place>,
    value: Place,
    is_scalar: bool,
}

/// Why a text is no document.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) place: Place,
    pub(crate) problem: String,
    pub(crate) help: String,
}

impl Document {
    /// Reads the one document of a text, within limits.
    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        // The parser needs more than the usual stack for 64 levels in a debug build.
        let read = thread::scope(|scope| {
            let builder = thread::Builder::new().stack_size(STACK);
            let reader = builder.spawn_scoped(scope, || Self::read_here(text)).ok()?;
            reader.join().ok()
        });
        read.unwrap_or_else(|| {
            Err(Unreadable {
                place: Place::new(Location::UNKNOWN),
                problem: "the YAML can't be read: the parser failed".to_owned(),
                help: "write the document in a simpler way".to_owned(),
            })
        })
    }

    /// Line and column, both from 1, of a node or of the nearest one around it that is in the text.
    pub(crate) fn position(&self, pointer: &str) -> (usize, usize) {
        let place = self.places.place(pointer, false);
        (place.line, place.column)
    }

    fn read_here(text: &str) -> Result<Self, Unreadable> {
        let options = serde_saphyr::options! {
            // Aliases of aliases get there with a few lines; a large API has a tenth of it.
            budget: serde_saphyr::budget! { max_nodes: 1_000_000, max_events: 3_000_000 },
            strict_booleans: true,
            with_snippet: false,
            merge_keys: MergeKeyPolicy::Error,
            duplicate_keys: DuplicateKeyPolicy::Error,
        };
        let root = serde_saphyr::from_str_with_options::<Spanned<Node>>(text, options)
            .map_err(|error| Unreadable::new(&error, text))?;
        let mut places = Places::default();
        let value = places.record(String::new(), None, root, true);
        Ok(Self { value, places })
    }
}

impl Places {
    /// A scalar, or the key of anything else; for what stands nowhere, what is nearest around it.
    pub(crate) fn place(&self, pointer: &str, on_key: bool) -> Place {
        let mut known = pointer;
        loop {
            match (self.0.get(known), known.rfind('/')) {
                (Some(node), _) => {
                    let is_shown = node.is_scalar && !node.value.bytes.is_empty() && !on_key;
                    let key = node.key.as_ref().filter(|_| !is_shown);
                    return key.unwrap_or(&node.value).clone();
                }
                (None, Some(cut)) => known = &known[..cut],
                (None, None) => return Place::new(Location::UNKNOWN),
            }
        }
    }

    /// The bytes of a scalar.
    pub(crate) fn scalar(&self, pointer: &str) -> Option<Range<usize>> {
        let node = self.0.get(pointer).filter(|node| node.is_scalar)?;
        Some(node.value.bytes.clone())
    }

    fn record(
        &mut self,
        pointer: String,
        key: Option<Place>,
        node: Spanned<Node>,
        is_in_text: bool,
    ) -> Value {
        // An alias stands where it is referred from; what is in it, elsewhere.
        let holds_text = is_in_text && node.referenced == node.defined;
        if is_in_text {
            let place = NodePlace {
                key,
                value: Place::new(node.referenced),
                is_scalar: !holds_text || matches!(node.value, Node::Scalar(_)),
            };
            self.0.insert(pointer.clone(), place);
        }
        let mut child = |step: &str, key, node| {
            let mut pointer = pointer.clone();
            push_step(&mut pointer, step);
            self.record(pointer, key, node, holds_text)
        };
        match node.value {
            Node::Scalar(value) => value,
            Node::List(items) => {
                let items = items.into_iter().enumerate();
                items
                    .map(|(index, node)| child(&index.to_string(), None, node))
                    .collect()
            }
            Node::Mapping(members) => {
                let members = members.into_iter().map(|(key, node)| {
                    let value = child(&key.value, Some(Place::new(key.referenced)), node);
                    (key.value, value)
                });
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

impl Place {
    fn new(location: Location) -> Self {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let start = number(location.span().byte_offset().unwrap_or_default());
        Self {
            line: number(location.line()).max(1),
            column: number(location.column()).max(1),
            bytes: start..start + number(location.span().byte_len().unwrap_or_default()),
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

impl Unreadable {
    fn new(error: &Error, text: &str) -> Self {
        let message = error.render_with_formatter(&UserMessageFormatter);
        let message = message.split(" at line ").next().unwrap_or(&message);
        let message = match message.strip_prefix("budget breached: ") {
            Some(breach) => {
                &format!("aliases included, the document is over the budget of {breach}")
            }
            None => message,
        };
        let (problem, help) = match error {
            Error::DuplicateMappingKey { key, .. } => (
                format!(
                    "the key `{}` is here for the second time",
                    key.as_deref().unwrap_or_default()
                ),
                "remove one of the two, or rename it",
            ),
            Error::MergeKeyNotAllowed { .. } => (
                "`<<` merges nothing in YAML 1.2".to_owned(),
                "write the fields out, or use a `$ref`",
            ),
            _ => (message.to_owned(), remedy(message)),
        };
        let location = error.location().unwrap_or(Location::UNKNOWN);
        let mut place = Place::new(location);
        if location.span().byte_offset().is_none() {
            let lines = text.split_inclusive('\n').take(place.line - 1);
            let line_start: usize = lines.map(str::len).sum();
            let mut letters = text[line_start..].char_indices();
            let byte = letters
                .nth(place.column - 1)
                .map_or(text.len(), |(at, _)| line_start + at);
            place.bytes = byte..byte;
        }
        Self {
            place,
            problem: format!("the YAML can't be read: {problem}"),
            help: help.to_owned(),
        }
    }
}

/// What to do about a message of the parser.
fn remedy(message: &str) -> &'static str {
    const ALIASES: &str =
        "move inner schemas to `components/schemas`, and write `$ref` to them in place of aliases";
    const REMEDIES: [(&str, &str); 10] = [
        ("replay", ALIASES),
        ("budget", ALIASES),
        (
            "mapping values",
            "put a text that contains `: ` in quotes, or indent the key like the keys above it",
        ),
        ("tabs", "indent with spaces"),
        (
            "expected ','",
            "separate the entries between brackets with `, `, and close each bracket with its own kind",
        ),
        (
            "expected key",
            "indent it like its neighbours, and write `key: value` or `- item` as they do",
        ),
        (
            "quote",
            "close the quote, which an earlier line may have opened; in single quotes, write `''` for one of them",
        ),
        (
            "unknown value",
            "name an anchor, or put the text in quotes if it begins with `*`",
        ),
        ("multiple", "leave one document in the file"),
        (
            "float",
            "put the text in quotes, or write a number that JSON has",
        ),
    ];
    let remedy = REMEDIES.iter().find(|(word, _)| message.contains(word));
    remedy.map_or(
        "check the indentation, the quotes and the brackets of this line and of the one before",
        |(_, remedy)| remedy,
    )
}

/// A node with the places of what is in it.
enum Node {
    Scalar(Value),
    List(Vec<Spanned<Self>>),
    Mapping(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = mapping.next_entry()? {
            members.push(member);
        }
        Ok(Node::Mapping(members))
    }
}

/// Appends a step to a JSON pointer.
pub(crate) fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

pub(crate) fn path_pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => push_step(&mut pointer, &index.to_string()),
            Segment::Map { key } => push_step(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => break,
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        Document::read(text).unwrap().value
    }

    #[test]
    fn words_and_versions_are_text_and_keys_always() {
        assert_eq!(
            value("{200: yes, true: 3.0.3, 4XX: 2024-01-02, a: 1.5, b: +15551234567, c: ~}"),
            json!({"200": "yes", "true": "3.0.3", "4XX": "2024-01-02", "a": 1.5, "b": 15_551_234_567_u64, "c": null})
        );
        for number in [".inf", ".nan", "1e999"] {
            assert!(Document::read(&format!("a: {number}")).is_err(), "{number}");
        }
    }

    #[test]
    fn what_an_alias_repeats_stands_at_the_alias() {
        let document = Document::read("a: &x {b: 1}\nc: *x\n").unwrap();
        assert_eq!(document.value["c"], json!({"b": 1}));
        assert_eq!(document.position("/a/b"), (1, 11));
        assert_eq!(document.position("/c/b"), (2, 4));
    }

    #[test]
    fn hostile_texts_are_refused() {
        let nested = |open: &str, close: &str, n| format!("{}1{}", open.repeat(n), close.repeat(n));
        let bomb = |of: &dyn Fn(usize) -> String| {
            let aliases = (1..60).map(|n| format!("a{n}: &a{n} {}\n", of(n - 1)));
            format!("a0: &a0 [1]\n{}", aliases.collect::<String>())
        };
        assert!(Document::read(&format!("a: {}", nested("[", "]", 63))).is_ok());
        for text in [
            nested("[", "]", 100_000),
            nested("{b: ", "}", 100_000),
            "- ".repeat(100_000),
            bomb(&|n| format!("[{}]", vec![format!("*a{n}"); 10].join(", "))),
            bomb(&|n| format!("{}*a{n}{}", "[".repeat(60), "]".repeat(60))),
            "a: &x [*x]".to_owned(),
            "a: {<<: {b: 1}}".to_owned(),
            "[a, b]: c".to_owned(),
        ] {
            assert!(Document::read(&text).is_err(), "{text:.80}");
        }
    }
}
