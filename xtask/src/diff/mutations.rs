//! Guards the comparison: edits with the class that each must have, and random ones that must never pass as
//! harmless.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::class::Class;
use super::compare::changes;
use super::contract::Contract;
use super::raw::Difference;
use super::report;
use super::report::Change;
use super::rust::{Code, RustImpact};

const CONTRACT: &str = include_str!("mutations.yaml");
const TABLE: &str = include_str!("mutations.txt");

pub(super) fn read(value: &Value) -> Contract {
    Contract::from_text(Path::new("contract.json"), value.to_string()).unwrap()
}

pub(super) fn contract() -> Contract {
    Contract::from_text(Path::new("contract.yaml"), CONTRACT.to_owned()).unwrap()
}

/// Sets or removes what is at a pointer; `-` at its end stands for one more entry of a list.
fn edit(document: &mut Value, pointer: &str, new: Option<Value>) {
    let (owner, step) = pointer.rsplit_once('/').unwrap();
    let step = step.replace("~1", "/").replace("~0", "~");
    let owner = document
        .pointer_mut(owner)
        .unwrap_or_else(|| panic!("{pointer} leads nowhere"));
    match (owner, new) {
        (Value::Object(fields), Some(new)) => {
            fields.insert(step, new);
        }
        (Value::Object(fields), None) => {
            fields.shift_remove(&step).unwrap();
        }
        (Value::Array(items), Some(new)) if step == "-" => items.push(new),
        (Value::Array(items), Some(new)) => items[step.parse::<usize>().unwrap()] = new,
        (Value::Array(items), None) => {
            items.remove(step.parse().unwrap());
        }
        _ => panic!("{pointer} leads nowhere"),
    }
}

fn worst(changes: &[Change]) -> Option<&Change> {
    changes.iter().max_by_key(|change| change.class)
}

/// A row of the table, and the document that its edits make.
pub(super) struct Row {
    /// The pointers and the new values.
    pub(super) edit: &'static str,
    pub(super) document: Value,
    class: &'static str,
    direction: &'static str,
    code: &'static str,
}

pub(super) fn rows(old: &Value) -> impl Iterator<Item = Row> {
    let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<_> = row.splitn(4, '|').map(str::trim).collect();
        let [class, direction, code, edited] = cells[..] else {
            panic!("{row}");
        };
        let mut document = old.clone();
        for one in edited.split(" && ") {
            let (pointer, new) = one.split_once('|').unwrap();
            let new = new.trim();
            let new = (!new.is_empty()).then(|| serde_json::from_str(new).unwrap());
            edit(&mut document, pointer.trim(), new);
        }
        Row {
            edit: edited,
            document,
            class,
            direction,
            code,
        }
    })
}

#[test]
fn each_edit_in_the_table_has_its_class() {
    let old = contract();
    let mut wrong = Vec::new();
    for row in rows(old.value()) {
        let changes = changes(&old, &read(&row.document));
        let found = worst(&changes).map(|change| {
            let direction = change.direction.map_or("-", |direction| direction.name());
            (change.class.name(), direction)
        });
        if found != Some((row.class, row.direction)) {
            wrong.push(format!("{}\n    is {found:?}: {changes:#?}", row.edit));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The document without the parts that code can't be generated from.
fn generatable(document: &Value) -> Contract {
    let mut document = document.clone();
    for pointer in [
        "/paths/~1v1~1cards~1{id}/post/requestBody/content/application~1xml",
        "/paths/~1v1~1cards~1{id}/get/responses/200/content/text~1plain",
        "/paths/~1v1~1cards~1{id}/get/x-linq-retry/done_on",
        "/paths/~1v1~1cards~1{id}/get/x-linq-pagination",
        "/components/schemas/Card/properties/link",
        "/components/schemas/NewCard/properties/link",
        "/components/schemas/NewCard/properties/twice",
    ] {
        let (owner, step) = pointer.rsplit_once('/').unwrap();
        if let Some(Value::Object(fields)) = document.pointer_mut(owner) {
            fields.shift_remove(&step.replace("~1", "/"));
        }
    }
    if let Some(body) = document.pointer_mut("/paths/~1v1~1cards~1{id}/post/requestBody") {
        body["required"] = json!(true);
    }
    read(&document)
}

/// The drift check finds what changes the generated code, even without the hash in its head. Every item that
/// differs is in the report of some change.
#[test]
fn each_edit_in_the_table_changes_the_generated_code_as_expected() {
    let old = generatable(contract().value());
    let old_code = Code::generate(&old);
    let mut wrong = Vec::new();
    for row in rows(contract().value()) {
        let new = generatable(&row.document);
        let new_code = Code::generate(&new);
        let found = match (&old_code, &new_code) {
            _ if old.value() == new.value() => "-",
            (Ok(old), Ok(new)) if old.text == new.text => "same",
            (Ok(_), Ok(_)) => "changed",
            _ => "refused",
        };
        if found != row.code {
            wrong.push(format!("{found} | {}", row.edit));
        }
        let rust = RustImpact::new(&old_code, &new_code);
        let items: BTreeSet<_> = rust.items().iter().map(|item| item.text.clone()).collect();
        let report = report(&old, &new, &rust);
        let reported = report.changes.into_iter().flat_map(|change| change.rust);
        assert_eq!(reported.collect::<BTreeSet<_>>(), items, "{}", row.edit);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether an edit of this place is only documentation.
fn is_documentation(pointer: &str) -> bool {
    const KEYWORDS: [&str; 14] = [
        "description",
        "title",
        "summary",
        "example",
        "examples",
        "externalDocs",
        "tags",
        "deprecated",
        "operationId",
        "bearerFormat",
        "x-enumDescriptions",
        "x-linq-assumption",
        "x-linq-not-enforced",
        "meaning",
    ];
    let mut is_name = false;
    for step in pointer.split('/').skip(1) {
        // What comes next is a name, unless this is a name itself.
        if !is_name && KEYWORDS.contains(&step) {
            return true;
        }
        is_name = !is_name
            && matches!(
                step,
                "properties" | "schemas" | "headers" | "content" | "paths"
            );
    }
    pointer.starts_with("/info") || pointer.contains("/schemas/Unused")
}

fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    super::raw::each_leaf(&mut String::new(), value, &mut |pointer, _| {
        found.push(pointer.to_owned());
    });
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_edit_is_never_taken_for_documentation(
        at in any::<prop::sample::Index>(),
        up in 0usize..4,
        new in prop::option::of(prop_oneof![
            Just(json!(true)), Just(json!(null)), Just(json!({})), Just(json!([])),
            Just(json!({"$ref": "#/components/schemas/Nowhere"})),
            Just(json!({"type": "string"})),
            "[a-z]{12}".prop_map(Value::from), (1000u64..9999).prop_map(Value::from),
        ]),
    ) {
        let old = contract();
        let all = pointers(old.value());
        let mut pointer = at.get(&all).as_str();
        for _ in 0..up {
            let outer = pointer.rsplit_once('/').map_or("", |(outer, _)| outer);
            if !outer.is_empty() {
                pointer = outer;
            }
        }
        let mut document = old.value().clone();
        edit(&mut document, pointer, new.clone());
        let changes = changes(&old, &read(&document));
        let difference = Difference::new(old.value(), &document);
        if difference.edits.iter().any(|edit| !is_documentation(&edit.pointer)) {
            let class = worst(&changes).map_or(Class::None, |change| change.class);
            prop_assert!(class > Class::Documentation, "{pointer} to {new:?} is {class:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_order_is_reported(at in any::<prop::sample::Index>(), by in any::<prop::sample::Index>()) {
        let old = contract();
        let lists: Vec<_> = lists(old.value());
        let pointer = at.get(&lists);
        let mut document = old.value().clone();
        let Some(Value::Array(items)) = document.pointer_mut(pointer) else { unreachable!() };
        let steps = by.index(items.len());
        items.rotate_left(steps);
        if document != *old.value() {
            prop_assert!(!changes(&old, &read(&document)).is_empty(), "{pointer}");
        }
    }
}

/// The pointers of the lists with several entries.
fn lists(document: &Value) -> Vec<String> {
    let leaves = pointers(document);
    let outer = leaves.iter().flat_map(|pointer| {
        let ends = pointer.match_indices('/').map(|(end, _)| end);
        ends.map(|end| pointer[..end].to_owned())
    });
    let is_list = |pointer: &String| {
        let list = document.pointer(pointer).and_then(Value::as_array);
        list.is_some_and(|items| items.len() > 1)
    };
    outer.filter(is_list).collect()
}

#[test]
fn a_path_parameter_can_be_renamed() {
    let old = contract();
    let mut renamed = old.value().to_string();
    renamed = renamed
        .replace("{id}", "{card}")
        .replace("\"name\":\"id\"", "\"name\":\"card\"");
    let renamed: Value = serde_json::from_str(&renamed).unwrap();
    assert_eq!(
        worst(&changes(&old, &read(&renamed))).map(|change| change.class),
        Some(Class::Compatible)
    );
}

#[test]
fn a_fingerprint_does_not_depend_on_lines() {
    let fingerprints = |text: &str| -> Vec<_> {
        let new = Contract::from_text(Path::new("new.yaml"), text.to_owned()).unwrap();
        let changes = changes(&contract(), &new);
        changes
            .into_iter()
            .map(|change| change.fingerprint)
            .collect()
    };
    let edited = CONTRACT.replace("calls: 3", "calls: 2");
    let moved = format!("# A comment.\n\n{edited}");
    assert_eq!(fingerprints(&edited).len(), 1);
    assert_eq!(fingerprints(&edited), fingerprints(&moved));
}
