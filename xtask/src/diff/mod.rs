//! Compares two versions of the contract, and says what each change means for those who call the API.

mod approvals;
mod attribution;
mod claims;
mod class;
mod compare;
mod contract;
mod fingerprint;
mod markdown;
#[cfg(test)]
mod mutations;
mod node;
#[cfg(test)]
mod oasdiff;
mod raw;
mod report;
mod revision;
mod rust;
mod semver;
mod summary;
mod terminal;
mod walk;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

pub use approvals::{APPROVALS, Approval, Verdict};
pub use class::{Class, Direction, Semver};
pub use contract::Contract;
pub use report::{Change, Report, Side};
pub use rust::{Fate, ItemChange, RustImpact};

use crate::checkout;

use revision::Revision;

/// What a report is written for.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// A person at a terminal.
    #[default]
    Terminal,
    /// A comment on a pull request.
    Markdown,
    /// A program.
    Json,
}

/// What to compare, and how to report it.
#[derive(Debug)]
pub struct Options {
    /// A file or a git revision.
    pub old: String,
    /// A file or a git revision; none for the contract in the checkout.
    pub new: Option<String>,
    /// The form of the report.
    pub format: Format,
    /// The file of approvals, if not that beside the contract.
    pub approvals: Option<PathBuf>,
}

/// Compares two documents, and the code that is generated from them.
pub fn compare(old: &Contract, new: &Contract) -> (Report, RustImpact) {
    let mut changes = compare::changes(old, new);
    let rust = RustImpact::of(old, new);
    attribution::attribute(&mut changes, rust.items());
    let class = changes.iter().map(|change| change.class).max();
    let class = class.unwrap_or(Class::None);
    let semver = semver::needed(class, &rust);
    let report = Report {
        class,
        semver,
        changes,
    };
    (report, rust)
}

/// Compares, and prints the report. The code is 2 if a breaking or unknown change is not approved.
///
/// # Errors
///
/// If a document or the approvals can't be read.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let root = checkout::root()?;
    let old = Revision::find(&options.old, &root)?;
    let new = match &options.new {
        Some(name) => Revision::find(name, &root)?,
        None => Revision::working_tree(&root),
    };
    let (old_contract, new_contract) = (old.contract()?, new.contract()?);
    let (report, rust) = compare(&old_contract, &new_contract);
    let approvals = match &options.approvals {
        Some(path) => Some((path.clone(), fs::read_to_string(path)?)),
        None if new.has_files() => new.read(APPROVALS)?.map(|text| (APPROVALS.into(), text)),
        None => Revision::working_tree(&root)
            .read(APPROVALS)?
            .map(|text| (APPROVALS.into(), text)),
    };
    let approvals = match approvals {
        Some((path, text)) => approvals::read(&path, text)?,
        None => Vec::new(),
    };
    let verdict = Verdict::of(&report, approvals, &old, &new)?;
    let text = match options.format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&report)?),
        Format::Markdown => markdown::render(&report, &rust, &verdict),
        Format::Terminal => terminal::render(&report, &rust, &verdict, &new_contract),
    };
    print!("{text}");
    Ok(if verdict.passes() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
