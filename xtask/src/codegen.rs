//! Generates `linq-gen/src/generated.rs` from the spec, and writes or checks it.

mod accept;
mod base_url;
mod culprit;
mod error_codes;
mod events;
mod exchanges;
mod fields;
mod generator;
mod items;
#[cfg(test)]
mod limits;
mod manifest;
mod open_enums;
mod operations;
mod pages;
mod sound;
mod texts;
mod types;
mod uses;
mod webhook_types;

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use atomicwrites::{AtomicFile, OverwriteBehavior};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use similar::TextDiff;
use syn::File;

use crate::model::{inline_types, simplify};
use crate::spec::{Diagnosis, Spec};

use manifest::Needs;
use texts::ValueTexts;

/// Where the contract is, from the root of the checkout.
pub const SPEC: &str = "openapi/linq-v3.yaml";
/// Where the generated code is, from the root of the checkout.
pub const GENERATED: &str = "linq-gen/src/generated.rs";

/// The output of code generation.
pub struct Generated {
    /// The Rust code.
    pub code: String,
    needs: Needs,
}

/// Writes `out` from `spec`, and the generated part of the manifest of the crate that `out` is in.
/// With `check` it writes nothing, and fails if one of them differs.
///
/// # Errors
///
/// If no client can be generated from the spec, or a file can't be read or written.
pub fn run(check: bool, spec: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let generated = Spec::load(spec)
        .and_then(|spec| generate(&spec))
        .map_err(readable)?;
    let manifest = manifest(&generated, out);
    if manifest.is_none() {
        println!(
            "The manifest of the crate of {} needs:\n{}",
            out.display(),
            generated.needs
        );
    }
    let files = [(out.to_owned(), generated.code)]
        .into_iter()
        .chain(manifest);
    let drifts = files
        .map(|(path, text)| write(check, &path, &text))
        .collect::<Result<Vec<_>, _>>()?;
    let drifts: String = drifts.into_iter().flatten().collect();
    if drifts.is_empty() {
        return Ok(());
    }
    Err(format!("{drifts}run `cargo xtask codegen` and commit the result").into())
}

/// The files that `run` writes, with their texts.
pub(crate) fn files(spec: &Spec, out: &Path) -> Result<Vec<(PathBuf, String)>, Diagnosis> {
    let generated = generate(spec)?;
    let manifest = manifest(&generated, out);
    let code = (out.to_owned(), generated.code);
    Ok([code].into_iter().chain(manifest).collect())
}

/// The manifest of the crate that `out` is in, with what the generated code needs; none if it has no generated
/// part.
fn manifest(generated: &Generated, out: &Path) -> Option<(PathBuf, String)> {
    let source = out.parent().filter(|folder| folder.ends_with("src"))?;
    let path = source.with_file_name("Cargo.toml");
    let old = fs::read_to_string(&path).ok()?;
    Some((path, generated.needs.written_into(&old)?))
}

/// Writes a file unless it is up to date; with `check`, returns how it differs instead.
fn write(check: bool, path: &Path, text: &str) -> Result<Option<String>, Box<dyn Error>> {
    let name = path.display();
    let old = match fs::read(path) {
        Ok(old) => old,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("{name}: {error}").into()),
    };
    if old == text.as_bytes() {
        println!("{name} is up to date");
    } else if check {
        return Ok(Some(drift(path, &old, text)));
    } else {
        AtomicFile::new(path, OverwriteBehavior::AllowOverwrite)
            .write(|file| file.write_all(text.as_bytes()))
            .map_err(|error| format!("{name}: {error}"))?;
        println!("{name} has been written");
    }
    Ok(None)
}

/// A diagnosis as text: with the source for a person, or one line per problem for a log.
fn readable(diagnosis: Diagnosis) -> String {
    if io::stderr().is_terminal() {
        format!("{:?}", miette::Report::from(diagnosis))
    } else {
        diagnosis.to_string()
    }
}

/// How a checked-in file differs from what it should be.
fn drift(path: &Path, old: &[u8], text: &str) -> String {
    let name = path.display();
    let diff = TextDiff::from_lines(String::from_utf8_lossy(old).as_ref(), text)
        .unified_diff()
        .header(
            &format!("{name} (checked in)"),
            &format!("{name} (generated)"),
        )
        .to_string();
    format!("{diff}\n{name} differs from what the spec generates; ")
}

/// Generates code from a spec. The output is the same on every machine and in every run.
///
/// # Errors
///
/// If the generator fails on a part of the document that passed the checks.
pub fn generate(spec: &Spec) -> Result<Generated, Diagnosis> {
    let document = spec.document();
    let (file, needs) = generate_file(document).map_err(|message| {
        let (pointer, text) = culprit::find(document, message);
        spec.problem(&pointer, text)
    })?;
    let code = format!(
        "// @generated by `cargo xtask codegen` from {SPEC}. Do not edit.\n\
         // sha256 of the document, comments and layout aside: {}\n\n{}",
        hash(document),
        prettyplease::unparse(&file),
    );
    Ok(Generated { code, needs })
}

/// The generated code, and what its crate needs.
pub(crate) fn generate_file(document: &Value) -> Result<(File, Needs), String> {
    let mut simple = simplify::document(document);
    let webhook_types = webhook_types::used_only_by_webhooks(document, &simple);
    inline_types::name_all(&mut simple);
    let openapi = serde_json::from_value(simple.clone()).map_err(|error| error.to_string())?;
    let mut file = generator::run(&openapi)?;
    sound::check(&file.items)?;
    accept::state(&mut file, document);
    exchanges::use_in(&mut file);
    types::open(&mut file);
    fields::retype(&mut file, &simple)?;
    open_enums::open(&mut file, &ValueTexts::read(&simple));
    texts::describe_fields(&mut file);
    webhook_types::gate(&mut file, &webhook_types);
    file.items.push(base_url::generate(document));
    file.items.push(operations::generate(document)?);
    file.items.extend(pages::generate(document)?);
    file.items.push(error_codes::generate(document)?);
    let events = events::generate(document, &file)?;
    file.items.push(events);
    let needs = Needs::from_file(&file)?;
    Ok((file, needs))
}

/// The hash of the content of a document: comments and the order of keys do not change it.
fn hash(document: &Value) -> String {
    let mut document = document.clone();
    document.sort_all_objects();
    let digest = Sha256::digest(document.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
