//! Generates a constant for each error code of the contract.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use crate::model::extensions::{ERROR_CODES, ErrorCode};
use crate::model::names;

use super::operations::read;

pub(super) fn generate(document: &Value) -> Result<Item, String> {
    let codes: Vec<ErrorCode> = read(document, ERROR_CODES)?.unwrap_or_default();
    let names: Vec<_> = codes
        .iter()
        .map(|code| format_ident!("{}", names::constant_name(&code.name)))
        .collect();
    let items = codes.iter().zip(&names).map(|(entry, name)| {
        let code = entry.code;
        let doc = format!("{code}, with status {}: {}", entry.status, entry.meaning);
        quote! {
            #[doc = #doc]
            pub const #name: Self = Self::new(#code);
        }
    });
    Ok(parse_quote! {
        impl crate::ApiCode {
            #(#items)*

            /// Every code that has a name here.
            pub const ALL: &'static [Self] = &[#(Self::#names),*];
        }
    })
}
