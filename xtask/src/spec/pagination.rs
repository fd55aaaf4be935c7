//! The extension `x-linq-pagination`: how to get from one page of a list to the next. `openapi/README.md`
//! documents it.

use serde::Deserialize;

use super::node::Node;
use super::retry::PlacedError;

/// The extension of an operation.
pub(crate) const PAGINATION: &str = "x-linq-pagination";

/// How a list is paginated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pagination {
    /// The query parameter that takes the cursor.
    pub(crate) parameter: String,
    /// The field of the response that has the cursor of the next page.
    pub(crate) next: String,
    /// The field of the response that has the items.
    pub(crate) items: String,
}

impl Pagination {
    /// Reads what an operation has under [`PAGINATION`], if it has that.
    pub(crate) fn read(operation: &Node) -> Result<Option<Self>, PlacedError> {
        let statement = operation.get(PAGINATION);
        let statement = statement.map(|node| serde_path_to_error::deserialize(node.value()));
        statement.transpose()
    }

    /// The name of the schema of a page: that of the first success with a body.
    pub(crate) fn page<'a>(operation: &Node<'a>, root: &Node<'a>) -> Option<&'a str> {
        let responses = operation.get("responses")?;
        let mut successes = responses
            .fields()
            .filter(|(status, _)| status.starts_with('2'));
        successes.find_map(|(_, response)| {
            let content = response.resolved(root)?.get("content")?;
            let (_, media) = super::media_type::json_of(&content)?;
            name_of(&media.get("schema")?)
        })
    }

    /// The name of the schema of an item of a page.
    pub(crate) fn item<'a>(&self, page: &Node<'a>) -> Option<&'a str> {
        name_of(&page.at(&["properties", &self.items, "items"])?)
    }
}

/// The name of the schema that a reference leads to.
fn name_of<'a>(schema: &Node<'a>) -> Option<&'a str> {
    schema.reference()?.strip_prefix("#/components/schemas/")
}
