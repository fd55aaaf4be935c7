//! `cargo xtask spec diff` in a checkout of its own: exit codes, approvals, and what it prints.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const CONTRACT: &str = "\
openapi: 3.0.3
info: { title: Cards, version: v1 }
x-linq-rate-limits:
  writes: { calls: 3, seconds: 600, per: id, counts: all }
paths:
  /v1/cards:
    get:
      operationId: listCards
      x-linq-retry: { idempotent: true, rate_limit: writes }
      description: Lists cards.
      responses: { '204': { description: Done. } }
";
const MANIFEST: &str = "[workspace.package]\nversion = \"0.1.0\"\n";

struct Checkout(TempDir);

impl Checkout {
    /// One with a single commit.
    fn new() -> Self {
        let checkout = Self(TempDir::new().unwrap());
        checkout.write("openapi/linq-v3.yaml", CONTRACT);
        checkout.write("linq-gen/src/generated.rs", "");
        checkout.write("Cargo.toml", MANIFEST);
        checkout.write("CHANGELOG.md", "# Changelog\n");
        checkout.git(&["init", "--quiet"]);
        checkout.git(&["add", "."]);
        checkout.git(&[
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.com",
            "commit",
            "--quiet",
            "-m",
            "Start",
        ]);
        checkout
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(self.0.path())
            .args(arguments)
            .status();
        assert!(status.unwrap().success());
    }

    /// The exit code, and what was printed.
    fn diff(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(Path::new(env!("CARGO_BIN_EXE_xtask")))
            .args(["spec", "diff"])
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn fingerprint(&self) -> String {
        let (_, json) = self.diff(&["--format", "json"]);
        let report: Value = serde_json::from_str(&json).unwrap();
        report["changes"][0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[test]
fn only_an_approved_and_announced_breaking_change_passes() {
    let checkout = Checkout::new();
    assert_eq!(checkout.diff(&[]).0, Some(0));
    checkout.write(
        "openapi/linq-v3.yaml",
        &CONTRACT.replace("calls: 3", "calls: 2"),
    );
    let (code, text) = checkout.diff(&[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("not approved"), "{text}");

    let approval = format!(
        "approved:\n  - {{ fingerprint: {}, reason: Nobody needs three., who: Jane Roe }}\n",
        checkout.fingerprint()
    );
    checkout.write("openapi/approved-changes.yaml", &approval);
    let (code, text) = checkout.diff(&[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("approved by Jane Roe: Nobody needs three."),
        "{text}"
    );
    assert!(
        text.contains("Raise the minor version in Cargo.toml"),
        "{text}"
    );
    assert!(text.contains("Add an entry to CHANGELOG.md"), "{text}");

    checkout.write("Cargo.toml", &MANIFEST.replace("0.1.0", "0.2.0"));
    assert_eq!(checkout.diff(&[]).0, Some(2));
    checkout.write("CHANGELOG.md", "# Changelog\n\n- Two calls.\n");
    assert_eq!(checkout.diff(&[]).0, Some(0));

    checkout.write("openapi/linq-v3.yaml", CONTRACT);
    let (code, text) = checkout.diff(&[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("matches no change; remove it"), "{text}");
}

#[test]
fn another_value_is_not_approved_along() {
    let checkout = Checkout::new();
    let with_calls = |calls: &str| CONTRACT.replace("calls: 3", calls);
    checkout.write("openapi/linq-v3.yaml", &with_calls("calls: 2"));
    let fingerprint = checkout.fingerprint();
    checkout.write("openapi/linq-v3.yaml", &with_calls("calls: 1"));
    assert_ne!(checkout.fingerprint(), fingerprint);
}

#[test]
fn documentation_needs_no_approval() {
    let checkout = Checkout::new();
    checkout.write(
        "openapi/linq-v3.yaml",
        &CONTRACT.replace("Lists cards.", "Returns cards."),
    );
    let (code, json) = checkout.diff(&["HEAD", "--format", "json"]);
    assert_eq!(code, Some(0), "{json}");
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["class"], "documentation");
    let change = &report["changes"][0];
    assert_eq!(change["operation"], "listCards");
    assert_eq!(change["pointer"], "/paths/~1v1~1cards/get/description");
    assert_eq!(
        change["old"],
        serde_json::json!({"line": 10, "column": 20, "value": "Lists cards."})
    );
    let keys: Vec<_> = change.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "class",
            "direction",
            "operation",
            "pointer",
            "old",
            "new",
            "text",
            "rust",
            "fingerprint"
        ]
    );
}

#[test]
fn what_is_neither_a_file_nor_a_revision_is_an_error() {
    let checkout = Checkout::new();
    let (code, text) = checkout.diff(&["no-such-branch"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("`no-such-branch` is neither a file nor a git revision"),
        "{text}"
    );
    assert_eq!(checkout.diff(&["--no-such-option"]).0, Some(1));
    checkout.write("openapi/linq-v3.yaml", "a: [\n");
    assert_eq!(checkout.diff(&[]).0, Some(1));
}
