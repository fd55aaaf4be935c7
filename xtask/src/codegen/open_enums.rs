//! Opens every generated enum: its known values are variants, and any other text is kept.
//!
//! New values appear without notice, and must not make a whole response fail.

use quote::quote;
use syn::{File, Ident, Item, ItemEnum, ItemImpl, Type, parse_quote};

use super::items;
use super::texts::ValueTexts;

/// The traits that the generator implements for a closed enum, and `open_enum!` for an open one.
const REPLACED: [&str; 3] = ["Display", "FromStr", "TryFrom"];

pub(super) fn open(file: &mut File, texts: &ValueTexts) {
    let Some(items) = items::all_mut(file) else {
        return;
    };
    let mut opened = Vec::new();
    for item in items.iter_mut() {
        if let Item::Enum(item) = item
            && is_text(item)
        {
            opened.push((item.ident.clone(), open_one(item, texts)));
        }
    }
    items.retain(|item| !matches!(item, Item::Impl(item) if is_replaced(item, &opened)));
    items.extend(opened.into_iter().map(|(_, conversions)| conversions));
}

/// Whether each variant is a text.
fn is_text(item: &ItemEnum) -> bool {
    let untagged = item.attrs.iter().any(items::is_serde);
    let all_plain = item
        .variants
        .iter()
        .all(|variant| variant.fields.is_empty());
    !untagged && all_plain && !item.variants.is_empty()
}

/// Gives the variants their texts, and adds that for unknown values; returns the call of `open_enum!` for the rest.
fn open_one(item: &mut ItemEnum, texts: &ValueTexts) -> Item {
    let name = &item.ident;
    let variants = item.variants.iter_mut().map(|variant| {
        let ident = &variant.ident;
        let value = items::renamed(&variant.attrs).unwrap_or_else(|| ident.to_string());
        variant
            .attrs
            .retain(|attribute| !items::is_serde(attribute));
        let text = texts.text(name, &value);
        variant.attrs.push(parse_quote!(#[doc = #text]));
        quote!(#ident = #value)
    });
    let conversions = parse_quote!(open_enum!(#name { #(#variants),* }););
    item.variants.push(parse_quote! {
        /// An unknown value. Make it with `From<&str>`, which finds known values.
        UnknownValue(::std::string::String)
    });
    item.attrs.retain(|attribute| {
        !attribute.path().is_ident("derive") && !attribute.path().is_ident("cfg_attr")
    });
    item.attrs.push(parse_quote! {
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    });
    if !item
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"))
    {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    conversions
}

fn is_replaced(item: &ItemImpl, opened: &[(Ident, Item)]) -> bool {
    let Some((path, Type::Path(of))) = item
        .trait_
        .as_ref()
        .map(|(path, ..)| (path, &*item.self_ty))
    else {
        return false;
    };
    opened.iter().any(|(name, _)| of.path.is_ident(name))
        && path
            .segments
            .last()
            .is_some_and(|last| REPLACED.iter().any(|replaced| last.ident == replaced))
}
