//! Generates the kinds of webhook events, each with the type of its data.

use quote::quote;
use serde_json::Value;
use syn::{Ident, Item, parse_quote};

use crate::spec::names;

/// The kind of every event without a type of its own.
const OTHER: &str = "Other";

/// An event of `x-webhooks`.
struct Event<'a> {
    event_type: &'a str,
    doc: String,
    variant: Ident,
    data: Ident,
}

/// The module `events`.
pub(super) fn generate(document: &Value) -> Result<Item, String> {
    let webhooks = document.get("x-webhooks").and_then(Value::as_object);
    let mut events: Vec<Event> = Vec::new();
    for (event_type, webhook) in webhooks.into_iter().flatten() {
        let Some(event) = read(event_type, webhook)? else {
            continue;
        };
        if event.variant == OTHER || events.iter().any(|other| other.variant == event.variant) {
            return Err(format!(
                "the name of the event `{event_type}` is not free in Rust"
            ));
        }
        events.push(event);
    }
    let variants = events.iter().map(|event| {
        let Event {
            doc, variant, data, ..
        } = event;
        quote!(#[doc = #doc] #variant(types::#data))
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
        /// The kinds of webhook events.
        #[cfg(feature = "webhooks")]
        pub mod events {
            #[allow(unused_imports)]
            use super::types;

            /// What happened, with its data.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum EventKind {
                #(#variants,)*
                /// Any other event. There are many types, and new ones appear without notice.
                Other(crate::OtherEvent),
            }

            impl EventKind {
                /// The event types that have a kind of their own.
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

/// An event whose `data` is a schema with a name; any other has no type of its own.
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
        syn::parse_str::<Ident>(&names::of_type(name))
            .map_err(|_| format!("the event `{event_type}` makes no name in Rust"))
    };
    let summary = post["summary"].as_str().unwrap_or_default();
    Ok(Some(Event {
        event_type,
        doc: format!("`{event_type}`: {}.", uncapitalized(summary)),
        variant: ident(event_type)?,
        data: ident(data)?,
    }))
}

fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
