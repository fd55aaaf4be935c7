//! The comparison that a command asks for: of which documents, and by which approvals.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::checkout;

use super::approvals::{self, APPROVALS, Approval, Verdict};
use super::attribution;
use super::build::Build;
use super::compare;
use super::contract::Contract;
use super::report::Report;
use super::revision::Revision;
use super::rust::RustImpact;

/// Which documents to compare.
#[derive(Clone, Debug, clap::Args)]
pub struct Documents {
    /// The document before: a file or a git revision.
    #[arg(default_value = "HEAD")]
    pub old: String,
    /// The document after: a file or a git revision [default: openapi/linq-v3.yaml].
    pub new: Option<String>,
    /// The approved changes, if NEW is a file [default: openapi/approved-changes.yaml].
    #[arg(long, value_name = "FILE")]
    pub approvals: Option<PathBuf>,
    /// Check whether the handwritten client in this checkout compiles with the code of NEW.
    #[arg(long)]
    pub check_build: bool,
}

/// Two documents, and what a comparison of them found.
#[derive(Debug)]
pub struct Comparison {
    /// The document before.
    pub old: Contract,
    /// The document after.
    pub new: Contract,
    /// What changed.
    pub report: Report,
    /// What Rust users notice of it.
    pub rust: RustImpact,
    /// Whether `linq` compiles with the new code, if that was checked.
    pub build: Option<Build>,
    /// Whether it is approved.
    pub verdict: Verdict,
}

impl Comparison {
    /// Reads two documents and the approvals, and compares.
    ///
    /// # Errors
    ///
    /// If a document or the approvals can't be read, or cargo can't check the client.
    pub fn new(documents: &Documents) -> Result<Self, Box<dyn Error>> {
        let root = checkout::root()?;
        let before = Revision::find(&documents.old, &root)?;
        let after = match &documents.new {
            Some(name) => Revision::find(name, &root)?,
            None => Revision::working_tree(&root),
        };
        let (old, new) = (before.contract()?, after.contract()?);
        let (mut report, rust) = compare(&old, &new);
        let build = (documents.check_build && !rust.items().is_empty())
            .then(|| Build::check(&new, &root))
            .transpose()?;
        if let Some(build) = &build {
            attribution::attribute_errors(&mut report.changes, rust.items(), &build.errors);
        }
        let approvals = approved(documents, &after, &root)?;
        let verdict = Verdict::new(&report, approvals, &before, &after)?;
        Ok(Self {
            old,
            new,
            report,
            rust,
            build,
            verdict,
        })
    }
}

/// The approvals that count for a document: those beside it, or in the checkout if it comes alone.
fn approved(
    documents: &Documents,
    after: &Revision,
    root: &Path,
) -> Result<Vec<Approval>, Box<dyn Error>> {
    let file = match &documents.approvals {
        Some(path) => Some((path.clone(), fs::read_to_string(path)?)),
        None if after.has_files() => after.read(APPROVALS)?.map(|text| (APPROVALS.into(), text)),
        None => Revision::working_tree(root)
            .read(APPROVALS)?
            .map(|text| (APPROVALS.into(), text)),
    };
    match file {
        Some((path, text)) => approvals::read(&path, text),
        None => Ok(Vec::new()),
    }
}
