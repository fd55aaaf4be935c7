//! The API that an OpenAPI 3.0 document describes: its operations, and what they return.

mod example;
mod operation;
mod parameter;
mod schema;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::budget::{Counts, RateLimit};
use crate::error_body::ErrorBody;

pub(crate) use operation::{Operation, Parameters, PathParameters};
pub use schema::{json_schema, validator};

/// The contract of this project.
static OURS: LazyLock<Result<Contract, String>> =
    LazyLock::new(|| Contract::read(include_str!(env!("CONTRACT"))));

/// The methods that a path item can have.
const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// The operations of a document.
#[derive(Clone, Debug)]
pub(crate) struct Contract(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    base_path: String,
    operations: Vec<Operation>,
    /// By their names.
    rate_limits: HashMap<String, RateLimit>,
    /// The codes of its table of errors.
    codes: BTreeSet<u32>,
    /// By the types of webhooks, the data of the first example of each.
    webhook_data: BTreeMap<String, Value>,
}

/// Where a method and a path lead.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    To(&'a Operation, PathParameters),
    /// The path has other methods: the value of `Allow`.
    OtherMethods(String),
    Nowhere,
}

impl Contract {
    /// The contract of this project.
    pub(crate) fn ours() -> io::Result<Self> {
        OURS.clone().map_err(invalid)
    }

    /// The contract in a document of YAML or JSON.
    pub(crate) fn parse(text: &str) -> io::Result<Self> {
        Self::read(text).map_err(invalid)
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let mut operations = Vec::new();
        for (template, path_item) in fields(&document["paths"]) {
            for method in METHODS {
                if let Some(node) = path_item.get(method) {
                    let operation = Operation::read(&document, template, path_item, method, node);
                    operations.push(operation.map_err(|problem| {
                        format!("{} {template}: {problem}", method.to_uppercase())
                    })?);
                }
            }
        }
        // A literal segment wins over a parameter.
        operations.sort_by_key(Operation::specificity);
        let url = document["servers"][0]["url"].as_str().unwrap_or_default();
        let url = url.trim_end_matches('/');
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        Ok(Self(Arc::new(Parts {
            base_path: path.unwrap_or_default().to_owned(),
            operations,
            rate_limits: fields(&document["x-linq-rate-limits"])
                .map(|(name, limit)| (name.clone(), rate_limit(limit)))
                .collect(),
            codes: ErrorBody::from_table(&document)
                .filter_map(|error| error.code.try_into().ok())
                .collect(),
            webhook_data: example::webhook_data(&document),
        })))
    }

    /// What every path begins with.
    pub(crate) fn base_path(&self) -> &str {
        &self.0.base_path
    }

    /// The rate limit with a name; unlimited if the contract does not have it.
    pub(crate) fn rate_limit(&self, name: &str) -> RateLimit {
        let unlimited = RateLimit {
            calls: usize::MAX,
            window: Duration::ZERO,
            counts: Counts::Accepted,
        };
        *self.0.rate_limits.get(name).unwrap_or(&unlimited)
    }

    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let Some(path) = path.strip_prefix(self.base_path()) else {
            return Route::Nowhere;
        };
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let mut others = Vec::new();
        for operation in &self.0.operations {
            let Some(parameters) = operation.matches(path) else {
                continue;
            };
            if operation.method == method {
                return Route::To(operation, parameters);
            }
            others.push(operation.method.as_str());
            if operation.method == Method::GET {
                others.push("HEAD");
            }
        }
        if others.is_empty() {
            return Route::Nowhere;
        }
        Route::OtherMethods(others.join(","))
    }

    /// The operation that a request is of.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Option<&Operation> {
        match self.route(method, path) {
            Route::To(operation, _) => Some(operation),
            Route::OtherMethods(_) | Route::Nowhere => None,
        }
    }

    /// The ids of the operations, in alphabetical order.
    pub(crate) fn operation_ids(&self) -> BTreeSet<&str> {
        let operations = self.0.operations.iter();
        operations.map(|operation| operation.id.as_str()).collect()
    }

    /// The codes of the errors that every operation can return.
    pub(crate) fn codes(&self) -> &BTreeSet<u32> {
        &self.0.codes
    }

    /// By the types of webhooks, the data of an example.
    pub(crate) fn webhook_data(&self) -> &BTreeMap<String, Value> {
        &self.0.webhook_data
    }
}

fn rate_limit(node: &Value) -> RateLimit {
    let number = |field: &str| node[field].as_u64().unwrap_or_default();
    RateLimit {
        calls: usize::try_from(number("calls")).unwrap_or(usize::MAX),
        window: Duration::from_secs(number("seconds")),
        counts: match node["counts"].as_str() {
            Some("all") => Counts::All,
            _ => Counts::Accepted,
        },
    }
}

fn invalid(problem: String) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("the contract can't be served: {problem}"),
    )
}

/// The fields of an object; none of anything else.
fn fields(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
}

/// The items of an array; none of anything else.
fn items(node: &Value) -> impl Iterator<Item = &Value> {
    node.as_array().into_iter().flatten()
}

/// The target of a reference; any other node itself.
fn resolved<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    let reference = node.get("$ref").and_then(Value::as_str);
    reference
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')))
        .unwrap_or(node)
}

#[cfg(test)]
mod tests;
