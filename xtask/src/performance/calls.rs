//! Runs the benchmarks of calls.

use std::error::Error;
use std::process::Command;

use super::output;
use crate::checkout;

/// The machine, and what the benchmarks print.
pub(super) fn measure() -> Result<String, Box<dyn Error>> {
    let mut figures = format!("# {}\n", machine()?);
    for name in ["client", "memory"] {
        figures += &output(
            Command::new("cargo")
                .args([
                    "bench",
                    "--quiet",
                    "--package",
                    "linq-tests",
                    "--bench",
                    name,
                ])
                .current_dir(checkout::root()?),
        )?;
    }
    Ok(figures)
}

/// The processor, the operating system and the compiler.
pub(super) fn machine() -> Result<String, Box<dyn Error>> {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or(std::env::consts::ARCH, |name| {
            name.trim_start_matches([' ', '\t', ':'])
        });
    let cores = std::thread::available_parallelism()?;
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    let compiler = output(Command::new("rustc").arg("--version"))?;
    Ok(format!(
        "{processor}, {cores} cores, {system}, {}",
        compiler.trim()
    ))
}
