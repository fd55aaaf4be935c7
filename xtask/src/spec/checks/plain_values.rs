//! Values that are written as text, in a URL, a header or a form.

use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

/// Refuses what can't be written as one value; `what` says where that is.
pub(crate) fn check(schema: &Node, what: &str, root: &Node, findings: &mut Findings) {
    let Some(resolved) = schema.resolved(root) else {
        return;
    };
    if resolved.value().get("nullable") == Some(&true.into()) {
        findings.key(
            schema,
            format!("{what} can't be null"),
            "remove `nullable`; what is not `required` can be left out",
        );
    }
    if !matches!(
        resolved.text("type"),
        Some("string" | "integer" | "number" | "boolean")
    ) {
        findings.key(
            schema,
            format!("the generated client can't write this schema as the text of {what}"),
            "write `type: string`, and say in the description what is in the text",
        );
    }
}
