//! What is shown of each operation: its summary, the request that the client really sends, and its Rust.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use maud::{Markup, html};
use syn::{ImplItem, Item};

use crate::codegen::generate;
use crate::diff::Contract;
use crate::model::names;
use crate::model::node::Node;
use crate::model::operations;
use crate::spec::Spec;

use super::facade::{self, CALLS, Rust};

/// Where the tests keep the requests that they have received.
const SNAPSHOTS: &str = "tests/src/snapshots";

pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) deprecated: bool,
    /// Where the reference has it.
    pub(super) link: String,
    pub(super) rust: Option<Rust>,
    /// The signature of the generated method.
    pub(super) generated: Option<String>,
    /// The request, as a test has received it.
    pub(super) request: Option<Request>,
}

/// A request, as a test has received it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// The file of the snapshot, from the root of the checkout.
    pub(super) file: String,
    pub(super) text: String,
}

/// The Rust of a checkout, and the requests that its tests have received, both by the ids of the operations.
#[derive(Default)]
pub(super) struct Checkout {
    rust: HashMap<String, Rust>,
    requests: HashMap<String, Request>,
}

impl Checkout {
    pub(super) fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            rust: facade::read(root)?,
            requests: requests(root)?,
        })
    }
}

fn requests(root: &Path) -> Result<HashMap<String, Request>, Box<dyn Error>> {
    let folder = root.join(SNAPSHOTS);
    let mut requests = HashMap::new();
    for entry in fs::read_dir(&folder).map_err(|error| format!("{SNAPSHOTS}: {error}"))? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        let id = name
            .split_once("__wire_")
            .and_then(|(_, id)| id.strip_suffix(".snap"));
        if let Some(id) = id {
            let text = fs::read_to_string(folder.join(name))?;
            let request = Request {
                file: format!("{SNAPSHOTS}/{name}"),
                text: content(&text).to_owned(),
            };
            requests.insert(id.to_owned(), request);
        }
    }
    Ok(requests)
}

/// What a snapshot holds, below its header.
fn content(snapshot: &str) -> &str {
    let mut parts = snapshot.splitn(3, "---\n");
    parts.nth(2).unwrap_or(snapshot).trim_end()
}

/// The operations of a document, in its order.
pub(super) fn all(contract: &Contract, checkout: &Checkout) -> Vec<Operation> {
    let generated = generated(contract);
    operations::all(&Node::root(contract.value()))
        .into_iter()
        .filter_map(|operation| {
            let id = operation.id()?;
            let node = &operation.node;
            let tag = node.value()["tags"][0].as_str().unwrap_or_default();
            Some(Operation {
                id: id.to_owned(),
                method: operation.method.to_uppercase(),
                path: operation.path.to_owned(),
                summary: node.text("summary").unwrap_or_default().to_owned(),
                deprecated: node.is_true("deprecated"),
                link: format!("#/{}/{}", tag.to_lowercase(), id.to_lowercase()),
                rust: checkout.rust.get(id).cloned(),
                generated: generated.get(&names::method_name(id)).cloned(),
                request: checkout.requests.get(id).cloned(),
            })
        })
        .collect()
}

/// The signatures of the methods that are generated from a document, by their names; none if no client can be generated,
/// for which the linter has the reason.
fn generated(contract: &Contract) -> HashMap<String, String> {
    let spec = Spec::from_text(contract.path(), contract.text().to_owned());
    let code = spec.and_then(|spec| generate(&spec));
    let file = code.ok().and_then(|code| syn::parse_file(&code.code).ok());
    let items = file.into_iter().flat_map(|file| file.items);
    let members = items.filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item.items),
        _ => None,
    });
    let signatures = members.flatten().filter_map(|member| match member {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method.sig),
        _ => None,
    });
    signatures
        .map(|signature| (signature.ident.to_string(), facade::signature(&signature)))
        .collect()
}

/// The section of the page.
pub(super) fn section(operations: &[Operation]) -> Markup {
    html! {
        section #operations aria-labelledby="operations-title" {
            h2 #operations-title { "Operations" }
            p.note {
                "The requests are those that the client sent in this checkout's tests, which keep them in "
                code { (SNAPSHOTS) } ". The calls are from " code { (CALLS) } ", the functions from the crate "
                code { "linq" } " of this checkout. The generated method is that of the new document."
            }
            @for operation in operations { (one(operation)) }
        }
    }
}

fn one(operation: &Operation) -> Markup {
    let rust = operation.rust.as_ref();
    let functions = rust.map(|rust| rust.functions.as_str());
    html! {
        details.operation id={ "operation-" (operation.id) } {
            summary {
                span class={ "method " (operation.method.to_lowercase()) } { (operation.method) } " "
                code { (operation.path) } " "
                span.summary { (operation.summary) @if operation.deprecated { " (deprecated)" } }
            }
            p { code { (operation.id) } " · " a href=(operation.link) { "Show in the reference" } }
            div.sides {
                div {
                    @let request = operation.request.as_ref();
                    (code("Sent by the client", request.map(|request| request.text.as_str())))
                    @if let Some(request) = request { p.note { "From " code { (request.file) } } }
                    (code("Called in Rust", rust.map(|rust| rust.call.as_str())))
                }
                div {
                    (code("Functions of linq", functions.filter(|functions| !functions.is_empty())))
                    (code("Generated method", operation.generated.as_deref()))
                }
            }
        }
    }
}

fn code(title: &str, text: Option<&str>) -> Markup {
    html! {
        figure {
            figcaption { b { (title) } }
            @match text {
                Some(text) => pre tabindex="0" role="group" aria-label=(title) { code { (text) } },
                None => p.absent { "There is none." },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::checkout;
    use crate::codegen::SPEC;

    use super::*;

    #[test]
    fn a_snapshot_is_shown_without_its_header() {
        let snapshot = "---\nsource: a.rs\n---\nGET /cards\n\n---\nbody\n";
        assert_eq!(content(snapshot), "GET /cards\n\n---\nbody");
    }

    #[test]
    fn what_belongs_to_an_operation_is_found_by_its_id() {
        let rust = Rust {
            call: "client.cards()".to_owned(),
            functions: String::new(),
        };
        let request = Request {
            file: "list.snap".to_owned(),
            text: "GET /cards".to_owned(),
        };
        let checkout = Checkout {
            rust: HashMap::from([("listCards".to_owned(), rust.clone())]),
            requests: HashMap::from([("listCards".to_owned(), request.clone())]),
        };
        let document = r#"{"paths": {"/cards": {
            "parameters": [],
            "get": {"operationId": "listCards", "tags": ["Cards"], "summary": "List"},
            "post": {"operationId": "createCard"}
        }}}"#;
        let contract = Contract::from_text(Path::new("cards.json"), document.to_owned()).unwrap();
        let operations = all(&contract, &checkout);
        let [list, create] = &operations[..] else {
            panic!("{} operations", operations.len());
        };
        assert_eq!(list.link, "#/cards/listcards");
        assert_eq!(list.rust, Some(rust));
        assert_eq!(list.request, Some(request));
        assert_eq!((&*create.method, &create.request), ("POST", &None));
    }

    #[test]
    fn every_operation_of_the_contract_has_all_parts() {
        let root = checkout::root().unwrap();
        let contract = Contract::from_file(&root.join(SPEC)).unwrap();
        let operations = all(&contract, &Checkout::read(&root).unwrap());
        assert!(!operations.is_empty());
        for operation in operations {
            let id = &operation.id;
            let request = operation
                .request
                .unwrap_or_else(|| panic!("{id}: no request"));
            let line = request.text.lines().next().unwrap_or_default();
            let (method, address) = line.split_once(' ').unwrap();
            assert_eq!(method, operation.method, "{id}");
            let (before, _) = operation
                .path
                .split_once('{')
                .unwrap_or((&operation.path, ""));
            assert!(address.contains(before), "{id}: {line}");
            let rust = operation.rust.unwrap_or_else(|| panic!("{id}: no call"));
            assert!(
                rust.call.starts_with("client.") || rust.call.contains("= client."),
                "{id}: {}",
                rust.call
            );
            assert!(
                rust.functions.contains("-> Request<"),
                "{id}: {}",
                rust.functions
            );
            let name = names::method_name(id);
            let generated = operation
                .generated
                .unwrap_or_else(|| panic!("{id}: no method"));
            assert!(
                generated.starts_with(&format!("pub async fn {name}")),
                "{id}: {generated}"
            );
        }
    }
}
