//! Compares two versions of the contract, and says what each change means for those who call the API.

mod approvals;
mod attribution;
mod build;
mod claims;
mod class;
mod compare;
mod comparison;
mod contract;
mod fingerprint;
mod markdown;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod oasdiff;
mod raw;
mod report;
mod revision;
mod rust;
mod semver;
mod subject;
pub(crate) mod summary;
mod terminal;
mod walk;

use std::error::Error;
use std::process::ExitCode;

pub use approvals::{APPROVALS, Approval, Verdict};
pub use build::Build;
pub use class::{Class, Direction, Semver};
pub use comparison::{Comparison, Documents};
pub use contract::Contract;
pub use report::{Change, Report, Side};
pub use rust::{Fate, ItemChange, RustImpact};

use crate::model::node;

use rust::Code;

/// Who reads the report.
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

/// Compares two documents, and the code that is generated from them.
pub fn compare(old: &Contract, new: &Contract) -> (Report, RustImpact) {
    let rust = RustImpact::new(&Code::generate(old), &Code::generate(new));
    (report(old, new, &rust), rust)
}

fn report(old: &Contract, new: &Contract, rust: &RustImpact) -> Report {
    let mut changes = compare::changes(old, new);
    attribution::attribute(&mut changes, rust.items());
    let class = changes.iter().map(|change| change.class).max();
    let class = class.unwrap_or(Class::None);
    Report {
        class,
        semver: semver::needed(class, rust),
        changes,
    }
}

/// Compares, and prints the report. The code is 2 if a breaking or unknown change is not approved.
///
/// # Errors
///
/// Those of [`Comparison::new`].
pub fn run(documents: &Documents, format: Format) -> Result<ExitCode, Box<dyn Error>> {
    let comparison = Comparison::new(documents)?;
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(&comparison.report)?),
        Format::Markdown => print!("{}", markdown::render(&comparison)),
        Format::Terminal => anstream::print!("{}", terminal::render(&comparison)),
    }
    Ok(if comparison.verdict.passes() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
