//! The items of the generated module `types`.

use syn::{Attribute, File, Item};

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
