//! `cargo xtask codegen` writes what the spec generates, and its check accepts nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::checkout;
use xtask::codegen::{self, GENERATED, SPEC};
use xtask::spec::Spec;

const MANIFEST: &str = "linq-gen/Cargo.toml";

fn ours(file: &str) -> PathBuf {
    checkout::file(file).unwrap()
}

/// A folder with a copy of the spec, of the generated code, and of the manifest beside it.
fn copies() -> (TempDir, PathBuf, PathBuf) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    for (ours_is, copy) in [
        (SPEC, "spec.yaml"),
        (GENERATED, "src/generated.rs"),
        (MANIFEST, "Cargo.toml"),
    ] {
        fs::copy(ours(ours_is), folder.path().join(copy)).unwrap();
    }
    let (spec, code) = (
        folder.path().join("spec.yaml"),
        folder.path().join("src/generated.rs"),
    );
    (folder, spec, code)
}

/// Nothing but the copies is in the folder.
fn nothing_is_left_over(folder: &TempDir) -> bool {
    let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
    count(folder.path()) == 3 && count(&folder.path().join("src")) <= 1
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from));
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn the_generated_code_is_up_to_date() {
    if let Err(drift) = codegen::run(true, &ours(SPEC), &ours(GENERATED)) {
        panic!("{drift}");
    }
}

#[test]
fn a_changed_spec_with_unchanged_code_fails() {
    let (_folder, spec, code) = copies();
    replace(&spec, "first_name", "given_name");
    let drift = codegen::run(true, &spec, &code).unwrap_err().to_string();
    assert!(
        drift.contains("\n-        pub first_name: ::std::string::String,\n"),
        "{drift}"
    );
    assert!(
        drift.contains("\n+        pub given_name: ::std::string::String,\n"),
        "{drift}"
    );
    assert!(
        drift.ends_with("run `cargo xtask codegen` and commit the result"),
        "{drift}"
    );
}

/// The generated code stays the same, but the spec does not.
#[test]
fn a_changed_example_with_unchanged_code_fails() {
    let (_folder, spec, code) = copies();
    replace(&spec, "message: Unauthorized", "message: Not authorized");
    let drift = codegen::run(true, &spec, &code).unwrap_err().to_string();
    let changed = drift
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.contains(" ("));
    assert!(drift.contains("\n+// sha256 of the document"), "{drift}");
    assert_eq!(changed.count(), 2, "{drift}");
}

#[test]
fn comments_layout_and_key_order_do_not_matter() {
    let (_folder, spec, code) = copies();
    let text = fs::read_to_string(&spec).unwrap();
    let remarks = text.replace("\ncomponents:", "\n# A remark.\n\n\ncomponents: # Another.");
    let json = serde_json::to_string(Spec::load(&spec).unwrap().document()).unwrap();
    let reordered = text.replace(
        "openapi: 3.0.3\n\ninfo:\n  title: Linq Partner API\n  version: v3\n",
        "info:\n  version: v3\n  title: Linq Partner API\n",
    ) + "\nopenapi: 3.0.3\n";
    for same in [remarks, json, reordered] {
        assert_ne!(same, text);
        fs::write(&spec, same).unwrap();
        codegen::run(true, &spec, &code).unwrap();
    }
}

#[test]
fn edited_code_fails_the_check_and_is_left_alone() {
    let (folder, spec, code) = copies();
    replace(&code, "pub is_active: bool", "pub is_active:  bool");
    let edited = fs::read(&code).unwrap();
    codegen::run(true, &spec, &code).unwrap_err();
    assert_eq!(fs::read(&code).unwrap(), edited);
    assert!(nothing_is_left_over(&folder));
}

#[test]
fn missing_code_fails_the_check_and_is_generated() {
    let (folder, spec, code) = copies();
    fs::remove_file(&code).unwrap();
    codegen::run(true, &spec, &code).unwrap_err();
    assert!(!code.exists());
    codegen::run(false, &spec, &code).unwrap();
    assert_eq!(fs::read(&code).unwrap(), fs::read(ours(GENERATED)).unwrap());
    assert!(nothing_is_left_over(&folder));
}

#[test]
fn a_failed_run_leaves_the_old_file() {
    let (folder, spec, code) = copies();
    let before = fs::read(&code).unwrap();
    replace(
        &spec,
        "#/components/schemas/ContactCard'",
        "#/components/schemas/Card'",
    );
    codegen::run(false, &spec, &code).unwrap_err();
    assert_eq!(fs::read(&code).unwrap(), before);
    assert!(nothing_is_left_over(&folder));
}

#[test]
fn an_unwritable_path_is_named() {
    let (folder, spec, _) = copies();
    let nowhere = folder.path().join("no/such/folder/generated.rs");
    let error = codegen::run(false, &spec, &nowhere)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!("{}: ", nowhere.display())),
        "{error}"
    );
}

/// No type is left that needs a crate.
#[test]
fn the_manifest_follows_the_spec() {
    let (folder, spec, code) = copies();
    let manifest = folder.path().join("Cargo.toml");
    let before = fs::read_to_string(&manifest).unwrap();
    assert!(before.contains("\n[dependencies.uuid]\n"), "{before}");
    replace(&spec, "format: uuid", "format: password");
    let drift = codegen::run(true, &spec, &code).unwrap_err().to_string();
    assert!(drift.contains("\n-[dependencies.uuid]\n"), "{drift}");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), before);
    codegen::run(false, &spec, &code).unwrap();
    let after = fs::read_to_string(&manifest).unwrap();
    assert!(!after.contains("uuid"), "{after}");
    let by_hand = |manifest: &str| manifest.split_once("# Written by").unwrap().0.to_owned();
    assert_eq!(by_hand(&after), by_hand(&before));
}

#[test]
fn an_edited_manifest_fails_the_check() {
    let (folder, spec, code) = copies();
    let manifest = folder.path().join("Cargo.toml");
    replace(
        &manifest,
        "[dependencies.uuid]\n",
        "[dependencies.uuid]\noptional = true\n",
    );
    let drift = codegen::run(true, &spec, &code).unwrap_err().to_string();
    assert!(drift.contains("\n-optional = true\n"), "{drift}");
}
