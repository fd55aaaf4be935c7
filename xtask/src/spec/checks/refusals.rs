//! The table of what OpenAPI 3.0 allows and code generation refuses: `refusals.yaml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

/// A row of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The field that the problem is in, as a path without its first `/`; the object, if it is not there.
    #[serde(default)]
    at: String,
    /// What the object must fit; without it, the field must not be there.
    must: Option<Value>,
    problem: String,
    help: String,
}

type Table = HashMap<String, Vec<(Row, Option<Validator>)>>;

static TABLE: LazyLock<Result<Table, String>> = LazyLock::new(|| {
    let rows: HashMap<String, Vec<Row>> =
        serde_saphyr::from_str(include_str!("refusals.yaml")).map_err(|error| error.to_string())?;
    let compiled = |row: Row| {
        let validator = row.must.as_ref().map(jsonschema::validator_for);
        let validator = validator.transpose().map_err(|error| error.to_string())?;
        Ok((row, validator))
    };
    let tables = rows.into_iter().map(|(kind, rows)| {
        let rows = rows
            .into_iter()
            .map(compiled)
            .collect::<Result<_, String>>()?;
        Ok((kind, rows))
    });
    tables.collect()
});

/// One object, without those inside it.
pub(crate) fn check(object: &Node, kind: &str, findings: &mut Findings) {
    let table = match &*TABLE {
        Ok(table) => table,
        Err(error) => return findings.key(object, error, "repair `refusals.yaml`"),
    };
    for (row, validator) in table.get(kind).into_iter().flatten() {
        let field = row
            .at
            .split('/')
            .try_fold(object.clone(), |node, key| node.get(key));
        let fits = match validator {
            Some(validator) => validator.is_valid(object.value()),
            None => field.is_none(),
        };
        if !fits {
            let name = object.value().get("name").unwrap_or(&json!("")).clone();
            let problem = row
                .problem
                .replace("{name}", name.as_str().unwrap_or_default());
            findings.key(
                &field.unwrap_or_else(|| object.clone()),
                problem,
                row.help.clone(),
            );
        }
    }
}
