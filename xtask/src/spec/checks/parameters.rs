//! The parameters of an operation, each of which becomes an argument.

use std::collections::{HashMap, HashSet};

use super::operations::Operation;
use super::{paths, plain_values};
use crate::spec::diagnosis::Findings;
use crate::spec::names;
use crate::spec::node::Node;

/// The headers that the client sets itself.
const TAKEN_HEADERS: [&str; 5] = [
    "accept",
    "api-version",
    "authorization",
    "content-length",
    "content-type",
];

/// What every generated method has a variable or calls a function for.
const TAKEN: [&str; 2] = ["encode_path", "header_map"];

pub(crate) fn check<'a>(operation: &Operation<'a>, root: &Node<'a>, findings: &mut Findings) {
    let own = declared(&operation.node, root);
    let overridden: HashSet<_> = own.iter().map(key).collect();
    let of_path = declared(&operation.path_item, root)
        .into_iter()
        .filter(|node| !overridden.contains(&key(node)));
    let all: Vec<_> = of_path.chain(own).collect();
    let mut fields = HashMap::new();
    if operation.node.has("requestBody") {
        fields.insert("body".to_owned(), "the request body");
    }
    for parameter in &all {
        let Some(name) = parameter.text("name") else {
            continue;
        };
        if parameter.text("in") == Some("header") {
            check_header(parameter, name, findings);
        }
        check_schema(parameter, root, findings);
        check_name(parameter, name, &mut fields, findings);
    }
    check_template(operation, &all, findings);
}

fn declared<'a>(owner: &Node<'a>, root: &Node<'a>) -> Vec<Node<'a>> {
    let parameters = owner.get("parameters");
    parameters
        .iter()
        .flat_map(Node::items)
        .filter_map(|parameter| parameter.resolved(root))
        .collect()
}

fn key<'a>(parameter: &Node<'a>) -> (Option<&'a str>, Option<&'a str>) {
    (parameter.text("name"), parameter.text("in"))
}

fn check_header(parameter: &Node, name: &str, findings: &mut Findings) {
    if TAKEN_HEADERS
        .iter()
        .any(|taken| name.eq_ignore_ascii_case(taken))
    {
        findings.key(
            parameter,
            format!("the client sets the header `{name}` itself"),
            "remove the parameter; media types and security schemes say what this header would",
        );
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        findings.key(
            parameter,
            format!("`{name}` can't be the name of a header"),
            "write a name of letters, digits and hyphens, or leave the parameter out",
        );
    }
}

/// A list can be in a query, where each of its items is written as a parameter.
fn check_schema(parameter: &Node, root: &Node, findings: &mut Findings) {
    let Some(schema) = parameter.get("schema") else {
        return;
    };
    let place = parameter.text("in").unwrap_or_default();
    let what = format!("a {place} parameter");
    let resolved = schema.resolved(root);
    let resolved = resolved.as_ref();
    let list = resolved.filter(|schema| place == "query" && schema.text("type") == Some("array"));
    match list.and_then(|list| list.get("items")) {
        Some(items) => {
            plain_values::check(&items, &what, root, findings);
            if let Some(explode) = parameter
                .get("explode")
                .filter(|node| node.value() == false)
            {
                findings.key(
                    &explode,
                    "the generated client repeats a query parameter for each item of a list",
                    "remove `explode: false`, or write `type: string` for a list in one text",
                );
            }
        }
        None => plain_values::check(&schema, &what, root, findings),
    }
    if matches!(place, "path" | "header")
        && resolved.and_then(|schema| schema.text("format")) == Some("date-time")
    {
        findings.key(
            &schema,
            format!("the generated client would not write a date and time in {what} as in JSON"),
            "remove `format: date-time`, so that the caller writes the text",
        );
    }
}

fn check_name<'a>(
    parameter: &Node,
    name: &'a str,
    fields: &mut HashMap<String, &'a str>,
    findings: &mut Findings,
) {
    let field = names::argument_name(name);
    if TAKEN.contains(&field.as_str()) {
        findings.key(
            parameter,
            format!("the parameter `{name}` would become the Rust argument `{field}`, a name that the generated method uses itself"),
            "the name comes from the wire; leave the parameter out of the document",
        );
    } else if let Some(other) = fields.insert(field.clone(), name) {
        let problem = if other == name {
            format!("the operation has two parameters `{name}`; the generator keeps one")
        } else {
            format!("`{other}` and `{name}` would both become the Rust argument `{field}`")
        };
        findings.key(
            parameter,
            problem,
            "rename one of the two, or leave it out of the document",
        );
    }
}

fn check_template(operation: &Operation, parameters: &[Node], findings: &mut Findings) {
    let Ok(in_template) = paths::parameters(operation.template) else {
        return;
    };
    let in_path: Vec<_> = parameters
        .iter()
        .filter(|parameter| parameter.text("in") == Some("path"))
        .filter_map(|parameter| Some((parameter.text("name")?, parameter)))
        .collect();
    for name in &in_template {
        if !in_path.iter().any(|(declared, _)| declared == name) {
            findings.key(
                &operation.node,
                format!("the path has `{{{name}}}`, and the operation declares no such parameter"),
                format!("add `- {{ name: {name}, in: path, required: true, schema: {{ type: string }} }}` to `parameters`"),
            );
        }
    }
    for (name, parameter) in in_path {
        if !in_template.contains(&name) {
            findings.key(
                parameter,
                format!("the path `{}` has no `{{{name}}}`", operation.template),
                format!(
                    "put `{{{name}}}` into the path, or write another `in`, such as `in: query`"
                ),
            );
        }
    }
}
