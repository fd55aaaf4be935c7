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

/// Every operation of a document, in its order.
pub(crate) fn all<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    let mut all = Vec::new();
    for (path, path_item) in root.get("paths").iter().flat_map(Node::fields) {
        let methods = path_item
            .fields()
            .filter(|(key, node)| METHODS.contains(key) && node.value().is_object());
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
    pub(crate) fn parameters(&self, root: &Node<'a>) -> Vec<Node<'a>> {
        let declared = |owner: &Node<'a>| -> Vec<_> {
            let parameters = owner.get("parameters");
            let parameters = parameters.iter().flat_map(Node::items);
            parameters
                .filter_map(|parameter| parameter.resolved(root))
                .collect()
        };
        let key = |parameter: &Node<'a>| (parameter.text("name"), parameter.text("in"));
        let own = declared(&self.node);
        let mut all = declared(&self.path_item);
        all.retain(|parameter| !own.iter().any(|own| key(own) == key(parameter)));
        all.extend(own);
        all
    }
}
