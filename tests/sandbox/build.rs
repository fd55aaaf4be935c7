//! Finds the contract: that of the repository, or in the package its copy.

use std::path::Path;

fn main() {
    // Windows may check out the symbolic link as text.
    let repository = Path::new("../../openapi/linq-v3.yaml");
    let path = if repository.exists() {
        repository
    } else {
        Path::new("linq-v3.yaml")
    };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    println!("cargo::rerun-if-changed={}", path.display());
    println!("cargo::rustc-env=CONTRACT={}", path.display());
}
