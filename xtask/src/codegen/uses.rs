//! Finds which types and crates the generated items use.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Fields, File, Item, Path};

use super::items;

/// The types of a generated file, each with the types that it consists of.
pub(super) struct Uses(BTreeMap<String, BTreeSet<String>>);

impl Uses {
    pub(super) fn new(file: &File) -> Self {
        let items: Vec<_> = items::all(file).iter().filter_map(made_of).collect();
        let names: BTreeSet<_> = items.iter().map(|(name, _)| name.clone()).collect();
        let uses = items.into_iter().map(|(name, parts)| {
            let used = words(parts).intersection(&names).cloned().collect();
            (name, used)
        });
        Self(uses.collect())
    }

    /// These types, and all that they consist of.
    pub(super) fn closure(&self, roots: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut unread: Vec<_> = roots.into_iter().collect();
        while let Some(name) = unread.pop() {
            if let Some(uses) = self.0.get(&name)
                && found.insert(name)
            {
                unread.extend(uses.iter().cloned());
            }
        }
        found
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// A type's name, and its parts without documentation.
fn made_of(item: &Item) -> Option<(String, TokenStream)> {
    let types_in = |fields: &Fields| {
        fields
            .iter()
            .map(|field| field.ty.to_token_stream())
            .collect()
    };
    match item {
        Item::Struct(item) => Some((item.ident.to_string(), types_in(&item.fields))),
        Item::Enum(item) => {
            let parts: Vec<TokenStream> = item
                .variants
                .iter()
                .map(|variant| types_in(&variant.fields))
                .collect();
            Some((item.ident.to_string(), quote!(#(#parts)*)))
        }
        _ => None,
    }
}

/// Every identifier in a piece of code, not those in texts.
pub(super) fn words(tokens: impl ToTokens) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, found: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => drop(found.insert(word.to_string())),
                TokenTree::Group(group) => collect(group.stream(), found),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    collect(tokens.into_token_stream(), &mut found);
    found
}

/// The crates that an item names, each as `::name::…`.
pub(super) fn crates(item: &Item) -> BTreeSet<String> {
    struct Crates(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Crates {
        fn visit_path(&mut self, path: &'ast Path) {
            if let (Some(_), Some(first)) = (path.leading_colon, path.segments.first()) {
                self.0.insert(first.ident.to_string());
            }
            visit::visit_path(self, path);
        }
    }
    let mut crates = Crates(BTreeSet::new());
    crates.visit_item(item);
    crates.0
}
