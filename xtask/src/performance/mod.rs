//! Measures what the client costs against hand-written reqwest, and writes a page about it.
//!
//! The figures are kept beside the page, so that each part can be measured alone.

mod builds;
mod calls;
mod chart;
mod figures;
mod machine;
mod page;
mod readme;

use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::checkout;
use figures::Figures;

/// Where the page, its chart and its figures are, from the root of the checkout.
const PAGE: &str = "linq/docs/performance";

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The CPU time and the memory of calls.
    Calls,
    /// What it costs to depend on the crate: packages, build, size. Builds everything six times.
    Builds,
    /// Nothing: write the page from the figures of the last time.
    Page,
}

/// Measures this part, or all, and writes the page, its chart and the section of the README.
///
/// # Errors
///
/// If cargo fails, or a file can't be read or written.
pub fn run(part: Option<Part>) -> Result<(), Box<dyn Error>> {
    let wanted = |this| part.is_none_or(|part| part == this);
    let machine = format!("# {}\n", machine::name()?);
    if wanted(Part::Calls) {
        fs::write(file("-calls.tsv")?, machine.clone() + &calls::measure()?)?;
    }
    if wanted(Part::Builds) {
        fs::write(file("-builds.tsv")?, machine + &builds::measure()?)?;
    }
    let calls = fs::read_to_string(file("-calls.tsv")?)?;
    let builds = fs::read_to_string(file("-builds.tsv")?)?;
    let (calls, builds) = (Figures::read(&calls), Figures::read(&builds));
    fs::write(file(".svg")?, chart::draw(&calls))?;
    fs::write(file(".md")?, page::write(&calls, &builds))?;
    let readme = checkout::file("README.md")?;
    let text = readme::with_table(&fs::read_to_string(&readme)?, &calls, &builds)?;
    fs::write(readme, text)?;
    Ok(())
}

fn file(ending: &str) -> io::Result<PathBuf> {
    checkout::file(&format!("{PAGE}{ending}"))
}

/// What a program prints.
fn output(mut command: Command) -> Result<String, Box<dyn Error>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(format!("{command:?} failed").into()),
    }
}
