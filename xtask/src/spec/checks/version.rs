//! Which specification the document follows.

use serde_json::Value;

use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    if let Some(swagger) = root.get("swagger") {
        findings.key(
            &swagger,
            "this is Swagger 2.0; the generator reads OpenAPI 3.0 only",
            "convert the document, with `swagger2openapi` for instance, and begin it with `openapi: 3.0.3`",
        );
        return;
    }
    let Some(openapi) = root.get("openapi") else {
        findings.key(
            root,
            "the document does not say that it is OpenAPI",
            "begin the file with `openapi: 3.0.3`",
        );
        return;
    };
    let version = match openapi.value() {
        Value::String(version) => version.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    if is_3_0(&version) {
        return;
    }
    let (problem, help) = if version == "3.0" {
        (
            "the version is not complete".to_owned(),
            "write `openapi: 3.0.3`",
        )
    } else if version.starts_with("3.") {
        (
            format!("this is OpenAPI {version}; the generator reads OpenAPI 3.0 only"),
            "write `openapi: 3.0.3`, and what 3.0 has: `type: string` with `nullable: true` for \
             `type: [string, 'null']`, `enum: [x]` for `const: x`, `example` for `examples` in a schema",
        )
    } else {
        (
            "the generator does not read this version of OpenAPI".to_owned(),
            "write `openapi: 3.0.3`",
        )
    };
    findings.value(&openapi, problem, help);
}

fn is_3_0(version: &str) -> bool {
    version
        .strip_prefix("3.0.")
        .is_some_and(|patch| patch.starts_with(|c: char| c.is_ascii_digit()))
}
