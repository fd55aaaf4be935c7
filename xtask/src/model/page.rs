//! Pages of a list: their type, and that of their items.

use super::extensions::Pagination;
use super::media_type;
use super::node::Node;

/// The schema of a page and its name: that of the first success with a body.
pub(crate) fn page<'a>(operation: &Node<'a>) -> Option<(&'a str, Node<'a>)> {
    let responses = operation.get("responses")?;
    let mut successes = responses
        .fields()
        .filter(|(status, _)| status.starts_with('2'));
    successes.find_map(|(_, response)| {
        let content = response.resolved()?.get("content")?;
        let (_, media) = media_type::json_of(&content)?;
        named(&media.get("schema")?)
    })
}

/// The name of the schema of an item of a page.
pub(crate) fn item<'a>(pagination: &Pagination, page: &Node<'a>) -> Option<&'a str> {
    let items = page.at(&["properties", &pagination.items, "items"])?;
    Some(named(&items)?.0)
}

/// The schema that a reference leads to, and its name.
fn named<'a>(schema: &Node<'a>) -> Option<(&'a str, Node<'a>)> {
    let name = schema.reference()?.strip_prefix("#/components/schemas/")?;
    Some((name, schema.target()?))
}
