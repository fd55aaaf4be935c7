//! The URL of a server.

use serde_json::Value;

/// The URL of a server, its variables by their defaults.
pub(crate) fn expanded(server: &Value) -> Option<String> {
    let url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    let url = variables
        .into_iter()
        .flatten()
        .fold(url, |url, (name, variable)| {
            let default = variable["default"].as_str().unwrap_or_default();
            url.replace(&format!("{{{name}}}"), default)
        });
    Some(url)
}
