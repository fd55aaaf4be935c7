//! The check of the generated code notices edits of the real contract, even without the hash of the document.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::checkout;
use xtask::codegen::{self, GENERATED, SPEC};
use xtask::diff::Contract;

const MANIFEST: &str = "linq-gen/Cargo.toml";
/// An edit is made in so many places at most, spread over the document.
const MOST_PLACES: usize = 2;

/// Where to edit, `*` standing for any step of a JSON pointer, and the edit. It may not change every place.
type Edit = (&'static str, fn(&mut Value));

const EDITS_OF_OPERATIONS: [Edit; 13] = [
    ("/servers/0", |server| {
        server["url"] = json!("https://api.example.com")
    }),
    ("/x-linq-rate-limits/*/calls", add_one),
    ("/x-linq-rate-limits/*/seconds", add_one),
    ("/x-linq-error-codes/*/name", rename),
    ("/x-linq-error-codes", remove_one),
    ("/paths/*/*/operationId", rename),
    ("/paths/*/*", |operation| remove(operation, "requestBody")),
    ("/paths/*/*/x-linq-retry", |retry| {
        retry["idempotent"] = json!(retry["idempotent"] == false)
    }),
    ("/paths/*/*/x-linq-retry", |retry| {
        remove(retry, "rate_limit")
    }),
    ("/paths/*/*/x-linq-retry/retry_on", remove_one),
    ("/paths/*/*", |operation| {
        remove(operation, "x-linq-pagination")
    }),
    ("/paths/*/*/parameters", remove_one),
    ("/components/parameters/*", |parameter| {
        parameter["required"] = json!(parameter["required"] != true);
    }),
];

const EDITS_OF_TYPES: [Edit; 9] = [
    ("/components/schemas/*/properties", remove_one),
    ("/components/schemas/*/properties", |properties| {
        properties["brand_new"] = json!({"type": "string"});
    }),
    ("/components/schemas/*/required", remove_one),
    ("/components/schemas/*/properties/*", |property| {
        if property["type"] == "string" && property.get("enum").is_none() {
            *property = json!({"type": "integer"});
        }
    }),
    ("/components/schemas/*/properties/*", |property| {
        if property["type"] == "boolean" {
            property["type"] = json!("string");
        }
    }),
    ("/components/schemas/*/enum", remove_one),
    ("/components/schemas/*/enum", |values| {
        values.as_array_mut().unwrap().push(json!("brand_new"));
    }),
    ("/x-webhooks", remove_one),
    (
        "/x-webhooks/*/post/requestBody/content/*/schema/allOf/1/properties",
        |properties| {
            properties["data"] = json!({"$ref": "#/components/schemas/WebhookActor"});
        },
    ),
];

fn add_one(number: &mut Value) {
    *number = json!(number.as_u64().unwrap() + 1);
}

fn rename(name: &mut Value) {
    *name = json!(format!("{}_too", name.as_str().unwrap()));
}

fn remove(fields: &mut Value, key: &str) {
    if let Some(fields) = fields.as_object_mut() {
        fields.shift_remove(key);
    }
}

/// Removes the last entry of a mapping or a list.
fn remove_one(container: &mut Value) {
    match container {
        Value::Object(fields) => {
            let last = fields.keys().next_back().cloned();
            last.and_then(|last| fields.shift_remove(&last));
        }
        Value::Array(items) => {
            items.pop();
        }
        _ => panic!("{container} has no entries"),
    }
}

/// A folder with a copy of the generated code and its manifest, for a document to be checked against.
struct Checked {
    folder: TempDir,
    code: PathBuf,
}

impl Checked {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let code = folder.path().join("src/generated.rs");
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::copy(checkout::file(GENERATED).unwrap(), &code).unwrap();
        let manifest = folder.path().join("Cargo.toml");
        fs::copy(checkout::file(MANIFEST).unwrap(), manifest).unwrap();
        Self { folder, code }
    }

    /// What `cargo xtask codegen --check` says of the document, if it complains.
    fn complaint(&self, document: &Value) -> Option<String> {
        let spec = self.folder.path().join("spec.json");
        fs::write(&spec, document.to_string()).unwrap();
        let result = codegen::run(true, &spec, &self.code);
        result.err().map(|error| error.to_string())
    }
}

/// Whether a complaint is about more than the hash of the document.
fn is_about_code(complaint: &str) -> bool {
    let is_changed = |line: &&str| {
        line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
    };
    let mut changed = complaint.lines().filter(is_changed);
    changed.any(|line| !line[1..].starts_with("// sha256 "))
}

/// The schemas that callers send or receive, other than with errors, whose bodies the client reads itself.
fn schemas_with_types(document: &Value) -> HashSet<String> {
    fn gather(value: &Value, document: &Value, found: &mut HashSet<String>) {
        match value {
            Value::Object(fields) => {
                let is_error = |key: &str| key.starts_with(['4', '5']) && key.len() == 3;
                let read = fields.iter().filter(|(key, _)| !is_error(key));
                read.for_each(|(_, value)| gather(value, document, found));
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, document, found)),
            Value::String(text) => {
                if let Some(pointer) = text.strip_prefix("#/")
                    && found.insert(format!("/{pointer}"))
                    && let Some(target) = document.pointer(&format!("/{pointer}"))
                {
                    gather(target, document, found);
                }
            }
            _ => {}
        }
    }
    let mut found = HashSet::new();
    gather(&document["paths"], document, &mut found);
    gather(&document["x-webhooks"], document, &mut found);
    found
}

/// The pointers of the places that a pattern stands for.
fn places(document: &Value, pattern: &str) -> Vec<String> {
    let mut places = vec![String::new()];
    for step in pattern.split('/').skip(1) {
        let mut next = Vec::new();
        for place in places {
            let steps: Vec<String> = match document.pointer(&place) {
                _ if step != "*" => vec![step.to_owned()],
                Some(Value::Object(fields)) => fields
                    .keys()
                    .map(|key| key.replace('~', "~0").replace('/', "~1"))
                    .collect(),
                Some(Value::Array(items)) => (0..items.len()).map(|at| at.to_string()).collect(),
                _ => Vec::new(),
            };
            next.extend(steps.iter().map(|step| format!("{place}/{step}")));
        }
        places = next;
    }
    places.retain(|place| document.pointer(place).is_some());
    places
}

/// Makes an edit in several places, one at a time, and has each checked. The check must complain about every
/// one, and of some of them as drift: the others make a document that no client can be generated from.
fn check(checked: &Checked, document: &Value, types: &HashSet<String>, (pattern, edit): Edit) {
    let mut edited = Vec::new();
    for place in places(document, pattern) {
        let in_schema = place.starts_with("/components/schemas/");
        let schema = place.splitn(5, '/').take(4).collect::<Vec<_>>().join("/");
        let mut copy = document.clone();
        edit(copy.pointer_mut(&place).unwrap());
        if &copy != document && (!in_schema || types.contains(&schema)) {
            edited.push((place, copy));
        }
    }
    let mut any_drift = false;
    for (place, document) in edited
        .iter()
        .step_by(edited.len().div_ceil(MOST_PLACES).max(1))
    {
        let complaint = checked.complaint(document);
        let complaint = complaint.unwrap_or_else(|| panic!("the edit of {place} is not noticed"));
        let is_refused = !complaint.contains("differs from what the spec generates");
        assert!(
            is_refused || is_about_code(&complaint),
            "only the hash shows the edit of {place}"
        );
        any_drift |= !is_refused;
    }
    assert!(any_drift, "no edit of {pattern} could be checked");
}

fn check_all(edits: &[Edit]) {
    let path = checkout::file(SPEC).unwrap();
    let contract = Contract::from_file(&path).unwrap();
    let document = contract.value();
    let checked = Checked::new();
    assert_eq!(checked.complaint(document), None);
    let types = schemas_with_types(document);
    for edit in edits {
        check(&checked, document, &types, *edit);
    }
}

#[test]
fn edits_of_operations_are_noticed() {
    check_all(&EDITS_OF_OPERATIONS);
}

#[test]
fn edits_of_types_are_noticed() {
    check_all(&EDITS_OF_TYPES);
}

/// What does not change the code is noticed by the hash alone.
#[test]
fn an_edit_without_effect_on_the_code_is_not_taken_for_drift_of_it() {
    let path = checkout::file(SPEC).unwrap();
    let contract = Contract::from_file(&path).unwrap();
    let mut document = contract.value().clone();
    document["tags"][0]["description"] = json!("Something else.");
    let complaint = Checked::new().complaint(&document).unwrap();
    assert!(!is_about_code(&complaint), "{complaint}");
}
