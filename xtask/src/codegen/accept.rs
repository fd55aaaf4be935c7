//! Lets each method ask for the media types that its responses have.
//!
//! The generator knows only those of success, and of these `application/json`.

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, ImplItem, Item, LitStr, parse_quote};

use crate::model::media_type;
use crate::model::names;
use crate::model::node::Node;
use crate::model::operations;

const PLAIN: &str = "application/json";

pub(super) fn state(file: &mut File, document: &Value) {
    let root = Node::root(document);
    for operation in operations::all(&root) {
        let accepted = accepted(&operation.node);
        if let Some(id) = operation.id()
            && !accepted.is_empty()
        {
            replace(file, &names::method_name(id), accepted);
        }
    }
}

/// The types of an operation's responses, those of a success first; JSON alone where a response has
/// it.
fn accepted(operation: &Node) -> String {
    let mut responses: Vec<_> = operation
        .get("responses")
        .iter()
        .flat_map(Node::fields)
        .collect();
    responses.sort_by_key(|(status, _)| !status.starts_with('2'));
    let mut accepted = Vec::new();
    for (_, response) in responses {
        let content = response
            .resolved()
            .and_then(|response| response.get("content"));
        let Some(content) = content else { continue };
        let names = match media_type::json_of(&content) {
            Some((name, _)) => vec![name],
            None => content.members().map(|(name, _)| name).collect(),
        };
        for name in names.into_iter().map(media_type::sent) {
            let fits_header = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            if fits_header && !accepted.contains(&name) {
                accepted.push(name);
            }
        }
    }
    accepted.join(", ")
}

/// In place of the generator's `Accept` header, or before the other headers where there is none.
fn replace(file: &mut File, method: &str, accepted: String) {
    struct Accept {
        accepted: String,
        is_there: bool,
    }
    impl VisitMut for Accept {
        fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
            if text.value() == PLAIN {
                *text = LitStr::new(&self.accepted, text.span());
                self.is_there = true;
            }
        }

        fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
            visit_mut::visit_expr_method_call_mut(self, call);
            if call.method == "headers" && !self.is_there {
                let (request, accepted): (&Expr, _) = (&call.receiver, &self.accepted);
                call.receiver = parse_quote! {
                    #request.header(
                        ::reqwest::header::ACCEPT,
                        ::reqwest::header::HeaderValue::from_static(#accepted),
                    )
                };
                self.is_there = true;
            }
        }
    }
    let mut accept = Accept {
        accepted,
        is_there: false,
    };
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
