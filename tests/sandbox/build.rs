//! Finds the contract: `linq-v3.yaml`, which is a link in the repository, and a copy in the package.

use std::fs;
use std::path::Path;

/// What the link in the repository leads to.
const TARGET: &str = "../../openapi/linq-v3.yaml";

fn main() {
    let link = Path::new("linq-v3.yaml");
    // Windows may check out the link as text. Nothing else is looked up outside of the package: in
    // the directory of vendored packages, that would be a file of the program.
    let is_text = fs::read_to_string(link).is_ok_and(|text| text.trim() == TARGET);
    let path = if is_text { Path::new(TARGET) } else { link };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    println!("cargo::rerun-if-changed={}", path.display());
    println!("cargo::rerun-if-changed={}", link.display());
    println!("cargo::rustc-env=CONTRACT={}", path.display());
}
