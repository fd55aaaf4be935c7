//! `cargo xtask spec review` without what it needs; what it writes is opened in a browser by `review/run.sh`.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

#[test]
fn what_must_be_installed_is_said() {
    let checkout = TempDir::new().unwrap();
    fs::write(checkout.path().join("Cargo.toml"), "").unwrap();
    for folder in ["openapi", "linq-gen"] {
        fs::create_dir(checkout.path().join(folder)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "review", "old.yaml", "new.yaml"])
        .args(["--output", "page.html"])
        .current_dir(checkout.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("run `npm ci --prefix openapi`"),
        "{message}"
    );
    assert!(!checkout.path().join("page.html").exists());
}
