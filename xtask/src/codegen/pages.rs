//! Generates access to the items of a page, and to the cursor of the next one.

use std::collections::BTreeSet;

use quote::format_ident;
use serde_json::Value;
use syn::{Item, parse_quote};

use crate::model::extensions::{PAGINATION, Pagination};
use crate::model::names;
use crate::model::node::Node;
use crate::model::operations;
use crate::model::page::{item, page};

use super::operations::read;

/// An implementation of `Page` for each type of a page.
pub(super) fn generate(document: &Value) -> Result<Vec<Item>, String> {
    let root = Node::root(document);
    let (mut pages, mut implementations) = (BTreeSet::new(), Vec::new());
    for operation in operations::all(&root) {
        let pagination: Option<Pagination> = read(operation.node.value(), PAGINATION)?;
        if let Some(pagination) = pagination
            && let Some((name, page)) = page(&operation.node)
            && let Some(item) = item(&pagination, &page)
            && pages.insert(name)
        {
            implementations.push(implementation(&pagination, name, item));
        }
    }
    Ok(implementations)
}

fn implementation(pagination: &Pagination, page: &str, item: &str) -> Item {
    let [page, item] = [page, item].map(|name| format_ident!("{}", names::type_name(name)));
    let [next, items] = [&pagination.next, &pagination.items]
        .map(|name| format_ident!("{}", names::field_name(name)));
    parse_quote! {
        impl crate::Page for types::#page {
            type Item = types::#item;

            fn next_cursor(&self) -> ::std::option::Option<&str> {
                self.#next.as_deref().filter(|cursor| !cursor.is_empty())
            }

            fn into_items(self) -> ::std::vec::Vec<Self::Item> {
                self.#items
            }
        }
    }
}
