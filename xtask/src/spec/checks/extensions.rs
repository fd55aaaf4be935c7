//! Whether the extensions `x-linq-*` can be read, and agree with the rest of the document.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::references::check_name;
use crate::spec::diagnosis::Findings;
use crate::spec::document::pointer_step;
use crate::spec::extensions::{
    self, ERROR_CODES, ErrorCode, PAGINATION, Pagination, RATE_LIMITS, RETRY, RateLimits, Retry,
};
use crate::spec::node::Node;
use crate::spec::operations::{self, Operation};
use crate::spec::texts::Text;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    read::<RateLimits>(root, RATE_LIMITS, findings);
    let codes: Option<Vec<ErrorCode>> = read(root, ERROR_CODES, findings);
    let mut seen = HashSet::new();
    for (index, ErrorCode { code, .. }) in codes.iter().flatten().enumerate() {
        if !seen.insert(code) {
            let text = Text::problem("code-twice", &[("code", &code.to_string())]);
            findings.add(&format!("/{ERROR_CODES}/{index}/code"), false, text);
        }
    }
    for operation in operations::all(root) {
        let retry: Option<Retry> = read(&operation.node, RETRY, findings);
        let limit = operation.node.at(&[RETRY, "rate_limit"]);
        if let Some((name, limit)) = retry.and_then(|retry| retry.rate_limit).zip(limit) {
            let limits = root.get(RATE_LIMITS);
            check_name(&limit, &name, "rate limit", limits.as_ref(), findings);
        }
        if let Some(pagination) = read(&operation.node, PAGINATION, findings) {
            check_pagination(&operation, &pagination, root, findings);
        }
    }
}

/// Reads an extension of an object, or reports why it can't be read.
fn read<T: DeserializeOwned>(object: &Node, name: &str, findings: &mut Findings) -> Option<T> {
    let report = |error: extensions::PlacedError| {
        let steps = error.path().iter().map(|segment| match segment {
            Segment::Seq { index } => pointer_step(&index.to_string()),
            Segment::Map { key } => pointer_step(key),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        });
        let pointer = format!("{}/{name}{}", object.pointer(), steps.collect::<String>());
        let error = error.inner().to_string();
        findings.add(
            &pointer,
            false,
            Text::problem("unreadable-extension", &[("error", &error)]),
        );
    };
    extensions::read(object.value(), name)
        .map_err(report)
        .ok()?
}

fn check_pagination(
    operation: &Operation,
    pagination: &Pagination,
    root: &Node,
    findings: &mut Findings,
) {
    let Some(statement) = operation.node.get(PAGINATION) else {
        return;
    };
    let Pagination {
        parameter,
        next,
        items,
    } = pagination;
    let is_text = |schema: Option<Node>| {
        let schema = schema.and_then(|schema| schema.resolved(root));
        schema.is_some_and(|schema| schema.text("type") == Some("string"))
    };
    let takes_cursor = operation.parameters(root).iter().any(|declared| {
        (declared.text("name"), declared.text("in")) == (Some(parameter), Some("query"))
            && !declared.is_true("required")
            && is_text(declared.get("schema"))
    });
    let page = Pagination::page(&operation.node, root);
    let page = page.and_then(|name| root.at(&["components", "schemas", name]));
    let Some(page) = page.filter(|page| page.has("properties")) else {
        findings.report(&statement, "no-page", &[]);
        return;
    };
    let cursor = page
        .at(&["properties", next])
        .and_then(|next| next.resolved(root));
    let can_be_missing = !page.lists("required", next)
        || cursor
            .as_ref()
            .is_some_and(|cursor| cursor.is_true("nullable"));
    let has_items = page.lists("required", items) && pagination.item(&page).is_some();
    for (fits, key, name, problem) in [
        (takes_cursor, "parameter", parameter, "no-cursor-parameter"),
        (
            can_be_missing && is_text(cursor),
            "next",
            next,
            "no-next-cursor",
        ),
        (has_items, "items", items, "no-items"),
    ] {
        if let Some(place) = statement.get(key).filter(|_| !fits) {
            findings.report(&place, problem, &[("name", name)]);
        }
    }
}
