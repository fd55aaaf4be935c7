//! Runs the benchmarks of calls.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::checkout;

const PACKAGE: &str = "linq-performance";

/// What the benchmarks print, which is also shown as it comes.
pub(super) fn measure() -> Result<String, Box<dyn Error>> {
    let mut figures = String::new();
    for name in ["client", "memory"] {
        let mut cargo = Command::new("cargo");
        cargo.args(["bench", "--package", PACKAGE, "--bench", name]);
        cargo.current_dir(checkout::root()?);
        let mut benchmark = cargo.stdout(Stdio::piped()).spawn()?;
        let printed = benchmark.stdout.take().map(BufReader::new);
        for line in printed.into_iter().flat_map(BufReader::lines) {
            let line = line?;
            eprintln!("{line}");
            figures += &(line + "\n");
        }
        if !benchmark.wait()?.success() {
            return Err(format!("{cargo:?} failed").into());
        }
    }
    Ok(figures)
}
