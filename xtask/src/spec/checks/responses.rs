//! What an operation answers: the generator knows one type of success and one of failure.

use std::fmt;

use super::inline_types::InlineTypes;
use super::operations::Operation;
use super::request_bodies;
use crate::spec::finding::Findings;
use crate::spec::node::Node;

/// What a response carries, as far as the generator tells one from another.
#[derive(Clone, PartialEq)]
enum Carries<'a> {
    Nothing,
    Bytes,
    Upgrade,
    Component(&'a str),
    /// A schema without a name, whose type depends on more than is known here.
    Unnamed,
}

struct Response<'a> {
    status: &'a str,
    node: Node<'a>,
    carries: Carries<'a>,
}

pub(crate) fn check<'a>(
    operation: &Operation<'a>,
    root: &Node<'a>,
    types: &mut InlineTypes<'a>,
    findings: &mut Findings,
) {
    let responses: Vec<_> = operation
        .node
        .get("responses")
        .iter()
        .flat_map(Node::fields)
        .filter_map(|(status, node)| {
            let carries = carries(operation, status, &node.resolved(root)?, types, findings);
            Some(Response {
                status,
                node,
                carries,
            })
        })
        .collect();
    let has_success_range = responses.iter().any(|response| response.status == "2XX");
    let successes = responses.iter().filter(|response| match response.status {
        // With a range the generator has no need of the default.
        "default" => !has_success_range,
        status => status.starts_with('2') || status == "101",
    });
    let failures = responses
        .iter()
        .filter(|response| response.status == "default" || response.status.starts_with(['4', '5']));
    check_same(successes, "success", findings);
    check_same(failures, "failure", findings);
}

fn carries<'a>(
    operation: &Operation<'a>,
    status: &str,
    response: &Node<'a>,
    types: &mut InlineTypes<'a>,
    findings: &mut Findings,
) -> Carries<'a> {
    let content = response.get("content");
    let mut media_types = content.iter().flat_map(Node::members).peekable();
    let has_content = media_types.peek().is_some();
    let json = media_types
        .find(|(name, _)| *name == "application/json" || name.starts_with("application/json;"));
    let Some((_, media_type)) = json else {
        return match (has_content, status) {
            (_, "101") => Carries::Upgrade,
            (true, _) => Carries::Bytes,
            (false, _) => Carries::Nothing,
        };
    };
    request_bodies::check_encoding(&media_type, findings);
    let Some(schema) = media_type.get("schema") else {
        findings.key(
            &media_type,
            "the JSON of this response has no schema",
            "add `schema: { type: object }`, for instance",
        );
        return Carries::Unnamed;
    };
    types.check(operation.id, "response", &schema, findings);
    schema
        .reference()
        .map_or(Carries::Unnamed, Carries::Component)
}

fn check_same<'r, 'a: 'r>(
    responses: impl Iterator<Item = &'r Response<'a>>,
    outcome: &str,
    findings: &mut Findings,
) {
    let mut known = responses.filter(|response| response.carries != Carries::Unnamed);
    let Some(first) = known.next() else { return };
    for other in known.filter(|other| other.carries != first.carries) {
        let help = if first.status == "default" || other.status == "default" {
            "the generator takes `default` for success too; write `4XX` and `5XX` in place of `default`"
        } else {
            "let every success carry the same, and every failure; leave out what clients can do without, \
             or write one schema with `oneOf`"
        };
        findings.key(
            &other.node,
            format!(
                "`{}` carries {} and `{}` {}; the generator knows one type of {outcome} for an operation",
                first.status, first.carries, other.status, other.carries,
            ),
            help,
        );
    }
}

impl fmt::Display for Carries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Bytes => f.write_str("something that is not JSON"),
            Self::Upgrade => f.write_str("another protocol"),
            Self::Component(reference) => {
                write!(f, "`{}`", reference.rsplit('/').next().unwrap_or_default())
            }
            Self::Unnamed => f.write_str("a schema without a name"),
        }
    }
}
