//! YAML 1.2 to plain data, with the place of every node.

mod errors;
mod limits;
mod nodes;
mod scalar;

use std::ops::Range;

use granit_parser::{Event, Parser, Span, StrInput};
use serde_json::Value;

use crate::spec::document::{Document, Places};
use crate::spec::finding::{Findings, Mark};
use crate::spec::source::Source;

use limits::{Anchors, Depth, Nodes};

/// Reads the one document of the text. What is returned beside findings is worth nothing but its places.
pub(crate) fn parse(source: &Source) -> (Document, Findings) {
    let mut loader = Loader {
        parser: Parser::new_from_str(source.text()),
        source,
        places: Places::default(),
        findings: Findings::default(),
        anchors: Anchors::default(),
        nodes: Nodes::default(),
        depth: Depth::default(),
        pointer: String::new(),
    };
    let value = loader.document().unwrap_or_default();
    (
        Document {
            value,
            places: loader.places,
        },
        loader.findings,
    )
}

struct Loader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    source: &'t Source,
    places: Places,
    findings: Findings,
    anchors: Anchors,
    nodes: Nodes,
    depth: Depth,
    pointer: String,
}

/// The reason has been added to the findings.
struct Stopped;

impl<'t> Loader<'t> {
    fn document(&mut self) -> Result<Value, Stopped> {
        let mut value = None;
        loop {
            let (event, span) = self.next()?;
            let at = bytes(&span);
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(..) if value.is_some() => {
                    self.stop(
                        at,
                        "a second document begins here",
                        "leave one document in the file",
                    )?;
                }
                event if event.is_node() => value = Some((self.node(event, &span)?.value, at)),
                _ => {}
            }
        }
        match value {
            Some((value @ Value::Object(_), _)) => Ok(value),
            Some((_, at)) => self.stop(
                at,
                "the document is not a mapping",
                "begin the file with `openapi: 3.0.3`, then `info:` and `paths:`",
            ),
            None => self.stop(
                0..0,
                "the file has no content",
                "begin the file with `openapi: 3.0.3`, then `info:` and `paths:`",
            ),
        }
    }

    fn within(
        &mut self,
        limits: Result<(), (String, &str)>,
        at: Range<usize>,
    ) -> Result<(), Stopped> {
        limits.or_else(|(problem, help)| self.stop(at, problem, help))
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Stopped> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                let (at, problem, help) = errors::explain(&error, self.source);
                self.stop(at, problem, help)
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn find(&mut self, at: Range<usize>, problem: impl Into<String>, help: impl Into<String>) {
        self.findings
            .add(self.pointer.clone(), Mark::Bytes(at), problem, help);
    }

    fn stop<T>(
        &mut self,
        at: Range<usize>,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Result<T, Stopped> {
        self.find(at, problem, help);
        Err(Stopped)
    }
}

fn bytes(span: &Span) -> Range<usize> {
    let start = span.start.byte_offset().unwrap_or_default();
    start..span.end.byte_offset().unwrap_or(start).max(start)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let source = Source::new(Path::new("s.yaml"), text.to_owned());
        let (_, findings) = parse(&source);
        findings
            .into_vec()
            .into_iter()
            .map(|finding| finding.problem)
            .collect()
    }

    fn value(text: &str) -> Value {
        let source = Source::new(Path::new("s.yaml"), text.to_owned());
        let (document, findings) = parse(&source);
        assert!(findings.is_empty(), "{findings:?}");
        document.value
    }

    #[test]
    fn keys_are_text() {
        assert_eq!(
            value("{200: a, '201': b, true: c, 4XX: d}"),
            json!({"200": "a", "201": "b", "true": "c", "4XX": "d"})
        );
        assert_eq!(
            problems("200: a\n'200': b\n"),
            ["`200` is here for the second time; line 1 has it too"]
        );
    }

    #[test]
    fn json_and_byte_order_marks_are_read() {
        assert_eq!(
            value("\u{feff}{\n\t\"a\": [1, null, \"\\u00e9\\/\"]\n}"),
            json!({"a": [1, null, "é/"]})
        );
    }

    #[test]
    fn aliases_repeat_values() {
        assert_eq!(
            value("a: &x {b: 1}\nc: *x\n"),
            json!({"a": {"b": 1}, "c": {"b": 1}})
        );
        assert_eq!(problems("a: &x [*x]"), ["this alias contains itself"]);
    }

    #[test]
    fn aliases_of_aliases_are_bounded() {
        let mut laughs = "a0: &a0 [l, l, l, l, l, l, l, l, l, l]\n".to_owned();
        for i in 1..12 {
            let before = vec![format!("*a{}", i - 1); 10].join(", ");
            laughs.push_str(&format!("a{i}: &a{i} [{before}]\n"));
        }
        assert_eq!(
            problems(&laughs),
            ["with its aliases the document has more than 1000000 values"]
        );
    }

    #[test]
    fn depth_is_bounded_through_aliases_too() {
        let deep = |open: &str, close: &str, n: usize| {
            format!("a: {}1{}", open.repeat(n), close.repeat(n))
        };
        assert!(value(&deep("[", "]", 63))["a"][0].is_array());
        for text in [
            deep("[", "]", 64),
            deep("[", "]", 100_000),
            deep("{b: ", "}", 100_000),
            "- ".repeat(100_000),
            format!(
                "a: &a {}1{}\nb: {}*a{}",
                "[".repeat(40),
                "]".repeat(40),
                "[".repeat(40),
                "]".repeat(40)
            ),
        ] {
            assert_eq!(
                problems(&text),
                ["the document is more than 64 levels deep here"]
            );
        }
    }
}
