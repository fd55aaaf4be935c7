//! Rust code in one line, as people write it.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Fields, Path, Signature};

/// The part of an item that its users write or read, as tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    None,
    Type(String),
    Signature(String),
    Value(String),
    /// The fields of a variant.
    Fields(String),
}

impl Source {
    pub(super) fn from_type(ty: &impl ToTokens) -> Self {
        Self::Type(tokens(ty))
    }

    pub(super) fn from_signature(signature: &Signature) -> Self {
        Self::Signature(tokens(signature))
    }

    pub(super) fn from_value(value: &Expr) -> Self {
        Self::Value(tokens(value))
    }

    pub(super) fn from_fields(fields: &Fields) -> Self {
        Self::Fields(tokens(fields))
    }

    /// Two sources in a line each: of lists, only the entries that differ; of signatures, not their result if it is
    /// the same.
    pub(super) fn sides(old: &Self, new: &Self) -> [String; 2] {
        if let (Self::Value(old), Self::Value(new)) = (old, new)
            && let (Some(olds), Some(news)) = (entries(old), entries(new))
        {
            let sides = [list_without(&olds, &news), list_without(&news, &olds)];
            if sides[0] != sides[1] {
                return sides;
            }
        }
        let [mut old, mut new] = [old.to_line(), new.to_line()];
        if let (Some((inputs, result)), Some((new_inputs, new_result))) =
            (old.rsplit_once(" -> "), new.rsplit_once(" -> "))
            && result == new_result
        {
            [old, new] = [inputs.to_owned(), new_inputs.to_owned()];
        }
        [old, new]
    }

    /// The code in one line, with the names of types but not their paths; a signature without its name.
    pub(super) fn to_line(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Type(ty) => formatted("type X = ", ty, ";"),
            Self::Signature(signature) => {
                let line = formatted("", signature, " {}");
                line.find('(')
                    .map_or(String::new(), |inputs| line[inputs..].to_owned())
            }
            Self::Value(value) => formatted("const X: X = ", value, ";"),
            Self::Fields(fields) if fields.starts_with('{') => formatted("struct X", fields, ""),
            Self::Fields(fields) => formatted("struct X", fields, ";"),
        }
    }
}

/// The entries of a list.
fn entries(value: &str) -> Option<Vec<String>> {
    let Ok(Expr::Reference(list)) = syn::parse_str(value) else {
        return None;
    };
    match *list.expr {
        Expr::Array(list) => Some(list.elems.iter().map(tokens).collect()),
        _ => None,
    }
}

/// A list in which `…` stands for what the other one has as well.
fn list_without(entries: &[String], others: &[String]) -> String {
    let is_common = |entry: &&String| others.contains(entry);
    let common = entries
        .iter()
        .any(|entry| is_common(&entry))
        .then(|| "…".to_owned());
    let rest = entries.iter().filter(|entry| !is_common(entry));
    let rest = rest.map(|entry| Source::Value(entry.clone()).to_line());
    let shown: Vec<_> = common.into_iter().chain(rest).collect();
    format!("&[{}]", shown.join(", "))
}

fn tokens(item: &impl ToTokens) -> String {
    item.to_token_stream().to_string()
}

/// Tokens without the spaces between them, for names.
pub(super) fn compact(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(' ', "")
        .trim_start_matches("crate::")
        .to_owned()
}

/// Code in one line; what is put before and after it makes it an item that can be formatted.
fn formatted(before: &str, code: &str, after: &str) -> String {
    let Ok(mut file) = syn::parse_file(&format!("{before}{code}{after}")) else {
        return code.to_owned();
    };
    WithoutPaths.visit_file_mut(&mut file);
    let line = one_line(&prettyplease::unparse(&file));
    let line = line.strip_prefix(before).unwrap_or(&line);
    line.strip_suffix(after).unwrap_or(line).to_owned()
}

/// Joins the lines that a formatter has broken.
fn one_line(code: &str) -> String {
    let mut joined = String::new();
    for line in code.lines().map(str::trim) {
        if line.starts_with([')', ']', '>', '}']) {
            let length = joined.trim_end_matches(',').len();
            joined.truncate(length);
        }
        let is_tight = line.starts_with([')', ']', '>']) || joined.ends_with(['(', '[', '<']);
        if !joined.is_empty() && !is_tight {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

struct WithoutPaths;

impl VisitMut for WithoutPaths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let is_type = |name: String| name.starts_with(char::is_uppercase);
        let first_type = path
            .segments
            .iter()
            .position(|segment| is_type(segment.ident.to_string()));
        if let Some(first) = first_type {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(first).cloned().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::{Type, parse_quote};

    use super::*;

    #[test]
    fn types_are_written_without_paths() {
        let line = |ty: Type| Source::from_type(&ty).to_line();
        let optional = parse_quote!(::std::option::Option<::std::vec::Vec<types::Card>>);
        assert_eq!(line(optional), "Option<Vec<Card>>");
        assert_eq!(line(parse_quote!(Option<&'a str>)), "Option<&'a str>");
        assert_eq!(
            line(parse_quote!(&'static [&'static str])),
            "&'static [&'static str]"
        );
    }

    #[test]
    fn long_signatures_are_one_line() {
        let signature = Source::from_signature(&parse_quote!(
            async fn list_cards<'a>(
                &'a self,
                limit: ::std::option::Option<::std::num::NonZeroU32>,
                cursor: ::std::option::Option<&'a str>,
            ) -> Result<ResponseValue<types::CardListResponse>, Error<()>>
        ));
        assert_eq!(
            signature.to_line(),
            "(&'a self, limit: Option<NonZeroU32>, cursor: Option<&'a str>) -> \
             Result<ResponseValue<CardListResponse>, Error<()>>"
        );
    }

    #[test]
    fn values_are_one_line() {
        let value = Source::from_value(&parse_quote!(&[
            Parameter {
                name: "phone_number",
                place: Place::Query,
                required: false
            },
            Parameter {
                name: "cursor",
                place: Place::Query,
                required: false
            },
        ]));
        assert_eq!(
            value.to_line(),
            "&[Parameter { name: \"phone_number\", place: Place::Query, required: false }, \
             Parameter { name: \"cursor\", place: Place::Query, required: false }]"
        );
    }

    #[test]
    fn of_changed_lists_only_the_difference_is_shown() {
        let old = Source::from_value(&parse_quote!(&[Self::A, Self::B]));
        let new = Source::from_value(&parse_quote!(&[Self::A, Self::B, Self::C]));
        assert_eq!(Source::sides(&old, &new), ["&[…]", "&[…, Self::C]"]);
        let other = Source::from_value(&parse_quote!(&[Self::B, Self::A]));
        let sides = ["&[Self::A, Self::B]", "&[Self::B, Self::A]"];
        assert_eq!(Source::sides(&old, &other), sides);
    }

    #[test]
    fn the_same_result_is_left_out() {
        let old = Source::from_signature(&parse_quote!(fn list(&self) -> Result<(), ()>));
        let new =
            Source::from_signature(&parse_quote!(fn list(&self, limit: u32) -> Result<(), ()>));
        assert_eq!(
            Source::sides(&old, &new),
            ["(&self)", "(&self, limit: u32)"]
        );
    }

    #[test]
    fn variants_have_their_fields() {
        let fields = |variant: syn::Variant| Source::from_fields(&variant.fields).to_line();
        assert_eq!(
            fields(parse_quote!(Other(crate::OtherEvent))),
            "(OtherEvent)"
        );
        assert_eq!(fields(parse_quote!(Other)), "");
    }
}
