//! The generated types: what the API sends may grow, and what it leaves out stays distinct from what is empty.

use openapiv3::{OpenAPI, ReferenceOr};
use syn::{File, Item, parse_quote};

/// The items of the module `types`.
pub(super) fn items(file: &mut File) -> Option<&mut Vec<Item>> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// The schemas that requests are made of, each named by a reference.
pub(super) fn request_bodies(openapi: &OpenAPI) -> Vec<String> {
    let bodies = openapi.operations().filter_map(|(_, _, operation)| {
        let body = operation.request_body.as_ref()?.as_item()?;
        let (_, media) = body.content.first()?;
        match media.schema.as_ref()? {
            ReferenceOr::Reference { reference } => reference.rsplit('/').next(),
            ReferenceOr::Item(_) => None,
        }
    });
    bodies.map(str::to_owned).collect()
}

/// Lets every type that the API sends grow without breaking those who use it, and describes it in JSON
/// Schema. What requests are made of stays as it is: `linq` builds it.
pub(super) fn open(file: &mut File, request_bodies: &[String]) {
    for item in items(file).into_iter().flatten() {
        let (name, attributes) = match item {
            Item::Struct(item) => (&item.ident, &mut item.attrs),
            Item::Enum(item) => (&item.ident, &mut item.attrs),
            _ => continue,
        };
        if request_bodies.iter().any(|body| name == body) {
            continue;
        }
        attributes.push(parse_quote!(#[non_exhaustive]));
        attributes.push(parse_quote! {
            #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        });
    }
}
