//! Finds generated code that would not compile, or types that no value fits.
//!
//! The checks of the document find most of it; this finds what results from composed schemas.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{Fields, FnArg, ImplItem, Item};

/// Returns why the generated items can't be right.
pub(super) fn check(items: &[Item]) -> Result<(), String> {
    let mut types = HashSet::new();
    for item in items {
        match item {
            Item::Struct(item) => {
                unique(&mut types, &item.ident)?;
                fields(&item.fields)?;
            }
            Item::Enum(item) => {
                unique(&mut types, &item.ident)?;
                if item.variants.is_empty() {
                    return Err(format!("no value would fit the type `{}`", item.ident));
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let mut methods = HashSet::new();
                for method in &item.items {
                    if let ImplItem::Fn(method) = method {
                        unique(&mut methods, &method.sig.ident)?;
                        let mut arguments = HashSet::new();
                        for argument in &method.sig.inputs {
                            if let FnArg::Typed(argument) = argument {
                                unique(&mut arguments, &argument.pat)?;
                            }
                        }
                    }
                }
            }
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    check(items)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn fields(fields: &Fields) -> Result<(), String> {
    let mut seen = HashSet::new();
    fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .try_for_each(|name| unique(&mut seen, name))
}

fn unique(seen: &mut HashSet<String>, name: impl ToTokens) -> Result<(), String> {
    let name = name.to_token_stream().to_string();
    if seen.contains(&name) {
        return Err(format!("two things would have the name `{name}`"));
    }
    seen.insert(name);
    Ok(())
}
