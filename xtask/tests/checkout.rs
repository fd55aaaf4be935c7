//! The program works on the checkout in which it runs, wherever it was built.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use xtask::checkout;
use xtask::codegen::{GENERATED, SPEC};

/// Another checkout, with what code generation reads and writes.
fn another_checkout() -> TempDir {
    let other = TempDir::new().unwrap();
    for name in ["Cargo.toml", "linq-gen/Cargo.toml", SPEC, GENERATED] {
        let copy = other.path().join(name);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(checkout::file(name).unwrap(), copy).unwrap();
    }
    other
}

fn xtask(words: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn drift_in_another_checkout_is_found() {
    let other = another_checkout();
    let code = other.path().join(GENERATED);
    fs::write(&code, "// Not what the spec says.\n").unwrap();
    for folder in ["", "openapi", "linq-gen/src"] {
        let output = xtask(&["codegen", "--check"], &other.path().join(folder));
        assert!(!output.status.success(), "in {folder:?}: {output:?}");
    }
    let output = xtask(&["codegen"], &other.path().join("openapi"));
    assert!(output.status.success(), "{output:?}");
    let ours = checkout::file(GENERATED).unwrap();
    assert_eq!(fs::read(code).unwrap(), fs::read(ours).unwrap());
}

#[test]
fn outside_a_checkout_files_must_be_named() {
    let nowhere = TempDir::new().unwrap();
    let output = xtask(&["codegen"], nowhere.path());
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("is not inside a checkout"), "{error}");

    let spec = fs::canonicalize(checkout::file(SPEC).unwrap()).unwrap();
    let words = [
        "codegen",
        "--spec",
        spec.to_str().unwrap(),
        "--out",
        "generated.rs",
    ];
    let output = xtask(&words, nowhere.path());
    assert!(output.status.success(), "{output:?}");
    assert!(nowhere.path().join("generated.rs").exists());
}
