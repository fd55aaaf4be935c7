//! The table of what OpenAPI 3.0 allows and code generation refuses: `refusals.yaml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::{ValidationError, Validator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::node::{Node, unescaped};
use crate::model::objects::Object;
use crate::spec::diagnosis::Findings;
use crate::spec::texts::Text;

/// How deep into an object references are replaced: from a request body to the type of a property.
const LEVELS: usize = 8;

static TABLE: LazyLock<Result<HashMap<String, Vec<Row>>, String>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("refusals.yaml")).map_err(|error| error.to_string())
});

/// A row of the table.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    #[serde(deserialize_with = "validator")]
    must: Validator,
    #[serde(flatten)]
    text: Text,
    #[serde(default)]
    at_value: bool,
}

fn validator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Validator, D::Error> {
    let schema = Value::deserialize(deserializer)?;
    jsonschema::validator_for(&schema).map_err(D::Error::custom)
}

pub(crate) fn check(objects: &[Object], findings: &mut Findings) {
    for (kind, object) in objects {
        let is_reference = object.reference().is_some();
        let kind = match *kind {
            kind if is_reference && kind != "PathItem" => "Reference",
            kind => kind,
        };
        let rows = match &*TABLE {
            Ok(table) => table.get(kind),
            Err(error) => return findings.report(object, error, &[]),
        };
        let resolved = match is_reference || kind == "Schema" {
            true => object.value().clone(),
            false => resolved(object, LEVELS),
        };
        for row in rows.into_iter().flatten() {
            for error in row.must.iter_errors(&resolved) {
                row.report(&error, object, findings);
            }
        }
    }
}

impl Row {
    /// Reports a problem where the object does not fit, or at the nearest node in the document.
    fn report(&self, error: &ValidationError, object: &Node, findings: &mut Findings) {
        let mut pointer = format!("{}{}", object.pointer, error.instance_path());
        let place = loop {
            match (object.root.pointer(&pointer), pointer.rfind('/')) {
                (None, Some(end)) => pointer.truncate(end),
                (place, _) => break place,
            }
        };
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let values = [
            ("name", object.text("name").unwrap_or_default()),
            (
                "key",
                &unescaped(pointer.rsplit('/').next().unwrap_or_default()),
            ),
            ("value", &place.map(text).unwrap_or_default()),
        ];
        findings.add(&pointer, !self.at_value, self.text.filled(&values));
    }
}

/// A copy of a value with the targets of references in their place, down to some levels; what is deeper is left out.
fn resolved(node: &Node, levels: usize) -> Value {
    let node = node.resolved().unwrap_or_else(|| node.clone());
    match (node.value(), levels.checked_sub(1)) {
        (Value::Object(_), Some(levels)) => {
            let inside = |(key, member): (&str, _)| (key.to_owned(), resolved(&member, levels));
            node.members().map(inside).collect()
        }
        (Value::Array(_), Some(levels)) => {
            let inside = |item| resolved(&item, levels);
            node.items().map(inside).collect()
        }
        (Value::Object(_) | Value::Array(_), None) => Value::Null,
        (scalar, _) => scalar.clone(),
    }
}
