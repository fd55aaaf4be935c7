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

/// An operation, and where it is in the document.
struct Operation<'a> {
    document: &'a Value,
    path: &'a str,
    path_item: &'a Value,
    method: &'a str,
    id: &'a str,
    node: &'a Value,
}

/// The module `operations`, with a constant for each budget and each operation.
pub(super) fn generate(document: &Value) -> Result<Item, String> {
    let budgets: RateLimits = read(document, RATE_LIMITS)?.unwrap_or_default();
    let budget_names = budgets.keys().map(|name| constant(name));
    let budget_items = budgets
        .iter()
        .map(|(name, budget)| budget_item(name, budget));
    let operations = operations(document);
    let operation_names = operations.iter().map(|operation| constant(operation.id));
    let operation_items = operations
        .iter()
        .map(Operation::item)
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

/// Every operation, in the order of the document.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document.get("paths").and_then(Value::as_object);
    let methods = paths.into_iter().flatten().flat_map(|(path, path_item)| {
        let methods = path_item.as_object().into_iter().flatten();
        methods.map(move |(method, node)| (path, path_item, method, node))
    });
    methods
        .filter_map(|(path, path_item, method, node)| {
            Some(Operation {
                document,
                path,
                path_item,
                method,
                id: node.get("operationId")?.as_str()?,
                node,
            })
        })
        .collect()
}

impl Operation<'_> {
    fn item(&self) -> Result<TokenStream, String> {
        let retry: Option<Retry> = read(self.node, RETRY)?;
        let retry = retry.ok_or_else(|| format!("`{}` has no `{RETRY}`", self.id))?;
        let Self { id, path, .. } = self;
        let method = self.method.to_uppercase();
        let parameters = self.parameters();
        let statuses = self.node.get("responses").and_then(Value::as_object);
        let success_statuses = statuses
            .into_iter()
            .flat_map(|statuses| statuses.keys())
            .filter(|status| status.starts_with('2'));
        let idempotent = retry.idempotent;
        let retry_on = retry.retry_on.iter().map(retry_on_value);
        let done_on = retry.done_on.iter().map(done_on_value);
        let budget = option(retry.rate_limit.as_deref().map(constant));
        let pagination: Option<Pagination> = read(self.node, PAGINATION)?;
        let pagination = option(pagination.as_ref().map(pagination_value));
        let secrets = self.secrets();
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

    /// Its parameters, including those of its path that it doesn't override.
    fn parameters(&self) -> Vec<TokenStream> {
        let mut parameters = BTreeMap::new();
        for owner in [self.path_item, self.node] {
            let declared = owner.get("parameters").and_then(Value::as_array);
            for parameter in declared.into_iter().flatten() {
                let parameter = self.resolved(parameter);
                let text = |field: &str| parameter.get(field).and_then(Value::as_str);
                if let (Some(name), Some(place)) = (text("name"), text("in")) {
                    let required = parameter.get("required") == Some(&Value::Bool(true));
                    parameters.insert((place, name), required);
                }
            }
        }
        let values = parameters.into_iter().map(|((place, name), required)| {
            let place = format_ident!("{}", names::type_name(place));
            quote!(Parameter { name: #name, place: Place::#place, required: #required })
        });
        values.collect()
    }

    /// The names of the fields of its responses that are secret.
    fn secrets(&self) -> BTreeSet<&str> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut unread: Vec<_> = self.node.get("responses").into_iter().collect();
        while let Some(node) = unread.pop() {
            if let Some(reference) = node.get("$ref").and_then(Value::as_str)
                && seen.insert(reference)
            {
                unread.push(self.resolved(node));
            }
            let properties = node.get("properties").and_then(Value::as_object);
            found.extend(
                properties
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, schema)| {
                        let format = self.resolved(schema).get("format");
                        (format.and_then(Value::as_str) == Some("password"))
                            .then_some(name.as_str())
                    }),
            );
            match node {
                Value::Object(fields) => unread.extend(fields.values()),
                Value::Array(items) => unread.extend(items),
                _ => {}
            }
        }
        found
    }

    fn resolved<'a>(&'a self, node: &'a Value) -> &'a Value {
        let reference = node.get("$ref").and_then(Value::as_str);
        reference
            .and_then(|reference| self.document.pointer(reference.trim_start_matches('#')))
            .unwrap_or(node)
    }
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
