//! What an operation returns: one type of success.

use std::fmt;

use super::operations::Operation;
use crate::spec::diagnosis::Findings;
use crate::spec::media_type;
use crate::spec::node::Node;
use crate::spec::successes::successes;

/// What a response carries, as far as the generator tells one from another.
#[derive(Clone, PartialEq)]
enum Carries<'a> {
    Nothing,
    Bytes,
    Component(&'a str),
    /// A schema without a name, whose type depends on more than is known here.
    Unnamed,
}

struct Response<'a> {
    status: &'a str,
    node: Node<'a>,
    carries: Carries<'a>,
}

pub(crate) fn check<'a>(operation: &Operation<'a>, root: &Node<'a>, findings: &mut Findings) {
    let Some(responses) = operation.node.get("responses") else {
        return;
    };
    for (status, node) in responses.fields() {
        check_status(status, &node, findings);
    }
    let successes = successes(&responses);
    if successes.is_empty() && responses.fields().next().is_some() {
        findings.key(
            &responses,
            "the operation has no response for success",
            "add one, such as `'204': { description: Done. }`",
        );
    }
    let successes: Vec<_> = successes
        .into_iter()
        .filter_map(|(status, node)| {
            let response = node.resolved(root)?;
            check_body(operation, status, &response, findings);
            let carries = carries(&response, root, findings);
            Some(Response {
                status,
                node,
                carries,
            })
        })
        .collect();
    check_same(&successes, findings);
}

fn check_status(status: &str, response: &Node, findings: &mut Findings) {
    let (problem, help) = match status.as_bytes().first() {
        Some(b'1') => (
            "the generated client speaks no protocol but HTTP, and sees no response before the last",
            "remove it; web sockets need a client of their own",
        ),
        Some(b'3') => (
            "a redirect is followed or refused by the HTTP client; the generated client never sees one as success",
            "remove it, and say in the description where requests are redirected",
        ),
        _ => return,
    };
    findings.key(response, problem, help);
}

/// Whether there can be a body, where there is said to be one.
fn check_body(operation: &Operation, status: &str, response: &Node, findings: &mut Findings) {
    let content = response.get("content");
    let Some(content) = content.filter(|content| content.members().next().is_some()) else {
        return;
    };
    let never = match (operation.method, status) {
        ("head", _) => "a response to HEAD",
        (_, "204" | "205") => "a response with this status",
        _ => return,
    };
    findings.key(
        &content,
        format!("{never} has no body"),
        "remove the `content`",
    );
}

fn carries<'a>(response: &Node<'a>, root: &Node<'a>, findings: &mut Findings) -> Carries<'a> {
    let Some(content) = response
        .get("content")
        .filter(|content| content.members().next().is_some())
    else {
        return Carries::Nothing;
    };
    let Some((name, media_type)) = media_type::json_of(&content) else {
        content
            .members()
            .for_each(|(name, media)| check_bytes(name, &media, root, findings));
        return Carries::Bytes;
    };
    if !name.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        findings.key(
            &media_type,
            format!("`{name}` is not a media type"),
            "write `application/json`",
        );
    }
    check_other_json(&content, name, &media_type, findings);
    let Some(schema) = media_type.get("schema") else {
        findings.key(
            &media_type,
            "the JSON of this response has no schema",
            "add `schema: { type: object }`, for instance",
        );
        return Carries::Unnamed;
    };
    schema
        .reference()
        .map_or(Carries::Unnamed, Carries::Component)
}

/// JSON under other names is read as what the plainest says.
fn check_other_json(content: &Node, name: &str, media_type: &Node, findings: &mut Findings) {
    let schema = |media_type: &Node| {
        media_type
            .get("schema")
            .map(|schema| schema.value().clone())
    };
    let known = schema(media_type);
    let json = content
        .members()
        .filter(|(name, _)| media_type::is_json(name));
    for (_, other) in json.filter(|(_, other)| schema(other) != known) {
        findings.key(
            &other,
            format!("this is JSON of another schema than `{name}`; the generated client reads one"),
            "write the same schema for both, or leave one of them",
        );
    }
}

/// What is not JSON is handed over as it is, whatever its schema says.
fn check_bytes(name: &str, media_type: &Node, root: &Node, findings: &mut Findings) {
    if media_type::essence(name) == "text/event-stream" {
        findings.key(
            media_type,
            "the generated client reads a response to its end, which a stream of events has none of",
            "remove it; a stream of events needs a client of its own",
        );
        return;
    }
    let Some(schema) = media_type.get("schema") else {
        return;
    };
    let is_text = schema
        .resolved(root)
        .is_none_or(|schema| schema.text("type") == Some("string") && !schema.has("enum"));
    if !is_text {
        findings.key(
            media_type,
            format!("the generated client hands over `{name}` as bytes, whatever the schema says"),
            "write `application/json` if it is JSON; otherwise `schema: { type: string, format: binary }`",
        );
    }
}

fn check_same(successes: &[Response], findings: &mut Findings) {
    let mut known = successes
        .iter()
        .filter(|response| response.carries != Carries::Unnamed);
    let Some(first) = known.next() else { return };
    for other in known.filter(|other| other.carries != first.carries) {
        findings.key(
            &other.node,
            format!(
                "`{}` carries {} and `{}` {}; the generator knows one type of success for an operation",
                first.status, first.carries, other.status, other.carries,
            ),
            "let every success carry the same; leave out what clients can do without, or write one schema with \
             the properties of all",
        );
    }
}

impl fmt::Display for Carries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Bytes => f.write_str("something that is not JSON"),
            Self::Component(reference) => {
                write!(f, "`{}`", reference.rsplit('/').next().unwrap_or_default())
            }
            Self::Unnamed => f.write_str("a schema without a name"),
        }
    }
}
