//! The Rust names that the generator makes of names in the document.

use heck::{ToPascalCase, ToSnakeCase};

pub(crate) fn of_method(name: &str) -> String {
    plain(name).to_snake_case()
}

pub(crate) fn of_field(name: &str) -> String {
    plain(name).to_snake_case()
}

pub(crate) fn of_type(name: &str) -> String {
    plain(name).to_pascal_case()
}

pub(crate) fn of_variant(name: &str) -> String {
    match name {
        "+1" => "Plus1".to_owned(),
        "-1" => "Minus1".to_owned(),
        _ => match plain(name).to_pascal_case() {
            empty if empty.is_empty() => "X".to_owned(),
            name => name,
        },
    }
}

/// What the generator takes when the plain variants of an enumeration are not unique.
pub(crate) fn of_variant_spelled_out(name: &str) -> String {
    of_variant(&name.replace(|c: char| !c.is_alphanumeric(), "X"))
}

fn plain(name: &str) -> String {
    name.replace('\'', "")
        .replace(|c: char| c != '_' && !c.is_alphanumeric(), "-")
}
