//! The responses of the operations, and the examples in them.

use crate::model::node::Node;

/// Every response of an operation with its status, such as `404` or `4XX`.
pub(super) fn responses<'a>(operation: &Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let responses = operation.get("responses");
    let responses = responses.iter().flat_map(Node::fields);
    responses
        .filter_map(|(status, response)| Some((status, response.resolved()?)))
        .collect()
}

/// The media types of a response or a request body, with their names.
pub(super) fn media_types<'a>(body: &Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let content = body.get("content");
    content.iter().flat_map(Node::fields).collect()
}

/// The values of the examples of a media type.
pub(super) fn examples<'a>(media_type: &Node<'a>) -> Vec<Node<'a>> {
    let named = media_type.get("examples");
    let named = named.iter().flat_map(Node::members);
    let named = named.filter_map(|(_, example)| example.resolved()?.get("value"));
    media_type.get("example").into_iter().chain(named).collect()
}
