//! Generates the kinds of webhook events, and re-exports the types of their data.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Ident, Item, parse_quote};

use super::texts::value_text;
use super::uses::Uses;
use crate::model::names;

/// The kind of every event whose data has no type of its own.
const OTHER: &str = "Other";

/// The names in the module besides the types of the data.
const OWN_NAMES: [&str; 2] = ["EventKind", "OtherEvent"];

/// An event of `x-webhooks`.
struct Event<'a> {
    event_type: &'a str,
    doc: String,
    variant: Ident,
    data: Ident,
}

/// The module `events`, with the types of `file` that the data of events consists of.
pub(super) fn generate(document: &Value, file: &File) -> Result<Item, String> {
    let webhooks = document.get("x-webhooks").and_then(Value::as_object);
    let mut events: Vec<Event> = Vec::new();
    for (event_type, webhook) in webhooks.into_iter().flatten() {
        let Some(event) = read(event_type, webhook)? else {
            continue;
        };
        if event.variant == OTHER || events.iter().any(|other| other.variant == event.variant) {
            return Err(format!(
                "the name of the event `{event_type}` is already taken in Rust"
            ));
        }
        events.push(event);
    }
    let data_types = Uses::new(file).closure(events.iter().map(|event| event.data.to_string()));
    if let Some(name) = OWN_NAMES.iter().find(|name| data_types.contains(**name)) {
        return Err(format!(
            "the name of the type `{name}` is taken by a type of every client"
        ));
    }
    let data_types = data_types.iter().map(|name| format_ident!("{name}"));
    let variants = events.iter().map(|event| {
        let Event {
            doc, variant, data, ..
        } = event;
        quote!(#[doc = #doc] #variant(#data))
    });
    let types = events.iter().map(|event| event.event_type);
    let arms = events.iter().map(|event| {
        let Event {
            event_type,
            variant,
            ..
        } = event;
        quote!(#event_type => ::std::option::Option::Some(data.read().map(Self::#variant)))
    });
    Ok(parse_quote! {
        /// The kinds of webhook events, and the types of their data.
        #[cfg(feature = "webhooks")]
        pub mod events {
            pub use crate::OtherEvent;
            #[allow(unused_imports)]
            pub use super::types::{#(#data_types),*};

            /// What happened, with its data.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum EventKind {
                #(#variants,)*
                /// Any other event. There are many types, and new ones appear without notice.
                Other(OtherEvent),
            }

            impl EventKind {
                /// The event types with their own kind.
                pub const TYPES: &'static [&'static str] = &[#(#types),*];

                #[doc(hidden)]
                #[allow(unused_variables)]
                pub fn read<D: crate::ReadData>(
                    event_type: &str,
                    data: &D,
                ) -> ::std::option::Option<::std::result::Result<Self, D::Error>> {
                    match event_type {
                        #(#arms,)*
                        _ => ::std::option::Option::None,
                    }
                }
            }
        }
    })
}

/// Reads an event whose `data` is a schema with a name; any other event has no type of its own.
fn read<'a>(event_type: &'a str, webhook: &Value) -> Result<Option<Event<'a>>, String> {
    let post = &webhook["post"];
    let schema = &post["requestBody"]["content"]["application/json"]["schema"];
    let parts = schema["allOf"].as_array().map_or(&[][..], Vec::as_slice);
    let data = parts
        .iter()
        .chain([schema])
        .find_map(|part| part.pointer("/properties/data/$ref")?.as_str())
        .and_then(|reference| reference.strip_prefix("#/components/schemas/"));
    let Some(data) = data else {
        return Ok(None);
    };
    let ident = |name: &str| {
        syn::parse_str::<Ident>(&names::type_name(name))
            .map_err(|_| format!("the event `{event_type}` can't be a name in Rust"))
    };
    let summary = post["summary"].as_str().unwrap_or_default();
    Ok(Some(Event {
        event_type,
        doc: value_text(event_type, summary),
        variant: ident(event_type)?,
        data: ident(data)?,
    }))
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;
    use serde_json::json;

    use super::*;

    fn generated(file: &File) -> Result<String, String> {
        let data = json!({"$ref": "#/components/schemas/Data"});
        let schema = json!({"properties": {"data": data}});
        let content = json!({"application/json": {"schema": schema}});
        let post = json!({"summary": "It happened", "requestBody": {"content": content}});
        let document = json!({"x-webhooks": {"it.happened": {"post": post}}});
        generate(&document, file).map(|item| item.to_token_stream().to_string())
    }

    #[test]
    fn data_types_are_re_exported_with_the_types_of_their_fields() {
        let code = generated(&parse_quote! {
            pub mod types {
                pub struct Data(Inner);
                pub struct Inner;
                pub struct Envelope(Data);
            }
        });
        let code = code.unwrap();
        assert!(code.contains("types :: { Data , Inner }"), "{code}");
    }

    #[test]
    fn a_data_type_with_a_name_that_is_taken_is_refused() {
        let refused = generated(&parse_quote! {
            pub mod types {
                pub struct Data(EventKind);
                pub struct EventKind;
            }
        });
        assert!(refused.unwrap_err().contains("`EventKind`"));
    }
}
