//! Names the machine: its processor, operating system and compiler.

use std::error::Error;
use std::process::Command;
use std::{env, fs, thread};

use super::output;

pub(super) fn name() -> Result<String, Box<dyn Error>> {
    let processor = field("/proc/cpuinfo", "model name");
    let processor = processor.unwrap_or_else(|| env::consts::ARCH.to_owned());
    let system = field("/etc/os-release", "PRETTY_NAME");
    let system = system.unwrap_or_else(|| env::consts::OS.to_owned());
    let cores = thread::available_parallelism()?;
    let mut rustc = Command::new("rustc");
    rustc.arg("--version");
    let compiler = output(rustc)?;
    let compiler = compiler.trim();
    Ok(format!("{processor}, {cores} cores, {system}, {compiler}"))
}

/// The value of a field in a file of Linux, such as `model name : x` or `NAME="x"`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    let value = value.trim_start_matches(['\t', ' ', ':', '=']);
    Some(value.trim_matches('"').to_owned())
}
