//! Names that are not valid in Rust, or that would collide there.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::references::check_required;
use crate::model::extensions::{ERROR_CODES, RATE_LIMITS};
use crate::model::inline_types;
use crate::model::names::{self, UNKNOWN_VALUE};
use crate::model::node::Node;
use crate::model::objects::Object;
use crate::model::operations::{self, Operation};
use crate::spec::diagnosis::Findings;
use crate::spec::texts::TEXTS;

/// The field for `additionalProperties` beside `properties`.
const EXTRA: &str = "extra";

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    check_types(root, findings);
    for (_, schema) in objects.iter().filter(|(kind, _)| *kind == "Schema") {
        check_required(schema, findings);
        check_fields(schema, findings);
        check_variants(schema, findings);
    }
    let operations = operations::all(root);
    check_methods(&operations, root, findings);
    check_constants(&operations, root, findings);
}

/// The names in one Rust scope, with what each is made of; nothing for one that generated code uses itself.
struct Scope {
    kind: &'static str,
    names: HashMap<String, String>,
}

impl Scope {
    /// A scope with the names that generated code uses itself.
    fn new(kind: &'static str) -> Self {
        let name = TEXTS.names.get(kind);
        let used = name.into_iter().flat_map(|name| &name.used);
        let names = used.map(|name| (name.clone(), String::new())).collect();
        Self { kind, names }
    }

    /// Adds the Rust name made of a name, or reports at a node why it can't be added, with an id to suggest.
    fn add(&mut self, name: &str, rust: String, node: &Node, id: &str, findings: &mut Findings) {
        let is_word = rust.starts_with(char::is_alphabetic);
        let used = self.names.insert(rust.clone(), name.to_owned());
        let problem = match used.as_deref() {
            None if is_word || !matches!(self.kind, "constant" | "method") => return,
            None => "name-impossible",
            Some("") => "name-used",
            Some(other) if other == name => "name-twice",
            Some(_) => "names-alike",
        };
        let help = TEXTS.names.get(self.kind).map_or("", |name| &name.help);
        let values = [
            ("kind", self.kind),
            ("name", name),
            ("other", used.as_deref().unwrap_or_default()),
            ("rust", &rust),
            ("help", &help.replace("{id}", id)),
        ];
        findings.report(node, problem, &values);
    }
}

fn check_types(root: &Node, findings: &mut Findings) {
    let mut types = Scope::new("type");
    let components = root.get("components");
    for (name, schema) in components.iter().flat_map(|all| all.members_of("schemas")) {
        types.add(name, names::type_name(name), &schema, "", findings);
    }
    let mut unnamed = HashMap::new();
    for (name, schema) in inline_types::all(root) {
        let first = *unnamed.entry(name.clone()).or_insert(schema.value());
        if types.names.contains_key(&name) || first != schema.value() {
            findings.report(&schema, "unnamed-type", &[("name", &name)]);
        }
    }
}

fn check_fields(schema: &Node, findings: &mut Findings) {
    let mut fields = Scope::new("field");
    let additional = schema.value().get("additionalProperties");
    if additional.is_some_and(Value::is_object) {
        fields.names.insert(EXTRA.to_owned(), String::new());
    }
    for (name, property) in schema.members_of("properties") {
        fields.add(name, names::field_name(name), &property, "", findings);
    }
}

fn check_variants(schema: &Node, findings: &mut Findings) {
    if schema.text("type") != Some("string") {
        return;
    }
    let values = schema.items_of("enum").into_iter();
    let values = values.filter_map(|node| Some((node.value().as_str()?, node)));
    let values: Vec<_> = values.collect();
    let plain = values.iter().map(|(value, _)| names::variant_name(value));
    let plain: HashSet<_> = plain.collect();
    let variant_name = if plain.len() == values.len() {
        names::variant_name
    } else {
        names::spelled_out_variant_name
    };
    let mut scope = Scope::new("variant");
    scope.names.insert(UNKNOWN_VALUE.to_owned(), String::new());
    for (value, node) in values {
        scope.add(value, variant_name(value), &node, "", findings);
    }
}

fn check_methods(operations: &[Operation], root: &Node, findings: &mut Findings) {
    let mut methods = Scope::new("method");
    let limits = root.members_of(RATE_LIMITS).into_iter();
    let limits = limits.map(|(name, _)| name);
    let ids = limits.chain(operations.iter().filter_map(Operation::id));
    let mut suggested: HashSet<_> = ids.map(names::method_name).collect();
    suggested.extend(methods.names.keys().cloned());
    for operation in operations {
        let mut ids = suggestions(operation);
        let id = ids.find(|id| suggested.insert(names::method_name(id)));
        let id = id.unwrap_or_default();
        match operation.node.get("operationId").zip(operation.id()) {
            Some((node, name)) => methods.add(name, names::method_name(name), &node, &id, findings),
            None => findings.report(&operation.node, "no-operation-id", &[("id", &id)]),
        }
        let mut arguments = Scope::new("argument");
        if operation.node.has("requestBody") {
            arguments.names.insert("body".to_owned(), String::new());
        }
        for parameter in operation.parameters() {
            let name = parameter.text("name").unwrap_or_default();
            arguments.add(name, names::argument_name(name), &parameter, "", findings);
        }
    }
}

/// Endless suggestions of an id: `getCards`, `getCardsById`, `getCards2`.
fn suggestions(operation: &Operation) -> impl Iterator<Item = String> {
    let (mut plain, mut parameters) = (operation.method.to_owned(), Vec::new());
    for segment in operation.path.split('/') {
        let version = segment.strip_prefix('v').map(str::parse::<u32>);
        if segment.contains('{') {
            parameters.push(names::type_name(segment));
        } else if !segment.is_empty() && !matches!(version, Some(Ok(_))) {
            plain += &names::type_name(segment);
        }
    }
    let by = (!parameters.is_empty()).then(|| format!("{plain}By{}", parameters.join("And")));
    let first = std::iter::once(plain.clone()).chain(by);
    first.chain((2..).map(move |number| format!("{plain}{number}")))
}

/// The constants of the operations and rate limits, and those of the error codes.
fn check_constants(operations: &[Operation], root: &Node, findings: &mut Findings) {
    let mut constants = Scope::new("constant");
    let ids = operations.iter().filter_map(Operation::id);
    // Problems with ids are reported as those of methods.
    let ids = ids.map(|id| (names::constant_name(id), id.to_owned()));
    constants.names.extend(ids);
    for (name, limit) in root.members_of(RATE_LIMITS) {
        constants.add(name, names::constant_name(name), &limit, "", findings);
    }
    let (mut codes, mut code_names) = (Scope::new("error code"), Scope::new("constant"));
    for entry in root.items_of(ERROR_CODES) {
        if let Some(code) = entry.get("code") {
            let number = code.value().to_string();
            codes.add(&number, number.clone(), &code, "", findings);
        }
        if let Some((name, node)) = entry.text("name").zip(entry.get("name")) {
            code_names.add(name, names::constant_name(name), &node, "", findings);
        }
    }
}
