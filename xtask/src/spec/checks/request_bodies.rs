//! What an operation sends.

use serde_json::Value;

use super::operations::Operation;
use super::plain_values;
use crate::spec::diagnosis::Findings;
use crate::spec::media_type;
use crate::spec::node::Node;

pub(crate) fn check(operation: &Operation, root: &Node, findings: &mut Findings) {
    let body = operation
        .node
        .get("requestBody")
        .and_then(|body| body.resolved(root));
    let Some(body) = body else { return };
    let content = body.get("content");
    let mut media_types = content.iter().flat_map(Node::members);
    if let (Some((name, media_type)), None) = (media_types.next(), media_types.next()) {
        check_media_type(name, &media_type, root, findings);
    }
}

fn check_media_type(name: &str, media_type: &Node, root: &Node, findings: &mut Findings) {
    let essence = media_type::sent(name);
    let plain_text = match essence.as_str() {
        "application/json" | "application/x-www-form-urlencoded" => None,
        "application/octet-stream" => Some(Some("binary")),
        "text/plain" | "text/x-markdown" => Some(None),
        _ => {
            findings.key(
                media_type,
                format!("the generated client cannot send `{name}`"),
                "write `application/json`, `application/x-www-form-urlencoded`, `application/octet-stream` or `text/plain`",
            );
            return;
        }
    };
    let Some(schema) = media_type.get("schema") else {
        findings.key(
            media_type,
            "the request body has no schema",
            "add `schema: { type: object }`, for instance",
        );
        return;
    };
    if let Some(format) = plain_text {
        let is_plain = schema
            .resolved(root)
            .is_none_or(|schema| is_plain_text(schema.value(), format));
        if !is_plain {
            let wanted = format.map_or_else(String::new, |format| format!(", format: {format}"));
            findings.key(
                &schema,
                format!(
                    "the generated client sends `{essence}` as it is, whatever the schema says"
                ),
                format!("write `schema: {{ type: string{wanted} }}` and nothing more"),
            );
        }
    } else if essence.ends_with("urlencoded") {
        check_form(&schema, root, findings);
    }
}

/// A form is flat: a text for each property.
fn check_form(schema: &Node, root: &Node, findings: &mut Findings) {
    let Some(form) = schema.resolved(root) else {
        return;
    };
    let Some(properties) = form
        .get("properties")
        .filter(|_| form.text("type") == Some("object"))
    else {
        findings.key(
            schema,
            "the generated client can't write this schema as a form",
            "write `type: object` with `properties`",
        );
        return;
    };
    for (_, property) in properties.members() {
        plain_values::check(&property, "a property of a form", root, findings);
    }
}

fn is_plain_text(schema: &Value, format: Option<&str>) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("string")
        && schema.get("format").and_then(Value::as_str) == format
        && schema.get("enum").is_none()
        && schema.get("nullable") != Some(&Value::Bool(true))
}
