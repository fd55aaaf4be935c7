//! The items of the generated module `types`.

use syn::{Attribute, File, Item, LitStr};

/// The items of the module `types`.
pub(super) fn all(file: &File) -> &[Item] {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    types.map_or(&[], |(_, items)| items)
}

/// The same, to change them.
pub(super) fn all_mut(file: &mut File) -> Option<&mut Vec<Item>> {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    types.map(|(_, items)| items)
}

pub(super) fn is_serde(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
}

/// The value in `#[serde(rename = "…")]`.
pub(super) fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut value = None;
    let serde = attributes.iter().filter(|attribute| is_serde(attribute));
    for attribute in serde {
        // Ignores what is not a rename, which is all that the generator writes here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                value = Some(meta.value()?.parse::<LitStr>()?.value());
            }
            Ok(())
        });
    }
    value
}
