//! The operations of a document, with their parameters.

use super::node::Node;

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation, and where it is.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) path_item: Node<'a>,
    pub(crate) method: &'a str,
    pub(crate) node: Node<'a>,
}

/// Every operation that callers call, in the order of the document.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    in_paths(root.get("paths"))
}

/// Every event that the service sends, as the operation that receives it.
pub(crate) fn webhooks<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    in_paths(root.get("x-webhooks"))
}

fn in_paths(paths: Option<Node>) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, path_item) in paths.iter().flat_map(Node::fields) {
        let methods = path_item.fields();
        let methods =
            methods.filter(|(key, node)| METHODS.contains(key) && node.value().is_object());
        all.extend(methods.map(|(method, node)| Operation {
            path,
            path_item: path_item.clone(),
            method,
            node,
        }));
    }
    all
}

impl<'a> Operation<'a> {
    pub(crate) fn id(&self) -> Option<&'a str> {
        self.node.text("operationId")
    }

    /// Its parameters, including those of its path that it does not override.
    pub(crate) fn parameters(&self) -> Vec<Node<'a>> {
        let key = |parameter: &Node<'a>| (parameter.text("name"), parameter.text("in"));
        let declared = |owner: &Node<'a>| owner.items_of("parameters").into_iter();
        let own: Vec<_> = declared(&self.node)
            .filter_map(|own| own.resolved())
            .collect();
        let is_overridden = |other: &Node<'a>| own.iter().any(|own| key(own) == key(other));
        let mut all: Vec<_> = declared(&self.path_item)
            .filter_map(|other| other.resolved())
            .filter(|other| !is_overridden(other))
            .collect();
        all.extend(own);
        all
    }
}
