//! What a change is about, in the words of those who read the contract.

use serde_json::Value;

/// Names the place that a pointer leads to, such as `` `Card.name` `` or ``parameter `limit` ``; if the text names it
/// already, then what it is a part of. None if that is only an operation or the document, or is in the text as
/// well.
pub(crate) fn find(root: &Value, pointer: &str, text: &str) -> Option<String> {
    let last = plain(pointer.rsplit('/').next()?);
    let is_named = text.contains(&format!("`{last}`"));
    let mut base = None;
    let mut path = String::new();
    let mut value = root;
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let mut rest = &steps[..];
    loop {
        let (length, next) = match *rest {
            ["components", "schemas", name, ..] => {
                path = plain(name);
                (3, None)
            }
            ["components", kind, ..] => (if kind == "parameters" { 1 } else { 2 }, None),
            ["paths" | "x-webhooks", _, ..] => (2, None),
            [container, _] if is_named && is_named_by(container) => break,
            ["parameters", at, ..] => (2, Some(parameter(value.get("parameters"), at))),
            ["headers", name, ..] => (2, Some(format!("header `{}`", plain(name)))),
            ["responses", status, ..] => (2, Some(format!("response `{}`", plain(status)))),
            ["x-linq-rate-limits", name, ..] => (2, Some(format!("rate limit `{}`", plain(name)))),
            ["requestBody", ..] => (1, Some("request body".to_owned())),
            ["info", ..] => (1, Some("info".to_owned())),
            ["properties", name, ..] => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&plain(name));
                (2, None)
            }
            ["items", ..] => {
                path.push_str("[]");
                (1, None)
            }
            [_, _, ..] => (1, None),
            _ => break,
        };
        base = next.or(base);
        for step in &rest[..length] {
            value = child(value, step);
        }
        rest = &rest[length..];
    }
    let subject = match (base, path.is_empty()) {
        (base, true) => base?,
        (None, false) => format!("`{path}`"),
        (Some(base), false) => format!("{base}, `{path}`"),
    };
    (!text.contains(&subject)).then_some(subject)
}

/// Whether what is directly in a container is called by its key or its name.
fn is_named_by(container: &str) -> bool {
    matches!(
        container,
        "content" | "headers" | "parameters" | "properties" | "responses" | "x-linq-rate-limits"
    )
}

fn parameter(list: Option<&Value>, at: &str) -> String {
    let parameter = list.map(|list| child(list, at));
    let name = parameter.and_then(|parameter| parameter.get("name")?.as_str());
    format!("parameter `{}`", name.unwrap_or(at))
}

fn child<'v>(value: &'v Value, step: &str) -> &'v Value {
    match value {
        Value::Array(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
        value => value.get(plain(step)),
    }
    .unwrap_or(&Value::Null)
}

fn plain(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn is_about(pointer: &str, text: &str, expected: Option<&str>) {
        let root = json!({
            "paths": {"/cards": {"get": {"parameters": [{"name": "limit", "in": "query"}]}}},
            "components": {"parameters": {"Limit": {"name": "limit", "in": "query"}}},
        });
        assert_eq!(find(&root, pointer, text).as_deref(), expected, "{pointer}");
    }

    #[test]
    fn a_part_of_a_schema_is_about_its_property() {
        let card = "/components/schemas/Card";
        let name = format!("{card}/properties/name");
        is_about(
            &format!("{name}/maxLength"),
            "`maxLength` changed",
            Some("`Card.name`"),
        );
        is_about(
            &format!("{name}/items/type"),
            "`type` changed",
            Some("`Card.name[]`"),
        );
        is_about(
            &format!("{card}/allOf/1/properties/a/type"),
            "`type` changed",
            Some("`Card.a`"),
        );
        is_about(&name, "only the order changed", Some("`Card.name`"));
    }

    #[test]
    fn what_the_text_names_is_not_repeated() {
        is_about(
            "/components/schemas/Card/properties/name",
            "`name` was added",
            Some("`Card`"),
        );
        is_about(
            "/components/schemas/Card/required/0",
            "`name` is required",
            Some("`Card`"),
        );
        is_about("/paths/~1cards/get/responses/4XX", "`4XX` was added", None);
        is_about(
            "/paths/~1cards/get/parameters/0",
            "the parameter `limit` was added",
            None,
        );
    }

    #[test]
    fn a_part_of_an_operation_is_about_that() {
        let get = "/paths/~1cards/get";
        is_about(&format!("{get}/description"), "`description` changed", None);
        let maximum = "`maximum` changed";
        let limit = Some("parameter `limit`");
        is_about(
            &format!("{get}/parameters/0/schema/maximum"),
            maximum,
            limit,
        );
        is_about(
            "/components/parameters/Limit/schema/maximum",
            maximum,
            limit,
        );
        let header = format!("{get}/responses/4XX/headers/X");
        is_about(&header, "the header `X` was added", Some("response `4XX`"));
        is_about(
            "/paths/~1cards/post/requestBody/content/application~1json/schema/properties/name/type",
            "`type` changed",
            Some("request body, `name`"),
        );
    }

    #[test]
    fn a_part_of_the_document_is_about_nothing() {
        is_about("/servers/0/url", "`url` changed", None);
        is_about(
            "/x-linq-rate-limits/writes/calls",
            "`calls` changed",
            Some("rate limit `writes`"),
        );
    }
}
