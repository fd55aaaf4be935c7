//! Measures what the client costs against hand-written reqwest, and writes a page about it.
//!
//! The figures are kept beside the page, so that each part can be measured alone.

mod builds;
mod calls;
mod chart;
mod page;

use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use clap::ValueEnum;

use crate::checkout;

/// Where the page and its figures are, from the root of the checkout.
const FOLDER: &str = "linq/docs";

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The CPU time and the memory of calls.
    Calls,
    /// What it costs to depend on the crate: packages, build, size. Builds everything six times.
    Builds,
}

/// Measures this part, or both, and writes the page.
///
/// # Errors
///
/// If cargo fails, or a file can't be read or written.
pub fn run(part: Option<Part>) -> Result<(), Box<dyn Error>> {
    if part != Some(Part::Builds) {
        fs::write(file("calls.tsv")?, calls::measure()?)?;
    }
    if part != Some(Part::Calls) {
        fs::write(file("builds.tsv")?, builds::measure()?)?;
    }
    let calls = fs::read_to_string(file("calls.tsv")?).unwrap_or_default();
    let builds = fs::read_to_string(file("builds.tsv")?).unwrap_or_default();
    fs::write(file("svg")?, chart::draw(&calls))?;
    fs::write(file("md")?, page::write(&calls, &builds))?;
    Ok(())
}

fn file(extension: &str) -> io::Result<PathBuf> {
    checkout::file(&format!("{FOLDER}/performance.{extension}"))
}

/// The output of a program.
fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The lines of a table of figures as lists of fields, without the names of the columns.
fn rows(figures: &str) -> impl Iterator<Item = Vec<&str>> {
    figures
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}
