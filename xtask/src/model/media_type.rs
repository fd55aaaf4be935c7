//! Media types, as far as code generation tells one from another.

use super::node::Node;

/// Whether it is JSON: `application/json`, or a type that is built on it, such as `application/problem+json`.
pub(crate) fn is_json(name: &str) -> bool {
    let essence = essence(name);
    essence == "application/json" || essence.ends_with("+json")
}

/// The type without its parameters, in lower case.
pub(crate) fn essence(name: &str) -> String {
    let essence = name.split_once(';').map_or(name, |(essence, _)| essence);
    essence.trim().to_lowercase()
}

/// The type as a request names it: without `charset=utf-8`, which JSON has anyway.
pub(crate) fn sent(name: &str) -> String {
    let mut sent = essence(name);
    for parameter in name.split(';').skip(1).map(str::trim) {
        if !parameter.is_empty() && !parameter.eq_ignore_ascii_case("charset=utf-8") {
            sent = format!("{sent}; {parameter}");
        }
    }
    sent
}

/// The JSON of a `content`, under the name that it has there; the plainest, if there are several.
pub(crate) fn json_of<'a>(content: &Node<'a>) -> Option<(&'a str, Node<'a>)> {
    let json = || content.members().filter(|(name, _)| is_json(name));
    json()
        .find(|(name, _)| sent(name) == "application/json")
        .or_else(|| json().next())
}
