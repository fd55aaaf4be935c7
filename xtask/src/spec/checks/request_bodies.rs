//! What an operation sends.

use serde_json::Value;

use super::inline_types::InlineTypes;
use super::operations::Operation;
use crate::spec::finding::Findings;
use crate::spec::node::Node;

pub(crate) fn check<'a>(
    operation: &Operation<'a>,
    root: &Node<'a>,
    types: &mut InlineTypes<'a>,
    findings: &mut Findings,
) {
    let body = operation
        .node
        .get("requestBody")
        .and_then(|body| body.resolved(root));
    let Some(content) = body.and_then(|body| body.get("content")) else {
        return;
    };
    let mut media_types = content.members();
    let Some((name, media_type)) = media_types.next() else {
        findings.key(
            &content,
            "the request body has no content, and is lost",
            "write `content: { application/json: { schema: { type: object } } }`, or remove the `requestBody`",
        );
        return;
    };
    if media_types.next().is_some() {
        findings.key(
            &content,
            "the request body has several media types; the generated client sends one",
            "leave one of them, `application/json` for instance",
        );
        return;
    }
    check_media_type(name, &media_type, root, findings);
    if let Some(schema) = media_type.get("schema") {
        types.check(operation.id, "body", &schema, findings);
    }
}

fn check_media_type(name: &str, media_type: &Node, root: &Node, findings: &mut Findings) {
    let essence = name.split_once(';').map_or(name, |(essence, _)| essence);
    let plain_text = match essence {
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
    } else {
        check_encoding(media_type, findings);
    }
}

pub(crate) fn check_encoding(media_type: &Node, findings: &mut Findings) {
    let encoding = media_type.get("encoding");
    if let Some(encoding) = encoding.filter(|encoding| encoding.members().next().is_some()) {
        findings.key(
            &encoding,
            "the generated client knows no `encoding`",
            "remove it",
        );
    }
}

fn is_plain_text(schema: &Value, format: Option<&str>) -> bool {
    const MEANINGFUL: [&str; 7] = [
        "discriminator",
        "default",
        "pattern",
        "enum",
        "minLength",
        "maxLength",
        "nullable",
    ];
    schema.get("type").and_then(Value::as_str) == Some("string")
        && schema.get("format").and_then(Value::as_str) == format
        && MEANINGFUL
            .iter()
            .all(|key| matches!(schema.get(key), None | Some(Value::Bool(false))))
}
