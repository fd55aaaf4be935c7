//! Generates the default base URL, which is that of the first server.

use serde_json::Value;
use syn::{Item, parse_quote};

pub(super) fn generate(document: &Value) -> Item {
    let url = document.pointer("/servers/0").and_then(expanded);
    // The default of OpenAPI for a document without servers.
    let url = url.as_deref().unwrap_or("/");
    parse_quote! {
        /// The base URL of the first server of the contract.
        pub const BASE_URL: &str = #url;
    }
}

/// The URL of a server, with its variables replaced by their defaults.
fn expanded(server: &Value) -> Option<String> {
    let url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    let variables = variables.into_iter().flatten();
    let url = variables.fold(url, |url, (name, variable)| {
        let default = variable["default"].as_str().unwrap_or_default();
        url.replace(&format!("{{{name}}}"), default)
    });
    Some(url)
}
