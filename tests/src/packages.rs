//! What the published packages hold.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use xtask::checkout;

/// The files of a package, as `cargo package` would upload them.
fn files(package: &str) -> Vec<String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["package", "--list", "--allow-dirty", "--quiet", "--package"])
        .arg(package)
        .current_dir(checkout::root().unwrap())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let list = String::from_utf8(output.stdout).unwrap();
    let files = list.lines().map(|line| line.replace('\\', "/"));
    files.collect()
}

fn file(package: &str, name: &str) -> PathBuf {
    checkout::root().unwrap().join(package).join(name)
}

/// The files that are neither code, documents, the contract nor written by cargo.
fn unexpected(files: &[String]) -> Vec<&String> {
    let written_by_cargo = [
        ".cargo_vcs_info.json",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
    ];
    let documents = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    let is_expected = |name: &str| {
        written_by_cargo.contains(&name)
            || documents.contains(&name)
            || name.starts_with("src/") && name.ends_with(".rs")
            || name.starts_with("docs/") && [".md", ".svg"].iter().any(|kind| name.ends_with(kind))
            || name.starts_with("examples/")
            || ["build.rs", "linq-v3.yaml"].contains(&name)
    };
    let files = files.iter();
    files.filter(|name| !is_expected(name)).collect()
}

fn assert_holds(files: &[String], name: &str) {
    assert!(files.iter().any(|file| file == name), "{name} is missing");
}

#[test]
fn packages_hold_code_and_documents_only() {
    for (package, documents) in [
        ("linq-gen", &["src/generated.rs"][..]),
        (
            "linq",
            &["README.md", "docs/cookbook.md", "examples/contact_cards.rs"],
        ),
        ("linq-sandbox", &["README.md", "linq-v3.yaml"]),
    ] {
        let files = files(package);
        for name in ["LICENSE-APACHE", "LICENSE-MIT", "src/lib.rs"] {
            assert_holds(&files, name);
        }
        for name in documents {
            assert_holds(&files, name);
        }
        assert_eq!(unexpected(&files), Vec::<&String>::new(), "{package}");
    }
}

/// Windows may check out symbolic links as text.
#[cfg(unix)]
#[test]
fn packages_hold_the_licences_of_the_project() {
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let ours = fs::read(checkout::root().unwrap().join(name)).unwrap();
        for package in ["linq-gen", "linq", "tests/sandbox"] {
            assert_eq!(fs::read(file(package, name)).unwrap(), ours, "{package}");
        }
    }
}
