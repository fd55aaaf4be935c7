//! Gives a text to every field and every value of an enum, from what the contract says.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::{Attribute, File, GenericArgument, Ident, Item, PathArguments, Type, parse_quote};

use super::items;
use crate::model::extensions::ENUM_DESCRIPTIONS;
use crate::model::names;
use crate::model::node::Node;

/// What holds a value of another type without changing what it is about.
const WRAPPERS: [&str; 3] = ["Option", "Field", "Box"];

/// The descriptions of the values of enums, each by the name of its type and the value.
pub(super) struct ValueTexts(BTreeMap<(String, String), String>);

impl ValueTexts {
    /// Reads those of the document that the generator gets, in which each enum is a component.
    pub(super) fn read(document: &Value) -> Self {
        let schemas = Node::root(document).at(&["components", "schemas"]);
        let mut texts = BTreeMap::new();
        for (name, schema) in schemas.iter().flat_map(Node::members) {
            for (value, text) in schema.get(ENUM_DESCRIPTIONS).iter().flat_map(Node::members) {
                if let Some(text) = text.value().as_str() {
                    texts.insert((names::type_name(name), value.to_owned()), text.to_owned());
                }
            }
        }
        Self(texts)
    }

    /// The text of a value: what it is in JSON, and its description if it has one.
    pub(super) fn text(&self, of: &Ident, value: &str) -> String {
        match self.0.get(&(of.to_string(), value.to_owned())) {
            Some(text) => value_text(value, text),
            None => format!("`{value}` in JSON."),
        }
    }
}

/// The text of a value that has a description.
pub(super) fn value_text(value: &str, description: &str) -> String {
    let end = if description.ends_with('.') { "" } else { "." };
    format!("`{value}`: {description}{end}")
}

/// Gives each field without a text that of its type: a reference has no description of its own.
pub(super) fn describe_fields(file: &mut File) {
    let types: BTreeMap<String, Vec<Attribute>> = items::all(file)
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some((&item.ident, &item.attrs)),
            Item::Enum(item) => Some((&item.ident, &item.attrs)),
            _ => None,
        })
        .map(|(name, attributes)| (name.to_string(), docs(attributes)))
        .collect();
    for item in items::all_mut(file).into_iter().flatten() {
        let Item::Struct(item) = item else { continue };
        for field in &mut item.fields {
            let Some(name) = field
                .ident
                .as_ref()
                .filter(|_| docs(&field.attrs).is_empty())
            else {
                continue;
            };
            let of_type = named(&field.ty).and_then(|ty| types.get(&ty.to_string()));
            let docs = of_type.filter(|docs| !docs.is_empty()).cloned();
            let docs = docs.unwrap_or_else(|| {
                let name = items::renamed(&field.attrs).unwrap_or_else(|| name.to_string());
                let text = format!("`{name}` in JSON.");
                vec![parse_quote!(#[doc = #text])]
            });
            field.attrs.splice(0..0, docs);
        }
    }
}

fn docs(attributes: &[Attribute]) -> Vec<Attribute> {
    let docs = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    docs.cloned().collect()
}

/// The type that a field holds one of.
fn named(ty: &Type) -> Option<&Ident> {
    let Type::Path(ty) = ty else { return None };
    let last = ty.path.segments.last()?;
    match &last.arguments {
        PathArguments::None => Some(&last.ident),
        PathArguments::AngleBracketed(arguments)
            if WRAPPERS.iter().any(|name| last.ident == name) =>
        {
            match arguments.args.first()? {
                GenericArgument::Type(inner) => named(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;
    use serde_json::json;

    use super::*;

    fn described(fields: &File) -> String {
        let mut file = fields.clone();
        describe_fields(&mut file);
        file.to_token_stream().to_string()
    }

    #[test]
    fn a_field_without_a_text_has_that_of_its_type() {
        let code = described(&parse_quote! {
            pub mod types {
                /// Somebody.
                pub struct Person;
                pub struct Letter {
                    pub from: Person,
                    pub to: ::std::option::Option<Person>,
                    /// Who else gets it.
                    pub copy: crate::Field<Person>,
                }
            }
        });
        let expected: File = parse_quote! {
            pub mod types {
                /// Somebody.
                pub struct Person;
                pub struct Letter {
                    /// Somebody.
                    pub from: Person,
                    /// Somebody.
                    pub to: ::std::option::Option<Person>,
                    /// Who else gets it.
                    pub copy: crate::Field<Person>,
                }
            }
        };
        assert_eq!(code, expected.to_token_stream().to_string());
    }

    #[test]
    fn a_field_about_which_nothing_is_said_has_its_name_in_json() {
        let code = described(&parse_quote! {
            pub mod types {
                /// Somebody.
                pub struct Person;
                pub struct Letter {
                    pub to: ::std::vec::Vec<Person>,
                    #[serde(rename = "type")]
                    pub type_: ::std::string::String,
                }
            }
        });
        let expected: File = parse_quote! {
            pub mod types {
                /// Somebody.
                pub struct Person;
                pub struct Letter {
                    #[doc = "`to` in JSON."]
                    pub to: ::std::vec::Vec<Person>,
                    #[doc = "`type` in JSON."]
                    #[serde(rename = "type")]
                    pub type_: ::std::string::String,
                }
            }
        };
        assert_eq!(code, expected.to_token_stream().to_string());
    }

    #[test]
    fn a_value_has_its_description() {
        let colour = json!({"enum": ["red", "blue"], "x-enumDescriptions": {"red": "Like a rose"}});
        let document = json!({"components": {"schemas": {"card_colour": colour}}});
        let texts = ValueTexts::read(&document);
        let text = |value| texts.text(&parse_quote!(CardColour), value);
        assert_eq!(text("red"), "`red`: Like a rose.");
        assert_eq!(text("blue"), "`blue` in JSON.");
    }
}
