//! Each feature of OpenAPI 3.0 is handled as `openapi/FEATURES.md` says.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use xtask::checkout;
use xtask::codegen::generate;
use xtask::spec::{Diagnosis, Spec};

/// A row of the tables.
struct Feature {
    name: String,
    class: String,
    becomes: String,
    /// The values to put at JSON pointers; without a value, what is there is removed.
    example: Vec<(String, Option<Value>)>,
}

fn features() -> Vec<Feature> {
    let text = std::fs::read_to_string(checkout::file("openapi/FEATURES.md").unwrap()).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Feature "));
    let features = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, class, becomes, example] = cells[..] else {
            panic!("{row}")
        };
        let mut pairs = Vec::new();
        for span in code(example) {
            match span.strip_prefix('/') {
                Some(_) => pairs.push((span, None)),
                None => {
                    pairs.last_mut().unwrap().1 = Some(serde_json::from_str(&span).expect(row));
                }
            }
        }
        let [name, class, becomes] = [name, class, becomes].map(str::to_owned);
        Feature {
            name,
            class,
            becomes,
            example: pairs,
        }
    });
    features.collect()
}

/// What is between backticks.
fn code(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn base() -> Value {
    let path = checkout::file("tests/fixtures/features.yaml").unwrap();
    Spec::load(&path).unwrap().document().clone()
}

fn put(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(key, value)),
        (Some(Value::Object(fields)), None) => assert!(fields.shift_remove(&key).is_some()),
        (Some(Value::Array(items)), Some(value)) => match key.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        },
        _ => panic!("{pointer}"),
    }
}

/// The generated code without documentation and white space.
fn generated(document: &Value) -> Result<String, Diagnosis> {
    let spec = Spec::from_text(Path::new("features.json"), document.to_string())?;
    let code = generate(&spec)?.code;
    let mut plain = String::new();
    let mut in_doc = false;
    for line in code.lines().map(str::trim) {
        in_doc |= line.starts_with("/**");
        if !in_doc && !line.starts_with("//") {
            plain += line;
        }
        in_doc &= !line.ends_with("*/");
    }
    plain.retain(|c| !c.is_whitespace());
    Ok(plain)
}

/// Whether a problem is at the place of an example, or around it.
fn is_at(place: &str, pointer: &str) -> bool {
    let around = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let pointer = pointer.trim_end_matches("/-");
    !place.is_empty() && (around(place, pointer) || around(pointer, place))
}

#[test]
fn each_feature_is_handled_as_listed() {
    let base = base();
    let code_of_base = generated(&base).unwrap();
    let mut wrong = Vec::new();
    for feature in features() {
        let mut document = base.clone();
        for (pointer, value) in &feature.example {
            put(&mut document, pointer, value.clone());
        }
        assert_ne!(document, base, "{}", feature.name);
        if let Err(reason) = feature.check(generated(&document), &code_of_base) {
            wrong.push(format!("{}: {reason}", feature.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Feature {
    fn check(&self, outcome: Result<String, Diagnosis>, base: &str) -> Result<(), String> {
        match (self.class.as_str(), outcome) {
            ("carried out", Ok(code)) => {
                let becomes = code_spans(&self.becomes);
                let becomes = becomes.first().filter(|_| self.becomes.starts_with('`'));
                let more = becomes.is_none_or(|becomes| {
                    code.matches(becomes).count() > base.matches(becomes).count()
                });
                if more && code != base {
                    Ok(())
                } else {
                    Err(code)
                }
            }
            ("documentation only", Ok(code)) if code == base => Ok(()),
            ("documentation only", Ok(code)) => Err(code),
            ("refused", Err(diagnosis)) => {
                let is_explained = diagnosis.problems.iter().all(|problem| {
                    let mut places = self.example.iter().map(|(place, _)| place);
                    places.any(|place| is_at(&problem.pointer, place))
                        && problem.place.is_some()
                        && !problem.problem.is_empty()
                        && !problem.help.is_empty()
                        && !problem.help.starts_with("repair")
                });
                if is_explained {
                    Ok(())
                } else {
                    Err(diagnosis.to_string())
                }
            }
            ("refused", Ok(_)) => Err("it is accepted".to_owned()),
            ("carried out" | "documentation only", Err(diagnosis)) => Err(diagnosis.to_string()),
            (class, _) => Err(format!("there is no class {class:?}")),
        }
    }
}

fn code_spans(cell: &str) -> Vec<String> {
    let mut spans = code(cell);
    spans
        .iter_mut()
        .for_each(|span| span.retain(|c| !c.is_whitespace()));
    spans
}

/// Every object of OpenAPI 3.0 with each of its fields, as its meta-schema defines them.
fn openapi_fields() -> BTreeSet<(String, String)> {
    let meta_schema = checkout::file("xtask/src/model/openapi-3.0.json").unwrap();
    let meta_schema = std::fs::read_to_string(meta_schema).unwrap();
    let meta_schema: Value = serde_json::from_str(&meta_schema).unwrap();
    let definitions = meta_schema["definitions"].as_object().unwrap();
    let objects = definitions.iter().filter(|(name, _)| *name != "Responses");
    let document = ("Document".to_owned(), meta_schema.clone());
    let mut found = BTreeSet::new();
    for (name, object) in objects.chain([(&document.0, &document.1)]) {
        let name = match name.as_str() {
            "PathItem" => "path".to_owned(),
            "OAuthFlows" => "flows".to_owned(),
            _ if name.ends_with("SecurityScheme") => "security-scheme".to_owned(),
            _ if name.ends_with("Flow") => "oauth-flow".to_owned(),
            _ => kebab_case(name),
        };
        let fields = object["properties"].as_object().into_iter().flatten();
        found.extend(fields.map(|(field, _)| (name.clone(), field.clone())));
        let patterns = object["patternProperties"]
            .as_object()
            .into_iter()
            .flatten();
        let choices =
            patterns.filter_map(|(pattern, _)| pattern.strip_prefix("^(")?.strip_suffix(")$"));
        let choices = choices.flat_map(|choices| choices.split('|'));
        found.extend(choices.map(|field| (name.clone(), field.to_owned())));
    }
    found
}

fn kebab_case(name: &str) -> String {
    let mut kebab = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 && name[index - 1..].starts_with(char::is_lowercase) {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

#[test]
fn no_field_of_openapi_is_missing() {
    let listed: BTreeSet<_> = features()
        .iter()
        .flat_map(|feature| code(&feature.name))
        .collect();
    let listed: BTreeSet<_> = listed
        .iter()
        .map(|name| name.split(':').next().unwrap())
        .collect();
    let missing: Vec<_> = openapi_fields()
        .into_iter()
        .filter(|(object, field)| {
            !listed.contains(format!("{object}.{field}").as_str())
                && !listed.contains(format!("{object}.*").as_str())
        })
        .collect();
    assert_eq!(missing, []);
}
