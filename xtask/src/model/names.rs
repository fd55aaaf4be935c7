//! The Rust names that the generator makes of names in the document.
//!
//! progenitor names methods and arguments, typify the rest. They differ in what they put before a name
//! that would begin with a digit.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use syn::Ident;
use unicode_ident::{is_xid_continue, is_xid_start};

/// The variant of an open enum for unknown values.
pub(crate) const UNKNOWN_VALUE: &str = "UnknownValue";

pub(crate) fn method_name(name: &str) -> String {
    snake(name, "_")
}

pub(crate) fn argument_name(name: &str) -> String {
    snake(name, "_")
}

/// What `operations` calls an operation or a budget.
pub(crate) fn constant_name(name: &str) -> String {
    method_name(name).to_uppercase()
}

pub(crate) fn field_name(name: &str) -> String {
    snake(name, "x")
}

pub(crate) fn type_name(name: &str) -> String {
    pascal(name)
}

pub(crate) fn variant_name(name: &str) -> String {
    pascal(name)
}

/// What the generator takes when the plain variants of an enumeration are not unique.
pub(crate) fn spelled_out_variant_name(name: &str) -> String {
    variant_name(&name.replace(|c: char| c == '_' || !is_xid_continue(c), "X"))
}

fn snake(name: &str, before_digit: &str) -> String {
    special(name).unwrap_or_else(|| identifier(words(name).to_snake_case(), before_digit, "x"))
}

fn pascal(name: &str) -> String {
    special(name).unwrap_or_else(|| identifier(words(name).to_pascal_case(), "X", "X"))
}

fn special(name: &str) -> Option<String> {
    match name {
        "+1" => Some("plus1".to_owned()),
        "-1" => Some("minus1".to_owned()),
        _ => None,
    }
}

fn words(name: &str) -> String {
    name.replace('\'', "")
        .replace(|c: char| !is_xid_continue(c), "-")
}

fn identifier(name: String, before_digit: &str, for_nothing: &str) -> String {
    let name = match name.chars().next() {
        None => for_nothing.to_owned(),
        Some(first) if is_xid_start(first) => name,
        Some(_) => format!("{before_digit}{name}"),
    };
    if syn::parse_str::<Ident>(&name).is_ok() && name != "gen" {
        name
    } else {
        format!("{name}_")
    }
}
