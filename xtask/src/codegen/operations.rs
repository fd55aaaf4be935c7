//! Generates what the spec says of each operation beyond its request: what may be sent again, and the
//! budget that it is counted against.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, parse_quote};

use crate::spec::names;
use crate::spec::retry::{self, Again, Budget, Counts, RETRY, Retry, Wait};

/// The module `operations`, with a constant for each budget and each operation.
pub(super) fn generate(document: &Value) -> Result<Item, String> {
    let budgets = retry::budgets(document).map_err(|error| error.to_string())?;
    let budget_names = budgets.keys().map(|name| constant(name));
    let budget_items = budgets
        .iter()
        .map(|(name, budget)| budget_item(name, budget));
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths
        .into_iter()
        .flatten()
        .filter_map(|(_, path)| path.as_object())
        .flatten()
        .filter_map(|(_, operation)| {
            let id = operation.get("operationId")?.as_str()?;
            Some(operation_item(id, operation.get(RETRY)?))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(parse_quote! {
        /// What the spec says of each operation beyond its request.
        pub mod operations {
            #[allow(unused_imports)]
            use crate::{Again, Budget, Operation};

            #(#budget_items)*

            /// Every budget.
            pub const BUDGETS: &[Budget] = &[#(#budget_names),*];

            #(#operations)*
        }
    })
}

fn budget_item(name: &str, budget: &Budget) -> TokenStream {
    let constant = constant(name);
    let per = &budget.per;
    let (calls, seconds) = (budget.calls.get(), budget.seconds.get());
    let counts_refusals = budget.counts == Counts::All;
    let doc = format!("The budget `{name}`.");
    quote! {
        #[doc = #doc]
        pub const #constant: Budget = Budget {
            name: #name,
            per: #per,
            calls: #calls,
            seconds: #seconds,
            counts_refusals: #counts_refusals,
        };
    }
}

fn operation_item(id: &str, statement: &Value) -> Result<TokenStream, String> {
    let retry = Retry::read(statement).map_err(|error| error.to_string())?;
    let repeatable = retry.repeatable;
    let again = retry.again.iter().map(again_value);
    let budget = option(retry.budget.as_deref().map(constant));
    let constant = constant(id);
    let doc = format!("The operation `{id}`.");
    Ok(quote! {
        #[doc = #doc]
        pub const #constant: Operation = Operation {
            id: #id,
            repeatable: #repeatable,
            again: &[#(#again),*],
            budget: #budget,
        };
    })
}

fn again_value(again: &Again) -> TokenStream {
    let status = again.status;
    let code = option(again.code);
    let times = option(again.times.map(|times| times.get()));
    let asked_wait_only = again.wait == Some(Wait::Asked);
    quote! {
        Again { status: #status, code: #code, times: #times, asked_wait_only: #asked_wait_only }
    }
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn constant(name: &str) -> syn::Ident {
    format_ident!("{}", names::of_constant(name))
}
