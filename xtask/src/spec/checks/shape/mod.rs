//! Whether each node of the document is what OpenAPI 3.0 has in its place.

mod grammar;
mod objects;
mod schema_object;
mod security_objects;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{references, schemas, unknown_fields};
use crate::spec::diagnosis::Findings;
use crate::spec::diagnosis::Source;
use crate::spec::document::Document;
use crate::spec::node::Node;

pub(crate) use grammar::Object;
use grammar::Shape;
use objects::OPENAPI;

pub(crate) fn check(root: &Node, document: &Document, source: &Source, findings: &mut Findings) {
    Checker {
        root,
        document,
        source,
        findings,
    }
    .object(root, &OPENAPI);
}

/// Every object of OpenAPI 3.0 with each of its fields.
pub(crate) fn all_fields() -> BTreeSet<(String, &'static str)> {
    fn of_shape(shape: &Shape, found: &mut BTreeSet<(String, &'static str)>) {
        match shape {
            Shape::List(inner) | Shape::Map(inner) | Shape::FlagOr(inner) => of_shape(inner, found),
            Shape::Object(object) | Shape::Responses(object) => of_object(object, found),
            _ => {}
        }
    }
    fn of_object(object: &Object, found: &mut BTreeSet<(String, &'static str)>) {
        let name = object
            .name
            .trim_start_matches("the ")
            .trim_start_matches("an ");
        let name = name
            .trim_start_matches("a ")
            .trim_matches('`')
            .replace(' ', "-");
        for field in object.fields {
            if found.insert((name.to_lowercase(), field.name)) {
                of_shape(field.shape, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    of_object(&OPENAPI, &mut found);
    found
}

struct Checker<'a> {
    root: &'a Node<'a>,
    document: &'a Document,
    source: &'a Source,
    findings: &'a mut Findings,
}

impl Checker<'_> {
    fn node(&mut self, node: &Node, shape: &Shape) {
        match shape {
            Shape::Any => {}
            Shape::Text if node.value().is_string() => {}
            Shape::Flag | Shape::FlagOr(_) if node.value().is_boolean() => {}
            Shape::Number if node.value().is_number() => {}
            Shape::Count if node.value().is_u64() => {}
            Shape::Choice(choices)
                if node
                    .value()
                    .as_str()
                    .is_some_and(|text| choices.contains(&text)) => {}
            Shape::FlagOr(other) if node.value().is_object() => self.node(node, other),
            Shape::List(item) if node.value().is_array() => {
                node.items().for_each(|node| self.node(&node, item))
            }
            // A key that begins with `x-` is an extension in some maps and a name in others.
            Shape::Map(member) if node.value().is_object() => node
                .members()
                .filter(|(key, node)| !key.starts_with("x-") || node.value().is_object())
                .for_each(|(_, node)| self.node(&node, member)),
            Shape::Responses(response) if node.value().is_object() => {
                self.responses(node, response)
            }
            Shape::Object(object) if node.value().is_object() => self.object(node, object),
            _ => self.misshapen(node, shape),
        }
    }

    fn object(&mut self, node: &Node, object: &Object) {
        if let Some(reference) = node.get("$ref") {
            references::check_one(&reference, object, self.root, self.findings);
            return;
        }
        for (key, member) in node.fields() {
            match object.fields.iter().find(|field| field.name == key) {
                Some(field) => self.node(&member, field.shape),
                None => unknown_fields::explain(&member, key, object, self.findings),
            }
        }
        for field in object.fields {
            let needed = field
                .when
                .is_none_or(|kind| node.text("type") == Some(kind));
            if let Some(example) = field.example.filter(|_| needed && !node.has(field.name)) {
                self.findings.key(
                    node,
                    format!("{} has no `{}`", object.name, field.name),
                    format!("add `{example}`"),
                );
            }
        }
        self.one_of(node, object);
        if object.section == Some("schemas") {
            schemas::check_one(node, self.findings);
        }
    }

    fn one_of(&mut self, node: &Node, object: &Object) {
        if let [usual, other] = object.one_of {
            let help = match *usual {
                "schema" => "write `schema: { type: string }`",
                _ => "write `operationId: <the id of the operation>`",
            };
            let problem = match (node.has(usual), node.has(other)) {
                (true, false) | (false, true) => return,
                (true, true) => format!("{} has both `{usual}` and `{other}`", object.name),
                (false, false) => format!("{} has no `{usual}`", object.name),
            };
            self.findings.key(node, problem, help);
        }
    }

    fn responses(&mut self, node: &Node, response: &'static Object) {
        let mut fields = node.fields().peekable();
        if fields.peek().is_none() {
            self.findings.key(
                node,
                "the operation has no response",
                "write one at least, such as `responses: { '200': { description: Done. } }`",
            );
        }
        for (status, response_node) in fields {
            if is_status(status) {
                self.node(&response_node, &Shape::Object(response));
            } else {
                let upper = status.to_uppercase();
                let help = if is_status(&upper) {
                    format!("write `{upper}`")
                } else {
                    "write a code such as `'200'`, a range such as `4XX`, or `default`".to_owned()
                };
                self.findings.key(
                    &response_node,
                    format!("`{status}` is not the status of a response"),
                    help,
                );
            }
        }
    }

    fn misshapen(&mut self, node: &Node, shape: &Shape) {
        let key = node.pointer().rsplit('/').next().unwrap_or_default();
        if let Some((problem, help)) = unknown_fields::later_form(key, node.value()) {
            self.findings.value(node, problem, help);
            return;
        }
        if let (Shape::Choice(choices), Value::String(text)) = (shape, node.value()) {
            let help = format!("write one of {}", unknown_fields::list(choices));
            self.findings.value(
                node,
                format!("`{text}` is none of the words that can be here"),
                help,
            );
            return;
        }
        let written = self.written(node);
        let found = match node.value() {
            Value::Null => "nothing".to_owned(),
            Value::Bool(_) => format!("the truth value `{written}`"),
            Value::Number(_) => format!("the number `{written}`"),
            Value::String(_) => "text".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a mapping".to_owned(),
        };
        let (wanted, help) = match shape {
            Shape::Text | Shape::Choice(_)
                if node.value().is_number() || node.value().is_boolean() =>
            {
                ("text", format!("put it in quotes: `'{written}'`"))
            }
            Shape::Text | Shape::Choice(_) => {
                ("text", "write a text, or remove the key".to_owned())
            }
            Shape::Flag => (
                "`true` or `false`",
                "write `true` or `false`, without quotes".to_owned(),
            ),
            Shape::Number => ("a number", "write a number, without quotes".to_owned()),
            Shape::Count => (
                "a whole number from 0",
                "write a whole number from 0, without quotes".to_owned(),
            ),
            Shape::List(_) => (
                "a list",
                "write each item on a line of its own, after `- `".to_owned(),
            ),
            Shape::FlagOr(_) => ("a schema", "write `true`, `false` or a schema".to_owned()),
            _ => (
                "a mapping",
                "write `key: value` lines, indented under this key".to_owned(),
            ),
        };
        self.findings.value(
            node,
            format!("{found} is here, where {wanted} belongs"),
            help,
        );
    }

    /// The scalar as it stands in the text: `1.10` where the value is 1.1.
    fn written(&self, node: &Node) -> String {
        let in_text = self
            .document
            .places
            .scalar(node.pointer())
            .and_then(|bytes| self.source.text().get(bytes));
        in_text.map_or_else(|| node.value().to_string(), str::to_owned)
    }
}

fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [b'1'..=b'5', b'X', b'X'] => true,
        [b'1'..=b'5', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => key == "default",
    }
}
