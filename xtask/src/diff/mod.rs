//! Compares two versions of the contract, and says what each change means for those who call the API.

mod class;
mod report;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

pub use class::{Class, Direction, Semver};
pub use report::{Change, Report, Side};

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
    /// Whether to compile `linq` with the code that is generated from the new document.
    pub check_build: bool,
}

/// Compares, and prints the report. The code is 2 if a breaking or unknown change is not approved.
///
/// # Errors
///
/// If a document or the approvals can't be read.
pub fn run(_options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    Err("not implemented yet".into())
}
