//! Whether the extensions `x-linq-*` can be read, and agree with the rest of the document.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::references::check_name;
use crate::model::extensions::{
    self, ERROR_CODES, ErrorCode, PAGINATION, Pagination, RATE_LIMITS, RETRY, RateLimits, Retry,
};
use crate::model::node::{Node, escaped};
use crate::model::operations::{self, Operation};
use crate::model::page;
use crate::spec::diagnosis::Findings;
use crate::spec::texts::Text;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    read::<RateLimits>(root, RATE_LIMITS, findings);
    read::<Vec<ErrorCode>>(root, ERROR_CODES, findings);
    for operation in operations::all(root) {
        let retry: Option<Retry> = read(&operation.node, RETRY, findings);
        let limit = operation.node.at(&[RETRY, "rate_limit"]);
        if let Some((name, limit)) = retry.and_then(|retry| retry.rate_limit).zip(limit) {
            let limits = root.get(RATE_LIMITS);
            check_name(&limit, &name, "rate limit", limits.as_ref(), findings);
        }
        let pagination = read(&operation.node, PAGINATION, findings);
        if let Some((pagination, statement)) = pagination.zip(operation.node.get(PAGINATION)) {
            check_pagination(&operation, &pagination, &statement, findings);
        }
    }
}

/// Reads an extension of an object, or reports why it can't be read.
fn read<T: DeserializeOwned>(object: &Node, name: &str, findings: &mut Findings) -> Option<T> {
    let report = |error: extensions::PlacedError| {
        let steps = error.path().iter().map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        });
        let pointer = format!("{}/{name}{}", object.pointer(), steps.collect::<String>());
        let values = [("error", &*error.inner().to_string())];
        let text = Text::problem("unreadable-extension", &values);
        findings.add(&pointer, false, text);
    };
    let extension = extensions::read(object.value(), name);
    extension.map_err(report).ok()?
}

fn check_pagination(
    operation: &Operation,
    pagination: &Pagination,
    statement: &Node,
    findings: &mut Findings,
) {
    let is_text = |schema: Option<Node>| {
        let schema = schema.and_then(|schema| schema.resolved());
        schema.is_some_and(|schema| schema.text("type") == Some("string"))
    };
    let takes_cursor = operation.parameters().iter().any(|parameter| {
        parameter.text("name") == Some(&pagination.parameter)
            && parameter.text("in") == Some("query")
            && !parameter.is_true("required")
            && is_text(parameter.get("schema"))
    });
    let page = page::page(&operation.node);
    let Some((_, page)) = page.filter(|(_, page)| page.has("properties")) else {
        return findings.report(statement, "no-page", &[]);
    };
    let cursor = page.at(&["properties", &pagination.next]);
    let cursor = cursor.and_then(|cursor| cursor.resolved());
    let is_null = cursor
        .as_ref()
        .is_some_and(|cursor| cursor.is_true("nullable"));
    let has_next = is_text(cursor) && (is_null || !page.lists("required", &pagination.next));
    let has_items =
        page.lists("required", &pagination.items) && page::item(pagination, &page).is_some();
    for (fits, key, problem) in [
        (takes_cursor, "parameter", "no-cursor-parameter"),
        (has_next, "next", "no-next-cursor"),
        (has_items, "items", "no-items"),
    ] {
        if let Some(place) = statement.get(key).filter(|_| !fits) {
            let name = place.value().as_str().unwrap_or_default();
            findings.report(&place, problem, &[("name", name)]);
        }
    }
}
