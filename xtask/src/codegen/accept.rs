//! Lets each method ask for the media types that its responses have: the generator knows `application/json`.

use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{File, ImplItem, Item, LitStr};

use crate::spec::media_type;
use crate::spec::names;
use crate::spec::node::Node;

const PLAIN: &str = "application/json";

pub(super) fn state(file: &mut File, document: &Value) {
    let root = Node::root(document);
    for (_, path_item) in root.get("paths").iter().flat_map(Node::fields) {
        for (_, operation) in path_item.fields() {
            let accepted = accepted(&operation, &root);
            if let Some(id) = operation.text("operationId")
                && accepted != PLAIN
                && !accepted.is_empty()
            {
                replace(file, &names::of_method(id), accepted);
            }
        }
    }
}

/// The JSON types of an operation's responses, those of a success first.
fn accepted(operation: &Node, root: &Node) -> String {
    let mut responses: Vec<_> = operation
        .get("responses")
        .iter()
        .flat_map(Node::fields)
        .collect();
    responses.sort_by_key(|(status, _)| !status.starts_with('2'));
    let mut accepted = Vec::new();
    for (_, response) in responses {
        let content = response
            .resolved(root)
            .and_then(|response| response.get("content"));
        if let Some((name, _)) = content.and_then(|content| media_type::json_of(&content)) {
            let name = media_type::sent(name);
            if !accepted.contains(&name) {
                accepted.push(name);
            }
        }
    }
    accepted.join(", ")
}

fn replace(file: &mut File, method: &str, accepted: String) {
    struct Accept(String);
    impl VisitMut for Accept {
        fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
            if text.value() == PLAIN {
                *text = LitStr::new(&self.0, text.span());
            }
        }
    }
    let mut accept = Accept(accepted);
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for item in &mut item.items {
            if let ImplItem::Fn(item) = item
                && item.sig.ident == method
            {
                accept.visit_block_mut(&mut item.block);
            }
        }
    }
}
