//! Writes one HTML file with all that the API's owners need to decide on a change: what changed, what Rust users notice,
//! what the linter finds, the requests that the client sends, and the reference.

mod changes;
mod code;
mod facade;
mod legible;
mod marked;
mod operations;
mod page;
mod reference;
mod rust;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use crate::checkout;
use crate::diff::{Comparison, Documents};
use crate::lint;
use crate::redocly::Redocly;

use operations::Checkout;
use page::Review;

/// Where the page is written, from the root of the checkout.
const OUTPUT: &str = "target/review/review.html";

/// Compares two documents, writes the page about it, and prints where it is.
///
/// # Errors
///
/// If a document, the approvals or the checkout can't be read, Redocly can't be run, or the page can't be written. What is
/// wrong with the new document is no error: the page shows it.
pub fn run(documents: &Documents, output: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let redocly = Redocly::in_checkout()?;
    let comparison = Comparison::new(documents)?;
    let new = &comparison.new;
    let page = page::render(&Review {
        comparison: &comparison,
        findings: &lint::findings(new.path(), new.text())?,
        operations: &operations::all(new, &Checkout::read(&checkout::root()?)?),
        reference: &reference::render(&redocly, new.value())?,
    });
    let path = output.map_or_else(|| checkout::file(OUTPUT), Ok)?;
    let failed = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, page).map_err(failed)?;
    println!("{}", path.display());
    Ok(())
}
