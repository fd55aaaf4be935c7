//! The table of what OpenAPI 3.0 allows and code generation refuses: `refusals.yaml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::{ValidationError, Validator};
use serde::Deserialize;
use serde_json::Value;

use crate::spec::diagnosis::Findings;
use crate::spec::document::unescaped;
use crate::spec::node::Node;
use crate::spec::objects::Object;
use crate::spec::texts::Text;

/// How deep into an object references are replaced: from a request body to the type of a property.
const LEVELS: usize = 8;

/// A row of the table.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    must: Value,
    #[serde(flatten)]
    text: Text,
    #[serde(default)]
    at_value: bool,
}

type Table = HashMap<String, Vec<(Validator, Row)>>;

static TABLE: LazyLock<Result<Table, String>> = LazyLock::new(|| {
    let rows: HashMap<String, Vec<Row>> =
        serde_saphyr::from_str(include_str!("refusals.yaml")).map_err(|error| error.to_string())?;
    let mut table = Table::new();
    for (kind, rows) in rows {
        for row in rows {
            let must = jsonschema::validator_for(&row.must).map_err(|error| error.to_string())?;
            table.entry(kind.clone()).or_default().push((must, row));
        }
    }
    Ok(table)
});

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    let table = match &*TABLE {
        Ok(table) => table,
        Err(error) => return findings.report(root, error, &[]),
    };
    for (kind, object) in objects {
        let is_reference = object.reference().is_some();
        let kind = match *kind {
            kind if is_reference && kind != "PathItem" => "Reference",
            kind => kind,
        };
        let Some(rows) = table.get(kind) else {
            continue;
        };
        let resolved = match kind {
            "Schema" => object.value().clone(),
            _ if is_reference => object.value().clone(),
            _ => resolved(object.value(), root.value(), LEVELS),
        };
        for (must, row) in rows {
            for error in must.iter_errors(&resolved) {
                row.report(&error, object, root, findings);
            }
        }
    }
}

impl Row {
    /// Reports a problem at the place in the document that is nearest to where the object does not fit.
    fn report(&self, error: &ValidationError, object: &Node, root: &Node, findings: &mut Findings) {
        let mut pointer = format!("{}{}", object.pointer(), error.instance_path());
        let place = loop {
            match (root.value().pointer(&pointer), pointer.rfind('/')) {
                (None, Some(end)) => pointer.truncate(end),
                (place, _) => break place,
            }
        };
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let values = [
            ("name", text(object.value().get("name"))),
            ("key", unescaped(key)),
            ("value", text(place)),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        findings.add(&pointer, !self.at_value, self.text.filled(&values));
    }
}

/// A copy of a value with the targets of references in their place, down to some levels; what is deeper is left out.
fn resolved(value: &Value, root: &Value, levels: usize) -> Value {
    let target = value.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|target| root.pointer(target.strip_prefix('#')?));
    match (value, target, levels.checked_sub(1)) {
        (_, Some(target), Some(levels)) => resolved(target, root, levels),
        (Value::Object(members), _, Some(levels)) => {
            let inside = |(key, value): (&String, _)| (key.clone(), resolved(value, root, levels));
            members.iter().map(inside).collect()
        }
        (Value::Array(items), _, Some(levels)) => {
            let inside = |item| resolved(item, root, levels);
            items.iter().map(inside).collect()
        }
        (Value::Object(_) | Value::Array(_), ..) => Value::Null,
        _ => value.clone(),
    }
}
