//! Generates what the contract says about each operation besides its types.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde::de::DeserializeOwned;
use serde_json::Value;
use syn::{Item, parse_quote};

use crate::model::extensions::{
    self, Counts, DoneOn, PAGINATION, Pagination, RATE_LIMITS, RETRY, RateLimit, RateLimits,
    Requirement, Retry, RetryOn,
};
use crate::model::names;
use crate::model::node::Node;
use crate::model::operations::{self, Operation};

/// The module `operations`, with a constant for each budget and each operation.
pub(super) fn generate(document: &Value) -> Result<Item, String> {
    let budgets: RateLimits = read(document, RATE_LIMITS)?.unwrap_or_default();
    let budget_names = budgets.keys().map(|name| constant(name));
    let budget_items = budgets
        .iter()
        .map(|(name, budget)| budget_item(name, budget));
    let root = Node::root(document);
    let operations = operations::all(&root).into_iter();
    let operations: Vec<_> = operations
        .filter_map(|operation| Some((operation.id()?, operation)))
        .collect();
    let operation_names = operations.iter().map(|(id, _)| constant(id));
    let operation_items = operations
        .iter()
        .map(|(id, operation)| item(id, operation))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(parse_quote! {
        /// What the contract says about each operation besides its types.
        pub mod operations {
            #[allow(unused_imports)]
            use crate::{Budget, DoneOn, Operation, Pagination, Parameter, Place, RetryOn};

            #(#budget_items)*

            /// Every budget.
            pub const BUDGETS: &[Budget] = &[#(#budget_names),*];

            #(#operation_items)*

            /// Every operation.
            pub const ALL: &[Operation] = &[#(#operation_names),*];
        }
    })
}

fn item(id: &str, operation: &Operation) -> Result<TokenStream, String> {
    let node = operation.node.value();
    let retry: Option<Retry> = read(node, RETRY)?;
    let retry = retry.ok_or_else(|| format!("`{id}` has no `{RETRY}`"))?;
    let path = operation.path;
    let method = operation.method.to_uppercase();
    let parameters = parameters(operation);
    let responses = operation.node.members_of("responses").into_iter();
    let success_statuses = responses
        .map(|(status, _)| status)
        .filter(|status| status.starts_with('2'));
    let idempotent = retry.idempotent;
    let retry_on = retry.retry_on.iter().map(retry_on_value);
    let done_on = retry.done_on.iter().map(done_on_value);
    let budget = option(retry.rate_limit.as_deref().map(constant));
    let pagination: Option<Pagination> = read(node, PAGINATION)?;
    let pagination = option(pagination.as_ref().map(pagination_value));
    let secrets = secrets(operation);
    let constant = constant(id);
    let doc = format!("The operation `{id}`.");
    Ok(quote! {
        #[doc = #doc]
        pub const #constant: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            parameters: &[#(#parameters),*],
            success_statuses: &[#(#success_statuses),*],
            idempotent: #idempotent,
            retry_on: &[#(#retry_on),*],
            done_on: &[#(#done_on),*],
            pagination: #pagination,
            secrets: &[#(#secrets),*],
            budget: #budget,
        };
    })
}

/// The parameters of an operation, by place and name.
fn parameters(operation: &Operation) -> Vec<TokenStream> {
    let mut parameters = BTreeMap::new();
    for parameter in operation.parameters() {
        if let (Some(name), Some(place)) = (parameter.text("name"), parameter.text("in")) {
            parameters.insert((place, name), parameter.is_true("required"));
        }
    }
    let values = parameters.into_iter().map(|((place, name), required)| {
        let place = format_ident!("{}", names::type_name(place));
        quote!(Parameter { name: #name, place: Place::#place, required: #required })
    });
    values.collect()
}

/// The names of the fields of an operation's responses that are secret.
fn secrets<'a>(operation: &Operation<'a>) -> BTreeSet<&'a str> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut unread: Vec<_> = operation.node.get("responses").into_iter().collect();
    while let Some(node) = unread.pop() {
        if let Some(target) = node.target()
            && seen.insert(target.pointer().to_owned())
        {
            unread.push(target);
        }
        for (name, schema) in node.members_of("properties") {
            let format = schema.resolved().and_then(|schema| schema.text("format"));
            if format == Some("password") {
                found.insert(name);
            }
        }
        unread.extend(node.members().map(|(_, member)| member));
        unread.extend(node.items());
    }
    found
}

/// Reads an extension of an object, if the object has it.
pub(super) fn read<T: DeserializeOwned>(object: &Value, name: &str) -> Result<Option<T>, String> {
    extensions::read(object, name).map_err(|error| error.to_string())
}

fn budget_item(name: &str, budget: &RateLimit) -> TokenStream {
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

fn retry_on_value(retry_on: &RetryOn) -> TokenStream {
    let status = retry_on.status;
    let code = option(retry_on.code);
    let max_retries = option(retry_on.max_retries.map(|retries| retries.get()));
    let requires_retry_after = retry_on.requires == Some(Requirement::RetryAfter);
    quote! {
        RetryOn {
            status: #status,
            code: #code,
            max_retries: #max_retries,
            requires_retry_after: #requires_retry_after,
        }
    }
}

fn done_on_value(done_on: &DoneOn) -> TokenStream {
    let status = done_on.status;
    let code = option(done_on.code);
    quote!(DoneOn { status: #status, code: #code })
}

fn pagination_value(pagination: &Pagination) -> TokenStream {
    let Pagination {
        parameter,
        next,
        items,
    } = pagination;
    quote!(Pagination { parameter: #parameter, next: #next, items: #items })
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn constant(name: &str) -> syn::Ident {
    format_ident!("{}", names::constant_name(name))
}
