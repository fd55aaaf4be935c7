//! Puts the types that only webhooks use behind a feature.

use std::collections::BTreeSet;

use quote::{ToTokens as _, quote};
use serde_json::Value;
use syn::{File, Item, parse_quote};

use crate::model::names;

use super::items;
use super::uses::{self, Uses};
use crate::model::references::references;

/// The names of the types that the webhooks of a document use, and the paths of which code is made
/// do not.
pub(super) fn used_only_by_webhooks(document: &Value, simple: &Value) -> BTreeSet<String> {
    let by_paths = references(simple, simple.get("paths"));
    references(document, document.get("x-webhooks"))
        .difference(&by_paths)
        .filter_map(|reference| reference.strip_prefix("#/components/schemas/"))
        .map(names::type_name)
        .collect()
}

/// Puts these types behind the feature, with those that only they are made of.
pub(super) fn gate(file: &mut File, webhook_types: &BTreeSet<String>) {
    let uses = Uses::new(file);
    let in_methods = file
        .items
        .iter()
        .filter(|item| !matches!(item, Item::Mod(_)));
    let in_methods = in_methods.flat_map(uses::words);
    let by_webhooks = uses.closure(webhook_types.iter().cloned());
    let others = uses.names().filter(|name| !by_webhooks.contains(*name));
    let by_others = uses.closure(others.cloned().chain(in_methods));
    let gated: BTreeSet<_> = by_webhooks.difference(&by_others).collect();
    for item in items::all_mut(file).into_iter().flatten() {
        let (attributes, about) = match item {
            Item::Struct(item) => (&mut item.attrs, item.ident.to_token_stream()),
            Item::Enum(item) => (&mut item.attrs, item.ident.to_token_stream()),
            Item::Impl(item) => {
                let (of, whose) = (item.trait_.as_ref().map(|(of, _)| of), &item.self_ty);
                (&mut item.attrs, quote!(#of #whose))
            }
            Item::Macro(item) => (&mut item.attrs, item.mac.tokens.clone()),
            _ => continue,
        };
        if uses::words(about).iter().any(|word| gated.contains(word)) {
            attributes.insert(0, parse_quote!(#[cfg(feature = "webhooks")]));
        }
    }
}

/// Whether an item is behind the feature.
pub(super) fn is_gated(item: &Item) -> bool {
    let attributes = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => return false,
    };
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> BTreeSet<String> {
        let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "paths": {"/a": {"get": {"responses": {"200": [schema("shared")]}}}},
            "x-webhooks": {"b": {"post": [schema("shared"), schema("one_event")]}},
            "components": {"schemas": {
                "shared": {"properties": {"inner": schema("inner")}},
                "inner": {},
                "one_event": {"properties": {"inner": schema("inner"), "data": schema("data")}},
                "data": {"properties": {"again": schema("one_event")}},
                "unused": {},
            }},
        });
        used_only_by_webhooks(&document, &document)
    }

    #[test]
    fn what_a_path_uses_too_is_not_the_webhooks_own() {
        assert_eq!(names(), ["Data", "OneEvent"].map(str::to_owned).into());
    }

    #[test]
    fn a_document_without_webhooks_has_none() {
        let document = json!({"paths": {}});
        assert_eq!(used_only_by_webhooks(&document, &document), BTreeSet::new());
    }

    #[test]
    fn a_type_and_its_implementations_are_gated() {
        let mut file: File = parse_quote! {
            pub mod types {
                #[doc = "Not Data"]
                pub struct Shared;
                pub struct Data;
                pub enum OneEvent {}
                impl From<Data> for String {}
                impl Default for OneEvent {}
                impl Default for Shared {}
            }
        };
        gate(&mut file, &names());
        let expected: File = parse_quote! {
            pub mod types {
                #[doc = "Not Data"]
                pub struct Shared;
                #[cfg(feature = "webhooks")]
                pub struct Data;
                #[cfg(feature = "webhooks")]
                pub enum OneEvent {}
                #[cfg(feature = "webhooks")]
                impl From<Data> for String {}
                #[cfg(feature = "webhooks")]
                impl Default for OneEvent {}
                impl Default for Shared {}
            }
        };
        assert_eq!(
            file.to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
    }
}
