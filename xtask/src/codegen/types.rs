//! Adapts the generated types: they can grow, and absent values differ from empty ones.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::{Field, File, FnArg, ImplItem, Item, Meta, Pat, Token, parse_quote};

use super::items::{all_mut, is_serde};
use super::uses::{self, Uses};

/// Lets every type that the API sends grow without breaking users. The types of requests stay as
/// they are, since `linq` builds them.
pub(super) fn open(file: &mut File) {
    let sent = sent(file);
    for item in all_mut(file).into_iter().flatten() {
        let (name, attributes) = match item {
            Item::Struct(item) => {
                item.fields
                    .iter_mut()
                    .for_each(distinguish_absent_from_empty);
                (&item.ident, &mut item.attrs)
            }
            Item::Enum(item) => (&item.ident, &mut item.attrs),
            _ => continue,
        };
        if !sent.contains(&name.to_string()) {
            attributes.push(parse_quote!(#[non_exhaustive]));
        }
        attributes.push(parse_quote! {
            #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        });
    }
}

/// The types of requests.
pub(super) fn sent(file: &File) -> BTreeSet<String> {
    Uses::new(file).closure(bodies(file))
}

/// What the methods of the client take as `body`.
fn bodies(file: &File) -> BTreeSet<String> {
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    let arguments = methods.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(&method.sig.inputs),
        _ => None,
    });
    let bodies = arguments.flatten().filter_map(|argument| match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) if name.ident == "body" => Some(uses::words(&argument.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    bodies.flatten().collect()
}

/// Turns an optional list or mapping into an `Option`: the generator does not tell absent from
/// empty.
fn distinguish_absent_from_empty(field: &mut Field) {
    let Some(attribute) = field.attrs.iter_mut().find(|attribute| is_serde(attribute)) else {
        return;
    };
    let options = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut options: Vec<_> = options.into_iter().flatten().collect();
    if !options
        .iter()
        .any(|option| option.path().is_ident("default"))
    {
        return;
    }
    options.retain(|option| {
        !option.path().is_ident("default") && !option.path().is_ident("skip_serializing_if")
    });
    options.push(parse_quote!(
        skip_serializing_if = "::std::option::Option::is_none"
    ));
    *attribute = parse_quote!(#[serde(#(#options),*)]);
    let ty = &field.ty;
    field.ty = parse_quote!(::std::option::Option<#ty>);
}
