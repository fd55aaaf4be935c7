//! Names that are none in Rust, or that would collide there.

use std::collections::{HashMap, HashSet};

use crate::codegen::UNKNOWN_VALUE;
use crate::spec::diagnosis::Findings;
use crate::spec::extensions::{ERROR_CODES, RATE_LIMITS};
use crate::spec::inline_types;
use crate::spec::names;
use crate::spec::node::Node;
use crate::spec::objects::Object;
use crate::spec::operations::{self, Operation};
use crate::spec::texts::TEXTS;

/// The field for `additionalProperties` beside `properties`.
const EXTRA: &str = "extra";

pub(crate) fn check(objects: &[Object], root: &Node, findings: &mut Findings) {
    check_types(root, findings);
    for (_, schema) in objects.iter().filter(|(kind, _)| *kind == "Schema") {
        check_fields(schema, findings);
        check_variants(schema, findings);
    }
    let operations = operations::all(root);
    check_methods(&operations, root, findings);
    for operation in &operations {
        check_arguments(operation, root, findings);
    }
    check_constants(&operations, root, findings);
}

/// The names in one Rust scope: what each is made of, or nothing for one that generated code uses itself.
struct Scope {
    kind: &'static str,
    names: HashMap<String, String>,
}

impl Scope {
    /// A scope with the names of the table, and these, that generated code uses itself.
    fn new(kind: &'static str, used: &[&str]) -> Self {
        let name = TEXTS.names.get(kind);
        let in_table = name.iter().flat_map(|name| &name.used).map(String::as_str);
        let used = in_table.chain(used.iter().copied());
        Self {
            kind,
            names: used.map(|name| (name.to_owned(), String::new())).collect(),
        }
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
    let mut types = Scope::new("type", &[]);
    let components = root.at(&["components", "schemas"]);
    for (name, schema) in components.iter().flat_map(Node::members) {
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
    let additional = schema.get("additionalProperties");
    let has_extra = additional.is_some_and(|additional| additional.value().is_object());
    let mut fields = Scope::new("field", if has_extra { &[EXTRA] } else { &[] });
    for (name, property) in schema.get("properties").iter().flat_map(Node::members) {
        fields.add(name, names::field_name(name), &property, "", findings);
    }
}

fn check_variants(schema: &Node, findings: &mut Findings) {
    let values = schema
        .get("enum")
        .filter(|_| schema.text("type") == Some("string"));
    let values = values.iter().flat_map(Node::items);
    let values: Vec<_> = values
        .filter_map(|node| Some((node.value().as_str()?, node)))
        .collect();
    let plain: HashSet<_> = values
        .iter()
        .map(|(value, _)| names::variant_name(value))
        .collect();
    let variant_name = if plain.len() == values.len() {
        names::variant_name
    } else {
        names::spelled_out_variant_name
    };
    let mut variants = Scope::new("variant", &[UNKNOWN_VALUE]);
    for (value, node) in values {
        variants.add(value, variant_name(value), &node, "", findings);
    }
}

fn check_methods(operations: &[Operation], root: &Node, findings: &mut Findings) {
    let mut methods = Scope::new("method", &[]);
    let limits = root.get(RATE_LIMITS);
    let limits = limits.iter().flat_map(Node::members).map(|(name, _)| name);
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
    }
}

/// Ids for an operation without end: `getCards`, `getCardsById`, `getCards2`.
fn suggestions(operation: &Operation) -> impl Iterator<Item = String> {
    let is_version = |segment: &str| {
        let number = segment.strip_prefix('v');
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let segments = operation
        .path
        .split('/')
        .filter(|segment| !segment.is_empty());
    let (parameters, words): (Vec<_>, Vec<_>) = segments
        .filter(|segment| !is_version(segment))
        .partition(|segment| segment.contains('{'));
    let rust = |segments: Vec<&str>| {
        segments
            .into_iter()
            .map(names::type_name)
            .collect::<Vec<_>>()
    };
    let plain = format!("{}{}", operation.method, rust(words).concat());
    let by = (!parameters.is_empty()).then(|| format!("{plain}By{}", rust(parameters).join("And")));
    let first = std::iter::once(plain.clone()).chain(by);
    first.chain((2..).map(move |number| format!("{plain}{number}")))
}

fn check_arguments(operation: &Operation, root: &Node, findings: &mut Findings) {
    let mut arguments = Scope::new("argument", &[]);
    if operation.node.has("requestBody") {
        arguments
            .names
            .insert("body".to_owned(), "the request body".to_owned());
    }
    for parameter in operation.parameters(root) {
        let name = parameter.text("name").unwrap_or_default();
        arguments.add(name, names::argument_name(name), &parameter, "", findings);
    }
}

/// What `operations` has a constant for, and what `error_codes` has.
fn check_constants(operations: &[Operation], root: &Node, findings: &mut Findings) {
    let mut constants = Scope::new("constant", &[]);
    let ids = operations.iter().filter_map(Operation::id);
    // A problem with an id is that of its method.
    constants
        .names
        .extend(ids.map(|id| (names::constant_name(id), id.to_owned())));
    for (name, limit) in root.get(RATE_LIMITS).iter().flat_map(Node::members) {
        constants.add(name, names::constant_name(name), &limit, "", findings);
    }
    let mut codes = Scope::new("constant", &[]);
    for code in root.get(ERROR_CODES).iter().flat_map(Node::items) {
        if let Some((name, node)) = code.text("name").zip(code.get("name")) {
            codes.add(name, names::constant_name(name), &node, "", findings);
        }
    }
}
