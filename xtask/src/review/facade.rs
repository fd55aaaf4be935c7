//! What an operation is in Rust: how the tests call it, and the functions of `linq` that this call uses.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use prettyplease::unparse;
use quote::{ToTokens as _, quote};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprCall, File, GenericArgument, ImplItem, Item, ItemImpl, Lit, Local, Macro, Pat,
    PathArguments, ReturnType, Signature, Stmt, Token, Type, Visibility, parse_quote,
};

/// The table of calls that the tests go through, one for every operation.
pub(super) const CALLS: &str = "tests/src/operations.rs";
/// The source of the crate `linq`.
const SOURCE: &str = "linq/src";

/// An operation in Rust.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rust {
    /// A call, as a test makes it.
    pub(super) call: String,
    /// The function of `linq`, what can be set before the request is sent, and what is returned.
    pub(super) functions: String,
}

/// The Rust of every operation that the checkout can call, by its id.
pub(super) fn read(root: &Path) -> Result<HashMap<String, Rust>, Box<dyn Error>> {
    let mut facade = Facade::default();
    let source = root.join(SOURCE);
    for path in files(&source)? {
        let room = path.strip_prefix(&source)?.iter().next();
        let room = room.unwrap_or_default().to_string_lossy().into_owned();
        facade.add(&parsed(&path)?, &room);
    }
    Ok(facade.calls(&parsed(&root.join(CALLS))?))
}

fn parsed(path: &Path) -> Result<File, Box<dyn Error>> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    syn::parse_file(&text).map_err(|error| format!("{name}: {error}").into())
}

/// The Rust files in a folder and those below it, in alphabetical order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let name = folder.display();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{name}: {error}"))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The public functions of `linq`. A room is a module of the crate, with the modules in it.
#[derive(Default)]
struct Facade {
    /// By the types that they are functions of, and their names; with their rooms.
    functions: HashMap<(String, String), (String, Signature)>,
    /// What can be set in a request, by the room and the type of the operation.
    settings: HashMap<(String, String), Vec<Signature>>,
    /// What a request returns, by the room and the type of the operation.
    outputs: HashMap<(String, String), Type>,
}

impl Facade {
    fn add(&mut self, file: &File, room: &str) {
        for item in &file.items {
            let Item::Impl(item) = item else { continue };
            let Some(owner) = name_of(&item.self_ty) else {
                continue;
            };
            match &item.trait_ {
                None => self.add_functions(item, owner, room),
                Some((path, ..)) if is_named(path, "Operation") => {
                    let outputs = item.items.iter().filter_map(|item| match item {
                        ImplItem::Type(output) if output.ident == "Output" => Some(&output.ty),
                        _ => None,
                    });
                    let place = (room.to_owned(), owner);
                    self.outputs
                        .extend(outputs.map(|output| (place.clone(), output.clone())));
                }
                Some(_) => {}
            }
        }
    }

    fn add_functions(&mut self, item: &ItemImpl, owner: String, room: &str) {
        for member in &item.items {
            let ImplItem::Fn(function) = member else {
                continue;
            };
            if !matches!(function.vis, Visibility::Public(_)) {
                continue;
            }
            let signature = function.sig.clone();
            if let Some(operation) = requested(&item.self_ty) {
                let place = (room.to_owned(), operation);
                self.settings.entry(place).or_default().push(signature);
            } else {
                let name = signature.ident.to_string();
                self.functions
                    .insert((owner.clone(), name), (room.to_owned(), signature));
            }
        }
    }

    /// The calls in the table, by the ids of the operations.
    fn calls(&self, table: &File) -> HashMap<String, Rust> {
        let mut calls = Calls::default();
        calls.visit_file(table);
        let calls = calls.0.into_iter();
        calls
            .map(|(id, body)| {
                let rust = Rust {
                    call: shown(&body),
                    functions: self.functions(&body).unwrap_or_default(),
                };
                (id, rust)
            })
            .collect()
    }

    /// The functions that a call such as `client.chats().list().limit(5)` uses.
    fn functions(&self, call: &Expr) -> Option<String> {
        let names = methods(call);
        let [resource, function, ..] = names.as_slice() else {
            return None;
        };
        let of = |owner: &str, name: &str| self.functions.get(&(owner.to_owned(), name.to_owned()));
        let (_, resource) = of("Client", resource)?;
        let resource = returned(resource)?;
        let (room, function) = of(&name_of(resource)?, function)?;
        let operation = requested(returned(function)?)?;
        let place = (room.clone(), operation);
        let output = self.outputs.get(&place)?;
        let operation: Type = syn::parse_str(&place.1).ok()?;
        let mut file: File = parse_quote!(impl #resource { pub #function {} });
        if let Some(settings) = self.settings.get(&place) {
            file.items
                .push(parse_quote!(impl Request<#operation> { #(pub #settings {})* }));
        }
        file.items
            .push(parse_quote!(impl Operation for #operation { type Output = #output; }));
        Some(without_bodies(&unparse(&file)))
    }
}

/// A signature as it is formatted.
pub(super) fn signature(signature: &Signature) -> String {
    without_bodies(&unparse(&parse_quote!(pub #signature {})))
}

/// Code whose functions end where their empty bodies begin, with a line between them.
fn without_bodies(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in code.lines() {
        match line.strip_suffix("{}") {
            Some("") => end(&mut lines),
            Some(start) if start.trim().is_empty() => end(&mut lines),
            Some(start) => lines.push(format!("{};", start.trim_end())),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n").replace("}\nimpl", "}\n\nimpl")
}

/// Ends a function after its conditions.
fn end(lines: &mut [String]) {
    if let Some(last) = lines.last_mut() {
        *last = format!("{};", last.trim_end_matches(','));
    }
}

/// The name of a type, without its path and what it is generic over.
fn name_of(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn is_named(path: &syn::Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// The operation of a `Request`.
fn requested(request: &Type) -> Option<String> {
    let Type::Path(path) = request else {
        return None;
    };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Request" => {
            match arguments.args.first()? {
                GenericArgument::Type(operation) => name_of(operation),
                _ => None,
            }
        }
        _ => None,
    }
}

fn returned(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Type(_, output) => Some(output),
        ReturnType::Default => None,
    }
}

/// The bodies of the closures in the table, by the ids of the operations.
#[derive(Default)]
struct Calls(HashMap<String, Expr>);

impl Visit<'_> for Calls {
    /// The table is a `vec!`.
    fn visit_macro(&mut self, list: &Macro) {
        let items = list.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        for item in items.iter().flatten() {
            self.visit_expr(item);
        }
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        visit::visit_expr_call(self, call);
        let mut arguments = call.args.iter();
        if let (Some(Expr::Lit(id)), Some(Expr::Closure(closure))) =
            (arguments.next(), arguments.next())
            && let Lit::Str(id) = &id.lit
        {
            self.0.insert(id.value(), (*closure.body).clone());
        }
    }
}

/// The methods that an expression calls, one on the result of the other, through the variables of a block.
fn methods(expression: &Expr) -> Vec<String> {
    let (statements, mut at) = match expression {
        Expr::Block(block) => match block.block.stmts.split_last() {
            Some((Stmt::Expr(last, _), statements)) => (statements, last),
            _ => return Vec::new(),
        },
        other => (&[][..], other),
    };
    let mut names = Vec::new();
    // Each step is a method or a variable. One that stands for itself would go on forever.
    for _ in 0..100 {
        match at {
            Expr::MethodCall(call) => {
                names.push(call.method.to_string());
                at = &call.receiver;
            }
            Expr::Path(variable) => {
                match statements.iter().find_map(|line| value(line, variable)) {
                    Some(value) => at = value,
                    None => break,
                }
            }
            _ => break,
        }
    }
    names.reverse();
    names
}

/// What a statement makes of a variable.
fn value<'a>(statement: &'a Stmt, variable: &syn::ExprPath) -> Option<&'a Expr> {
    match statement {
        Stmt::Local(Local {
            pat: Pat::Ident(pattern),
            init: Some(init),
            ..
        }) if variable.path.is_ident(&pattern.ident) => Some(&init.expr),
        _ => None,
    }
}

/// An expression as it is formatted in a function.
fn shown(expression: &Expr) -> String {
    let body = match expression {
        Expr::Block(block) => {
            let statements = &block.block.stmts;
            quote!(#(#statements)*)
        }
        other => other.to_token_stream(),
    };
    let file: File = parse_quote!(fn shown() { #body });
    let code = unparse(&file);
    let lines = code.lines().skip(1).filter(|line| *line != "}");
    let lines: Vec<_> = lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARDS: &str = "
        impl Client { pub fn cards(&self) -> CardsResource { todo!() } }
        impl CardsResource {
            /// Updates.
            pub fn update<N>(&self, number: N) -> Request<Update> where N: TryInto<Number> { todo!() }
            fn private(&self) -> Request<Update> { todo!() }
        }
        impl Request<Update> {
            pub fn first_name(self, name: impl Into<String>) -> Self { todo!() }
        }
        impl Operation for Update {
            type Output = types::Card;
            const MAX_WRITES: u32 = 1;
        }";

    fn facade() -> Facade {
        let mut facade = Facade::default();
        facade.add(&syn::parse_str(CARDS).unwrap(), "cards");
        let other = "impl Request<Update> { pub fn is_of_another_room(self) -> Self { todo!() } }";
        facade.add(&syn::parse_str(other).unwrap(), "lines");
        facade
    }

    fn calls(body: &str) -> Rust {
        let table =
            format!("fn calls() -> Vec<Call> {{ vec![call(\"updateCard\", |client| {body})] }}");
        let calls = facade().calls(&syn::parse_str(&table).unwrap());
        assert_eq!(calls.len(), 1);
        calls["updateCard"].clone()
    }

    const FUNCTIONS: &str = "\
impl CardsResource {
    pub fn update<N>(&self, number: N) -> Request<Update>
    where
        N: TryInto<Number>;
}

impl Request<Update> {
    pub fn first_name(self, name: impl Into<String>) -> Self;
}

impl Operation for Update {
    type Output = types::Card;
}";

    #[test]
    fn a_call_has_its_functions() {
        let rust = calls("client.cards().update(\"a\").first_name(\"Ann\")");
        assert_eq!(
            rust.call,
            "client.cards().update(\"a\").first_name(\"Ann\")"
        );
        assert_eq!(rust.functions, FUNCTIONS);
    }

    #[test]
    fn variables_are_followed() {
        let rust =
            calls("{ let cards = client.cards(); let update = cards.update(\"a\"); update }");
        let lines = "let cards = client.cards();\nlet update = cards.update(\"a\");\nupdate";
        assert_eq!(rust.call, lines);
        assert_eq!(rust.functions, FUNCTIONS);
    }

    #[test]
    fn a_call_of_another_form_has_no_functions() {
        for body in [
            "client.unknown().update()",
            "make(client)",
            "{ let a = a; a }",
        ] {
            assert_eq!(calls(body).functions, "", "{body}");
        }
    }

    #[test]
    fn a_signature_is_shown_without_its_body() {
        let code =
            "pub async fn list_cards<'a>(&'a self, sort: Option<&'a str>) -> Result<Cards, Error>";
        let signature: Signature = syn::parse_str(code.trim_start_matches("pub ")).unwrap();
        assert_eq!(super::signature(&signature), format!("{code};"));
    }
}
