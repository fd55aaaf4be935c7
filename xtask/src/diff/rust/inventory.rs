//! The items of generated code by their paths.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Fields, File, ImplItem, Item, ItemImpl, Member, Type, UseTree};

use super::source::{Source, compact};

/// The items, by paths such as `types::ContactCard.first_name`.
pub(super) type Inventory = BTreeMap<String, Entry>;

/// An item as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) source: Source,
    /// What else makes it differ.
    rest: String,
}

impl Entry {
    pub(super) fn has_same_rest(&self, other: &Self) -> bool {
        self.rest == other.rest
    }
}

/// What an item is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// A struct or an enum.
    Type {
        /// Whether it can get more members without breaking its users.
        is_open: bool,
    },
    /// A field or a variant.
    Member,
    /// A constant, or a field of one.
    Value,
    Alias,
    Function,
    Import,
    /// An implementation of a trait, or what a macro makes of a type.
    Implementation,
}

/// Lists the items of a file, whose documentation does not count.
pub(super) fn list(mut file: File) -> Inventory {
    WithoutDocs.visit_file_mut(&mut file);
    let mut inventory = Inventory::new();
    add_items(&mut inventory, "", file.items);
    inventory
}

struct WithoutDocs;

impl VisitMut for WithoutDocs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

/// Adds the items of a module, whose path is empty or ends with `::`.
fn add_items(inventory: &mut Inventory, module: &str, items: Vec<Item>) {
    let path = |name: &dyn ToString| format!("{module}{}", name.to_string());
    for item in items {
        match item {
            Item::Mod(item) => {
                let inside = format!("{}::", path(&item.ident));
                let items = item.content.map(|(_, items)| items).unwrap_or_default();
                add_items(inventory, &inside, items);
            }
            Item::Struct(item) => {
                let name = path(&item.ident);
                add_fields(inventory, &name, item.fields);
                add_type(inventory, name, &item.attrs);
            }
            Item::Enum(item) => {
                let name = path(&item.ident);
                for variant in item.variants {
                    let path = format!("{name}::{}", variant.ident);
                    let source = Source::from_fields(&variant.fields);
                    add(inventory, path, Kind::Member, source, &variant.attrs);
                }
                add_type(inventory, name, &item.attrs);
            }
            Item::Const(item) => {
                add_value(inventory, path(&item.ident), *item.expr, &item.ty);
            }
            Item::Type(item) => {
                let source = Source::from_type(&item.ty);
                add(
                    inventory,
                    path(&item.ident),
                    Kind::Alias,
                    source,
                    &item.attrs,
                );
            }
            Item::Fn(item) => {
                let name = path(&item.sig.ident);
                let source = Source::from_signature(&item.sig);
                add_one(inventory, name, Kind::Function, source, &item.block);
            }
            Item::Impl(item) => match &item.trait_ {
                None => add_members(inventory, &owner(module, &item.self_ty), item),
                Some((implemented, _)) => {
                    let name = Source::from_type(implemented).to_line();
                    let name = format!("{}, as {name}", owner(module, &item.self_ty));
                    add_one(inventory, name, Kind::Implementation, Source::None, &item);
                }
            },
            Item::Macro(item) => {
                // Its first word is the type that it implements something for.
                let subject = item.mac.tokens.clone().into_iter().next();
                let name = format!(
                    "{}, as {}!",
                    path(&subject.map(|token| token.to_string()).unwrap_or_default()),
                    compact(&item.mac.path)
                );
                add_one(inventory, name, Kind::Implementation, Source::None, &item);
            }
            Item::Use(item) => add_imports(inventory, module, String::new(), &item.tree),
            _ => {}
        }
    }
}

/// What an implementation is for: a type of the module, or one from elsewhere.
fn owner(module: &str, ty: &Type) -> String {
    match ty {
        Type::Path(path) if path.path.leading_colon.is_some() => Source::from_type(ty).to_line(),
        Type::Path(path) if path.path.segments[0].ident == "crate" => compact(ty),
        _ => format!("{module}{}", compact(ty)),
    }
}

fn add_type(inventory: &mut Inventory, path: String, attributes: &[Attribute]) {
    let is_open = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let kind = Kind::Type { is_open };
    add(inventory, path, kind, Source::None, attributes);
}

fn add_fields(inventory: &mut Inventory, owner: &str, fields: Fields) {
    for (at, field) in fields.into_iter().enumerate() {
        let name = field.ident.map(|name| name.to_string());
        let name = name.unwrap_or_else(|| at.to_string());
        let path = format!("{owner}.{}", name.trim_start_matches("r#"));
        let source = Source::from_type(&field.ty);
        add(inventory, path, Kind::Member, source, &field.attrs);
    }
}

/// Adds a constant; one that is a struct by its fields.
fn add_value(inventory: &mut Inventory, path: String, value: Expr, ty: &Type) {
    let source = match value {
        Expr::Struct(value) => {
            for field in value.fields {
                if let Member::Named(name) = &field.member {
                    let path = format!("{path}.{name}");
                    let source = Source::from_value(&field.expr);
                    add(inventory, path, Kind::Value, source, &field.attrs);
                }
            }
            Source::from_type(ty)
        }
        value => Source::from_value(&value),
    };
    add_one(inventory, path, Kind::Value, source, ty);
}

fn add_members(inventory: &mut Inventory, owner: &str, item: ItemImpl) {
    for member in item.items {
        match member {
            ImplItem::Fn(item) => {
                let path = format!("{owner}::{}", item.sig.ident);
                let source = Source::from_signature(&item.sig);
                add_one(inventory, path, Kind::Function, source, &item);
            }
            ImplItem::Const(item) => {
                let path = format!("{owner}::{}", item.ident);
                add_value(inventory, path, item.expr, &item.ty);
            }
            other => {
                let path = format!("{owner}::{}", compact(&other));
                add_one(inventory, path, Kind::Value, Source::None, &other);
            }
        }
    }
}

fn add_imports(inventory: &mut Inventory, module: &str, from: String, tree: &UseTree) {
    match tree {
        UseTree::Path(path) => {
            let from = format!("{from}{}::", path.ident);
            add_imports(inventory, module, from, &path.tree);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                add_imports(inventory, module, from.clone(), tree);
            }
        }
        tree => {
            let path = format!("{module}{}", compact(tree));
            add_one(inventory, path, Kind::Import, Source::None, &from);
        }
    }
}

fn add(
    inventory: &mut Inventory,
    path: String,
    kind: Kind,
    source: Source,
    attributes: &[Attribute],
) {
    let mut rest = proc_macro2::TokenStream::new();
    for attribute in attributes {
        attribute.to_tokens(&mut rest);
    }
    add_one(inventory, path, kind, source, &rest);
}

fn add_one(
    inventory: &mut Inventory,
    path: String,
    kind: Kind,
    source: Source,
    rest: &impl ToTokens,
) {
    let rest = rest.to_token_stream().to_string();
    inventory.insert(path, Entry { kind, source, rest });
}
