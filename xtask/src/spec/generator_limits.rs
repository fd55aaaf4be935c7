//! Each limit that the checks name is one of the generator: it refuses the document, panics, or makes
//! code that does not compile. When an update lifts one, a test here says so, and the check can go.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde::Deserialize;

use super::{Source, Spec, yaml};
use crate::checkout;
use crate::codegen::SPEC;

/// Bad because OpenAPI 3.0 or YAML says so; the generator never sees them, or makes little of them.
const FORBIDDEN: [&str; 38] = [
    "alias-without-anchor",
    "billion-laughs",
    "broken-yaml",
    "empty",
    "keyword-const",
    "keyword-examples",
    "list-without-items",
    "misspelt-field",
    "no-value",
    "not-a-mapping",
    "not-utf-8",
    "nullable-beside-ref",
    "operation-without-responses",
    "ref-in-a-circle",
    "ref-to-another-section",
    "repeated-key",
    "request-body-without-content",
    "response-status-misspelt",
    "several-problems",
    "tab-indentation",
    "two-documents",
    "unclosed-bracket",
    "unclosed-quote",
    "webhooks",
    "wrong-indentation",
    // The variant for unknown values is ours.
    "enum-value-is-the-unknown",
    // Extensions of our own, which the generator doesn't read.
    "budget-without-calls",
    "retry-again-of-repeatable",
    "retry-budget-unknown",
    "retry-not-stated",
    "retry-field-misspelt",
    // It overflows the stack of the generator.
    "schema-made-of-itself",
    // The generator takes these, and says something else than the document.
    "operation-id-no-identifier",
    "parameter-in-two-places",
    "path-without-slash",
    "request-body-empty",
    "required-not-a-property",
    "path-parameter-not-in-path",
];

/// Two schemas become one type: the code compiles, and is wrong.
const CONFUSED: [&str; 2] = [
    "responses-without-names-differ",
    "unnamed-schema-takes-a-name",
];

fn fixtures() -> Vec<(String, PathBuf)> {
    let directory = checkout::file("tests/fixtures/bad-specs").unwrap();
    let mut fixtures: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    fixtures.sort();
    fixtures
}

fn generate_unchecked(path: &Path) -> Result<syn::File, String> {
    let source = Source::read(path).unwrap();
    let (document, findings) = yaml::parse(&source);
    assert!(findings.is_empty(), "{}", path.display());
    OpenAPI::deserialize(&document.value)
        .map_err(|error| error.to_string())
        .and_then(|spec| generate(&spec))
}

/// The generated file, or the reason why there is none.
pub(crate) fn generate(spec: &OpenAPI) -> Result<syn::File, String> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(spec)
    }))
    .map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic
            .downcast::<&str>()
            .map_or_else(|_| "a panic".to_owned(), |m| (*m).to_owned()),
    })?
    .map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| error.to_string())
}

/// A name that a module or a type defines twice.
fn repeated(items: &[syn::Item]) -> Option<String> {
    let mut seen = HashSet::new();
    items.iter().find_map(|item| match item {
        syn::Item::Struct(item) if !seen.insert(item.ident.to_string()) => {
            Some(item.ident.to_string())
        }
        syn::Item::Enum(item) if !seen.insert(item.ident.to_string()) => {
            Some(item.ident.to_string())
        }
        syn::Item::Struct(item) => {
            let mut fields = HashSet::new();
            let names = item
                .fields
                .iter()
                .filter_map(|field| Some(field.ident.as_ref()?.to_string()));
            names.into_iter().find(|name| !fields.insert(name.clone()))
        }
        syn::Item::Mod(module) => repeated(&module.content.as_ref()?.1),
        syn::Item::Impl(item) => {
            let methods = item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(format!("fn {}", method.sig.ident)),
                _ => None,
            });
            let of_trait = item.trait_.is_some();
            let owner = quote_type(&item.self_ty);
            methods
                .into_iter()
                .find(|name| !of_trait && !seen.insert(format!("{owner}::{name}")))
        }
        _ => None,
    })
}

fn quote_type(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |last| last.ident.to_string()),
        _ => String::new(),
    }
}

#[test]
fn the_generator_fails_where_the_checks_say_so() {
    for (name, path) in fixtures() {
        if FORBIDDEN.contains(&name.as_str()) || CONFUSED.contains(&name.as_str()) {
            continue;
        }
        if let Ok(file) = generate_unchecked(&path) {
            assert!(repeated(&file.items).is_some(), "{name} is carried");
        }
    }
}

#[test]
fn the_generator_makes_one_type_of_two_schemas() {
    for (name, path) in fixtures() {
        if CONFUSED.contains(&name.as_str()) {
            let file = generate_unchecked(&path).unwrap();
            let types = file.items.iter().find_map(|item| match item {
                syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
                _ => None,
            });
            let made = types.unwrap().1.iter().filter(|item| {
                matches!(item, syn::Item::Struct(item) if item.ident.to_string().starts_with("SendLetterResponse"))
            });
            assert_eq!(made.count(), 1, "{name}");
        }
    }
}

#[test]
fn every_name_in_the_lists_is_a_fixture() {
    let names: HashSet<_> = fixtures().into_iter().map(|(name, _)| name).collect();
    for name in FORBIDDEN.iter().chain(&CONFUSED) {
        assert!(names.contains(*name), "{name}");
    }
}

#[test]
fn the_good_spec_is_carried() {
    let path = checkout::file(SPEC).unwrap();
    let file = generate(Spec::load(&path).unwrap().openapi()).unwrap();
    assert_eq!(repeated(&file.items), None);
}

#[test]
fn the_culprit_is_found() {
    let head = "openapi: 3.0.3\ninfo: { title: Letters, version: v1 }\n";
    let operation = |id: &str, more: &str| {
        format!(
            "{{ operationId: {id}, x-linq-retry: {{ repeatable: true }}, {more} responses: {{ '204': {{ description: Done. }} }} }}"
        )
    };
    for (paths, schemas, pointer, problem) in [
        (
            "{}".to_owned(),
            "{ Box: { type: array, items: { $ref: '#/components/schemas/Stamp' } }, \
               Stamp: { type: integer, default: red }, Letter: { type: string } }",
            "/components/schemas/Stamp",
            "the generator cannot carry the schema `Stamp`: a `default` or an `enum` value does not fit its schema",
        ),
        (
            "{}".to_owned(),
            "{ Stamp: { not: { type: object } } }",
            "/components/schemas/Stamp",
            "the generator cannot carry the schema `Stamp`: it has a `not` of a kind that makes no type",
        ),
        (
            format!(
                "{{ /a: {{ get: {} }}, /b: {{ get: {} }} }}",
                operation("good", ""),
                operation(
                    "bad",
                    "parameters: [{ name: q, in: query, schema: { type: string, pattern: '(' } }],"
                ),
            ),
            "{}",
            "/paths/~1b/get",
            "the generator cannot carry the operation `bad`: a `pattern` is no regular expression",
        ),
    ] {
        let text = format!("{head}paths: {paths}\ncomponents:\n  schemas: {schemas}\n");
        let spec = Spec::from_text(Path::new("s.yaml"), text).unwrap();
        let message = generate(spec.openapi()).err().unwrap();
        let diagnosis = spec.diagnose_generator(message, |part| generate(part).map(drop));
        assert_eq!(
            (diagnosis.pointer(), diagnosis.problem()),
            (pointer, problem)
        );
        assert!(diagnosis.line().is_some());
    }
}
