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
/// A contract with a card that callers create and receive.
const CARDS: &str = "\
openapi: 3.0.3
info: { title: Cards, version: v1 }
x-linq-rate-limits:
  writes: { calls: 3, seconds: 600, per: phone_number, counts: all }
paths:
  /v1/cards:
    get:
      operationId: retrieveCard
      x-linq-retry: { idempotent: true }
      description: Returns your card.
      responses:
        '200':
          description: The card.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Card' }
              example: { first_name: John, is_active: true }
    post:
      operationId: createCard
      x-linq-retry: { idempotent: false, rate_limit: writes }
      description: Creates your card.
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/NewCard' } }
      responses:
        '200':
          description: The card.
          content:
            application/json: { schema: { $ref: '#/components/schemas/Card' } }
components:
  schemas:
    Card:
      type: object
      required: [first_name, is_active]
      properties:
        first_name: { type: string }
        is_active: { type: boolean, description: Whether people see the card. }
    NewCard:
      type: object
      required: [first_name]
      properties:
        first_name: { type: string }
        last_name: { type: string }
";
const MANIFEST: &str = "\
[workspace]
resolver = \"3\"
members = [\"linq\"]

[workspace.package]
version = \"0.1.0\"
";
/// A client that compiles only as long as the rate limit is three calls.
const CLIENT: &str = "\
const GENERATED: &[u8] = include_bytes!(\"../../linq-gen/src/generated.rs\");

const fn has(text: &[u8]) -> bool {
    let mut start = 0;
    while start + text.len() <= GENERATED.len() {
        let mut length = 0;
        while length < text.len() && GENERATED[start + length] == text[length] {
            length += 1;
        }
        if length == text.len() {
            return true;
        }
        start += 1;
    }
    false
}

const _: () = assert!(has(b\"calls: 3u32\"), \"`WRITES` must allow 3 calls\");
";
const CLIENT_MANIFEST: &str = "\
[package]
name = \"linq\"
version = \"0.1.0\"
edition = \"2024\"

[features]
axum = []
schemars = []
tracing = []
webhooks = []
";

struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        Self::with(CONTRACT)
    }

    /// One with a single commit.
    fn with(contract: &str) -> Self {
        let checkout = Self(TempDir::new().unwrap());
        checkout.write("openapi/linq-v3.yaml", contract);
        checkout.write("linq-gen/src/generated.rs", "");
        checkout.write("linq/Cargo.toml", CLIENT_MANIFEST);
        checkout.write("linq/src/lib.rs", CLIENT);
        checkout.write("Cargo.toml", MANIFEST);
        checkout.write("CHANGELOG.md", "# Changelog\n");
        checkout.write(".gitignore", "target\n");
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
        self.run(self.command().args(arguments))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_xtask")));
        command
            .args(["spec", "diff"])
            .current_dir(self.0.path())
            // Not the one that this test was built in.
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    fn run(&self, command: &mut Command) -> (Option<i32>, String) {
        let output = command.output().unwrap();
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

/// What is printed about an edit of the cards.
fn report(from: &str, to: &str, format: &str) -> String {
    let checkout = Checkout::with(CARDS);
    let edited = CARDS.replace(from, to);
    assert_ne!(edited, CARDS);
    checkout.write("openapi/linq-v3.yaml", &edited);
    checkout.diff(&["--format", format]).1
}

#[test]
fn a_renamed_property_in_the_terminal() {
    insta::assert_snapshot!(report("is_active", "is_live", "terminal"));
}

#[test]
fn a_renamed_property_in_markdown() {
    insta::assert_snapshot!(report("is_active", "is_live", "markdown"));
}

#[test]
fn colors_are_for_terminals() {
    let checkout = Checkout::new();
    checkout.write(
        "openapi/linq-v3.yaml",
        &CONTRACT.replace("calls: 3", "calls: 2"),
    );
    let (_, plain) = checkout.diff(&[]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let (_, colored) = checkout.run(
        checkout
            .command()
            .env("CLICOLOR_FORCE", "1")
            .env_remove("NO_COLOR"),
    );
    assert!(colored.contains('\u{1b}'), "{colored}");
}

#[test]
fn a_property_that_becomes_required_in_json() {
    insta::assert_snapshot!(report(
        "required: [first_name]",
        "required: [first_name, last_name]",
        "json"
    ));
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

#[test]
fn the_build_of_the_client_is_checked() {
    let checkout = Checkout::new();
    let with_calls = |calls: &str| CONTRACT.replace("calls: 3", calls);
    checkout.write("openapi/linq-v3.yaml", &with_calls("calls: 2"));
    let (code, text) = checkout.diff(&["--check-build"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("`linq` does not compile until it is adapted (1 error)"),
        "{text}"
    );
    // What the compiler says around it is up to its version.
    let [place, problem] = [
        "linq/src/lib.rs:18:15: error",
        "`WRITES` must allow 3 calls",
    ];
    let is_error = |line: &str| line.contains(place) && line.contains(problem);
    assert!(text.lines().any(is_error), "{text}");
    let (_, markdown) = checkout.diff(&["--check-build", "--format", "markdown"]);
    let listed = format!("- `linq` does not compile: `{place}");
    assert!(markdown.contains(&listed), "{markdown}");
    let (_, json) = checkout.diff(&["--check-build", "--format", "json"]);
    let report: Value = serde_json::from_str(&json).unwrap();
    let rust = report["changes"][0]["rust"].as_array().unwrap();
    assert!(is_error(rust.last().unwrap().as_str().unwrap()), "{json}");
    let folder = checkout.0.path().display().to_string();
    for output in [text, markdown, json] {
        assert!(!output.contains(&folder), "{output}");
    }

    let (_, text) = checkout.diff(&[]);
    assert!(text.contains("was not checked"), "{text}");

    checkout.write(
        "openapi/linq-v3.yaml",
        &CONTRACT.replace("seconds: 600", "seconds: 300"),
    );
    let (code, text) = checkout.diff(&["--check-build"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("`linq` still compiles."), "{text}");
}
