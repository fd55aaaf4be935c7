//! Generates the default base URL, which is that of the first server.

use serde_json::Value;
use syn::{Item, parse_quote};

use crate::spec::server_url;

pub(super) fn generate(document: &Value) -> Item {
    let url = document
        .pointer("/servers/0")
        .and_then(server_url::expanded);
    // The default of OpenAPI for a document without servers.
    let url = url.as_deref().unwrap_or("/");
    parse_quote! {
        /// The base URL of the first server of the contract.
        pub const BASE_URL: &str = #url;
    }
}
