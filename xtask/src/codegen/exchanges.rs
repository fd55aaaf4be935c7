//! Lets the generated methods leave to the exchange what it does at less cost on every call: it has
//! parsed the base URL, and read the body.
//!
//! The generator's header `api-version`, which the API does not have, is left out, and so are the hooks
//! before and after a request: the request that they borrow would stay in memory until the response is
//! there.

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Item, LitStr, Pat, Stmt, Token, parse_quote};

use super::uses::words;

pub(super) fn use_in(file: &mut File) {
    for item in &mut file.items {
        if let Item::Impl(item) = item
            && item.trait_.is_none()
        {
            Methods.visit_item_impl_mut(item);
        }
    }
}

struct Methods;

impl VisitMut for Methods {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        block
            .stmts
            .retain(|statement| !sends_version(statement) && !is_idle_hook(statement));
        if !block.stmts.iter().any(adds_header) {
            block.stmts.retain(|statement| !declares_headers(statement));
            let statements = block.stmts.iter_mut();
            statements.for_each(|statement| WithoutHeaders.visit_stmt_mut(statement));
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Some(by_exchange) = url(expression).or_else(|| value(expression)) {
            *expression = by_exchange;
        }
    }
}

/// `header_map.append(HeaderName::from_static("api-version"), …);`, not that of a parameter, whose
/// name is a text.
fn sends_version(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(Expr::MethodCall(call), _)
        if words(&call.receiver).contains("header_map")
            && words(call.args.first()).contains("from_static"))
}

/// `self.pre(..).await?;` or `self.post(..).await?;`
fn is_idle_hook(statement: &Stmt) -> bool {
    let Stmt::Expr(Expr::Try(outcome), _) = statement else {
        return false;
    };
    let Expr::Await(awaited) = &*outcome.expr else {
        return false;
    };
    matches!(&*awaited.base, Expr::MethodCall(call) if call.method == "pre" || call.method == "post")
}

/// Whether a parameter is sent in a header, perhaps only if it is given.
fn adds_header(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(..)) && words(statement).contains("header_map")
}

fn declares_headers(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local)
        if matches!(&local.pat, Pat::Ident(name) if name.ident == "header_map"))
}

/// Removes `.headers(header_map)`.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
    }
}

/// The URL of a request, in place of a text that would have to be parsed.
fn url(expression: &Expr) -> Option<Expr> {
    let Expr::Macro(format) = expression else {
        return None;
    };
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(format.mac.tokens.clone())
        .ok()?;
    let mut arguments = arguments.into_iter();
    let template: LitStr = arguments.next().map(|template| parse_quote!(#template))?;
    arguments
        .next()
        .filter(|base_url| words(base_url).contains("baseurl"))?;
    let template = template.value();
    let path = template.strip_prefix("{}")?;
    let mut arguments = arguments.peekable();
    Some(if arguments.peek().is_some() {
        parse_quote!(self.inner.url(&format!(#path, #(#arguments),*)))
    } else {
        parse_quote!(self.inner.url(#path))
    })
}

/// The content of a response, in place of what reads the body.
fn value(expression: &Expr) -> Option<Expr> {
    let is = |expression: &Expr, function: &str| {
        let Expr::Call(call) = expression else {
            return false;
        };
        let Expr::Path(path) = &*call.func else {
            return false;
        };
        let mut names = path.path.segments.iter().map(|segment| &segment.ident);
        names.next().is_some_and(|name| name == "ResponseValue")
            && names.next().is_some_and(|name| name == function)
    };
    match expression {
        Expr::Await(awaited) if is(&awaited.base, "from_response") => {
            Some(parse_quote!(self.inner.value()))
        }
        _ if is(expression, "stream") => Some(parse_quote!(self.inner.stream())),
        _ => None,
    }
}
