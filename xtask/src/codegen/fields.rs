//! Changes the types of fields that can be left out of a request or be null, and of secrets.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, File, Item, Meta, Path, PathArguments, Token, Type, parse_quote};

use super::items::{all_mut, is_serde};
use super::types;
use crate::model::names;
use crate::model::node::Node;

/// Replaces the types of such fields; `document` is the input of the generator.
pub(super) fn retype(file: &mut File, document: &Value) -> Result<(), String> {
    let marked = Marked::read(document);
    let sent = types::sent(file);
    for item in all_mut(file).into_iter().flatten() {
        let Item::Struct(item) = item else { continue };
        let owner = item.ident.to_string();
        let is_sent = sent.contains(&owner);
        for field in &mut item.fields {
            let name = field.ident.as_ref().map(ToString::to_string);
            let key = (owner.clone(), name.unwrap_or_default());
            if is_sent && marked.three_states.contains(&key) {
                take_three_states(field)
                    .ok_or_else(|| format!("the field `{}` of `{}` can't be null", key.1, key.0))?;
            }
            if marked.secrets.contains(&key) {
                hide(field, is_sent);
            }
        }
    }
    Ok(())
}

/// Fields, each by the name of its type and its own name.
#[derive(Default)]
struct Marked {
    three_states: BTreeSet<(String, String)>,
    secrets: BTreeSet<(String, String)>,
}

impl Marked {
    fn read(document: &Value) -> Self {
        let root = Node::root(document);
        let schemas = root.at(&["components", "schemas"]);
        let mut marked = Self::default();
        for (name, schema) in schemas.iter().flat_map(Node::members) {
            let parts = parts(&schema);
            let required: BTreeSet<_> = parts
                .iter()
                .filter_map(|part| part.get("required"))
                .flat_map(|required| required.items().collect::<Vec<_>>())
                .filter_map(|required| required.value().as_str())
                .collect();
            let properties = parts.iter().filter_map(|part| part.get("properties"));
            for (property, schema) in properties.flat_map(|all| all.members().collect::<Vec<_>>()) {
                let key = || (names::type_name(name), names::field_name(property));
                if schema.value()["nullable"] == true && !required.contains(property) {
                    marked.three_states.insert(key());
                }
                let resolved = schema.resolved();
                if resolved.is_some_and(|schema| schema.text("format") == Some("password")) {
                    marked.secrets.insert(key());
                }
            }
        }
        marked
    }
}

/// A schema and the schemas that it is composed of.
fn parts<'a>(schema: &Node<'a>) -> Vec<Node<'a>> {
    let (mut parts, mut seen) = (Vec::new(), BTreeSet::new());
    let mut unread = vec![schema.clone()];
    while let Some(schema) = unread.pop().and_then(|schema| schema.resolved()) {
        if seen.insert(schema.pointer().to_owned()) {
            unread.extend(schema.get("allOf").iter().flat_map(Node::items));
            parts.push(schema);
        }
    }
    parts
}

/// Turns an `Option` into a `Field`.
fn take_three_states(field: &mut Field) -> Option<()> {
    let Type::Path(ty) = &mut field.ty else {
        return None;
    };
    let last = ty
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(value) = last.arguments.clone() else {
        return None;
    };
    ty.path = parse_quote!(crate::Field #value);
    let mut options = serde_options(field);
    options.retain(|option| {
        !option.path().is_ident("default") && !option.path().is_ident("skip_serializing_if")
    });
    options.push(parse_quote!(default));
    options.push(parse_quote!(
        skip_serializing_if = "crate::Field::is_absent"
    ));
    field.attrs.push(parse_quote!(#[serde(#(#options),*)]));
    Some(())
}

/// Turns a text into a `Secret`. One that is only received is not serialized, since that would show
/// it.
fn hide(field: &mut Field, is_sent: bool) {
    struct Hide;
    impl VisitMut for Hide {
        fn visit_path_mut(&mut self, path: &mut Path) {
            if path
                .segments
                .last()
                .is_some_and(|last| last.ident == "String")
            {
                *path = parse_quote!(crate::Secret);
            }
            visit_mut::visit_path_mut(self, path);
        }
    }
    Hide.visit_type_mut(&mut field.ty);
    if !is_sent {
        let mut options = serde_options(field);
        options.retain(|option| !option.path().is_ident("skip_serializing_if"));
        options.push(parse_quote!(skip_serializing));
        field.attrs.push(parse_quote!(#[serde(#(#options),*)]));
    }
}

/// Removes the options for serde from a field.
fn serde_options(field: &mut Field) -> Vec<Meta> {
    let (serde, others): (Vec<_>, Vec<_>) = field.attrs.drain(..).partition(is_serde);
    field.attrs = others;
    let options = serde.iter().flat_map(|attribute| {
        attribute
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .unwrap_or_default()
    });
    options.collect()
}
