//! Generated code compiles: each format, in each place, with each set of features and any name.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::checkout;
use xtask::codegen::{self, GENERATED};
use xtask::spec::Spec;

/// Every format that the generator knows, and some that it treats as plain text or a plain number.
const FORMATS: [(&str, &[&str]); 4] = [
    (
        "string",
        &[
            "",
            "date",
            "date-time",
            "uuid",
            "ip",
            "ipv4",
            "ipv6",
            "time",
            "partial-date-time",
            "duration",
            "byte",
            "binary",
            "password",
            "email",
            "hostname",
            "uri",
            "e164",
        ],
    ),
    (
        "integer",
        &[
            "",
            "int8",
            "uint8",
            "int16",
            "uint16",
            "int",
            "uint",
            "int32",
            "uint32",
            "int64",
            "uint64",
            "unix-time",
        ],
    ),
    ("number", &["", "float", "double", "decimal"]),
    ("boolean", &[""]),
];

/// What a person could call a parameter, an operation, a property, a schema or a value.
const NAMES: &str = "\
    self Self super crate type fn match async await dyn gen abstract box try yield union static auto default macro_rules \
    Ok Err Some None Option Result String str Vec Box Default From Into TryFrom TryInto AsRef Clone Copy Debug Display \
    Drop Eq Ord PartialEq Hash Iterator Send Sync ToString ToOwned FromStr Deref Infallible Cow Serialize Deserialize \
    JsonSchema Schema SchemaGenerator HashMap Map Value Uuid DateTime NaiveDate IpAddr Arc Pin Future Error Exchange \
    ResponseValue ByteStream Client ClientInfo ClientHooks OperationInfo RequestBuilderExt QueryParam ConversionError \
    types operations prelude error defaults builder budgets Again Budget Operation open_enum generated exchange \
    std core alloc serde serde_json schemars reqwest progenitor_client uuid chrono http bytes bool char i64 u8 f64 \
    body client baseurl inner new new_with_client api_version pre exec post send get put patch delete head \
    url request response result info value header_map headers query params path method status format encode_path \
    clone fmt into from deref drop eq as_str to_string try_into append build json known_values unknown \
    UnknownValue other _ 1 1st é ß $ref @id +1 -1 a-b a.b a'b 好 a² 2²";

/// A crate like `linq-gen`, to generate into.
struct Crate(TempDir);

impl Crate {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let root = checkout::root().unwrap();
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let members = manifest
            .lines()
            .find(|line| line.starts_with("members = "))
            .unwrap();
        let alone = manifest.replace(members, r#"members = ["linq-gen"]"#);
        fs::write(folder.path().join("Cargo.toml"), alone).unwrap();
        fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        let source = folder.path().join("linq-gen/src");
        fs::create_dir_all(&source).unwrap();
        fs::copy(
            root.join("linq-gen/Cargo.toml"),
            source.with_file_name("Cargo.toml"),
        )
        .unwrap();
        for file in fs::read_dir(root.join("linq-gen/src")).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), source.join(file.file_name())).unwrap();
        }
        Self(folder)
    }

    fn generate(&self, document: &Value) -> String {
        let spec = self.0.path().join("spec.json");
        fs::write(&spec, document.to_string()).unwrap();
        if let Err(refusal) = codegen::run(false, &spec, &self.0.path().join(GENERATED)) {
            panic!("{refusal}");
        }
        fs::read_to_string(self.0.path().join("linq-gen/Cargo.toml")).unwrap()
    }

    /// Panics with the output of the compiler, if there is any.
    fn compile(&self, features: &str) {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args([
                "check",
                "--quiet",
                "--offline",
                "--message-format",
                "short",
                "--features",
                features,
            ])
            .current_dir(self.0.path())
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "with {features:?}: {said}"
        );
    }
}

/// A separate target directory, so that these tests don't wait for other builds.
fn target() -> PathBuf {
    // It is in `deps` of a profile.
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(3).unwrap().join("generated-code")
}

fn formats() -> impl Iterator<Item = (String, Value)> {
    FORMATS.into_iter().flat_map(|(kind, formats)| {
        formats.iter().map(move |format| match *format {
            "" => (kind.to_owned(), json!({"type": kind})),
            format => (
                format!("{kind}_{format}"),
                json!({"type": kind, "format": format}),
            ),
        })
    })
}

/// An object with properties of each format, in each place that a schema can have in it.
fn with_every_format(prefix: &str) -> Value {
    let mut properties = json!({
        "part": {"type": "object", "properties": {"date": {"type": "string", "format": "date"}}},
        "kind": {"type": "string", "enum": ["one", "two"]},
        "any": {},
        "anything": {"type": "object"},
    });
    let mut required = Vec::new();
    for (name, schema) in formats() {
        let mut nullable = schema.clone();
        nullable["nullable"] = true.into();
        properties[format!("{name}_required")] = schema.clone();
        required.extend([
            format!("{name}_required"),
            format!("{name}_required_nullable"),
        ]);
        properties[format!("{name}_optional")] = schema.clone();
        properties[format!("{name}_required_nullable")] = nullable;
        properties[format!("{name}_list")] = json!({"type": "array", "items": schema});
        properties[format!("{name}_map")] =
            json!({"type": "object", "additionalProperties": schema});
        properties[format!("{name}_named")] =
            json!({"$ref": format!("#/components/schemas/{prefix}{name}")});
    }
    json!({"type": "object", "required": required, "properties": properties})
}

/// A document whose operations, webhooks, or both use every format.
fn document(by_operations: bool, by_webhooks: bool) -> Value {
    let plain = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let mut schemas = json!({"Card": plain, "Event": plain});
    for (used, name) in [(by_operations, "Card"), (by_webhooks, "Event")] {
        if used {
            schemas[name] = with_every_format(name);
            for (format, schema) in formats() {
                schemas[format!("{name}{format}")] = schema;
            }
        }
    }
    let body = |name: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        json!({"description": "d", "required": true, "content": {"application/json": {"schema": schema}}})
    };
    let mut response = body("Card");
    response.as_object_mut().unwrap().remove("required");
    let mut request = body("Card");
    request.as_object_mut().unwrap().remove("description");
    let mut paths = json!({
        "/cards": {"post": {
            "operationId": "createCard",
            "summary": "Creates */ a [card] <b>",
            "description": "```\nlet not_rust: = ;\n```\n\n\"Quoted\" \\ and */ the end.",
            "x-linq-retry": {"idempotent": false},
            "requestBody": request,
            "responses": {"200": response, "4XX": response},
        }},
    });
    for (format, schema) in formats().filter(|_| by_operations) {
        // Dates and times have another text in a path or a header than in JSON.
        let places = if format.ends_with("date-time") { 1 } else { 3 };
        let parameters = [
            json!({"name": "query", "in": "query", "schema": schema}),
            json!({"name": "id", "in": "path", "required": true, "schema": schema}),
            json!({"name": "header", "in": "header", "schema": schema}),
        ];
        let id = if places == 3 { "/{id}" } else { "" };
        let path = format!("/cards/{format}{id}");
        paths[path] = json!({"get": {
            "operationId": format!("get_{format}"),
            "x-linq-retry": {"idempotent": true},
            "parameters": parameters[..places],
            "responses": {"204": {"description": "Done."}},
        }});
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Cards", "version": "v1"},
        "paths": paths,
        "x-webhooks": {"card": {"post": {"requestBody": body("Event")}}},
        "components": {"schemas": schemas},
    })
}

/// Every subset of the features.
fn feature_sets(manifest: &str) -> Vec<String> {
    let (_, features) = manifest.split_once("[features]").unwrap();
    let names: Vec<_> = features
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .collect();
    assert!(names.len() >= 2, "{manifest}");
    let sets = (0..1 << names.len()).map(|set: usize| {
        let chosen = names
            .iter()
            .enumerate()
            .filter(|(bit, _)| set & 1 << bit != 0);
        chosen
            .map(|(_, (name, _))| *name)
            .collect::<Vec<_>>()
            .join(",")
    });
    sets.collect()
}

#[test]
fn every_format_compiles_with_every_set_of_features() {
    let generated = Crate::new();
    for by_operations in [true, false] {
        let manifest = generated.generate(&document(by_operations, true));
        let optional =
            manifest.contains("[dependencies.chrono]\nworkspace = true\noptional = true");
        assert_eq!(optional, !by_operations, "{manifest}");
        for features in feature_sets(&manifest) {
            generated.compile(&features);
        }
    }
}

#[test]
fn a_document_without_dates_needs_no_crate_for_them() {
    let generated = Crate::new();
    let manifest = generated.generate(&document(false, false));
    assert!(!manifest.contains("[dependencies."), "{manifest}");
    for features in feature_sets(&manifest) {
        generated.compile(&features);
    }
}

fn operation(id: &str, parameters: &[Value]) -> Value {
    json!({"get": {
        "operationId": id,
        "x-linq-retry": {"idempotent": true},
        "parameters": parameters,
        "responses": {"204": {"description": "Done."}},
    }})
}

fn add_parameter(document: &mut Value, number: usize, name: &str, place: &str, required: bool) {
    let path = match place {
        "path" => format!("/{place}{number}/{{{name}}}"),
        _ => format!("/{place}{number}{required}"),
    };
    let text = json!({"type": "string"});
    let parameter = json!({"name": name, "in": place, "required": required, "schema": text});
    let beside = json!({"name": "beside", "in": "header", "schema": text});
    let id = format!("get_{place}_{number}_{required}");
    document["paths"][path] = operation(&id, &[parameter, beside]);
}

/// Puts something with a name into a document.
type Insert = fn(&mut Value, usize, &str);

const PLACES: [(&str, Insert); 9] = [
    ("query", |document, number, name| {
        add_parameter(document, number, name, "query", false)
    }),
    ("required query", |document, number, name| {
        add_parameter(document, number, name, "query", true)
    }),
    ("header", |document, number, name| {
        add_parameter(document, number, name, "header", false)
    }),
    ("required header", |document, number, name| {
        add_parameter(document, number, name, "header", true)
    }),
    ("path", |document, number, name| {
        add_parameter(document, number, name, "path", true)
    }),
    ("operationId", |document, number, name| {
        document["paths"][format!("/{number}")] = operation(name, &[]);
    }),
    ("property", |document, number, name| {
        let object = json!({"type": "object", "properties": {name: {"type": "string"}}});
        document["components"]["schemas"][format!("S{number}")] = object;
    }),
    ("enum", |document, number, name| {
        let value = json!({"type": "string", "enum": [name, "beside"]});
        document["components"]["schemas"][format!("E{number}")] = value;
    }),
    ("schema", |document, _, name| {
        let object = json!({"type": "object", "properties": {"n": {"type": "string"}}});
        document["components"]["schemas"][name] = object;
    }),
];

/// Each name in each place is either refused there, with a place and a fix, or compiles.
#[test]
fn any_name_compiles_or_is_refused() {
    let empty = json!({
        "openapi": "3.0.3",
        "info": {"title": "Names", "version": "v1"},
        "paths": {},
        "components": {"schemas": {}},
    });
    let mut all = empty.clone();
    let mut table = String::new();
    for (place, insert) in PLACES {
        let (mut refused, mut keys) = (Vec::new(), HashSet::new());
        for (number, name) in NAMES.split_whitespace().enumerate() {
            let mut alone = empty.clone();
            insert(&mut alone, number, name);
            if let Err(diagnosis) = Spec::from_text(Path::new("names.json"), alone.to_string()) {
                assert!(
                    !diagnosis.first().pointer.is_empty() && !diagnosis.first().help.is_empty()
                );
                refused.push(name);
                continue;
            }
            let key = name
                .to_lowercase()
                .replace(|c: char| !c.is_alphanumeric(), "");
            // Two names that are the same in Rust are tested elsewhere.
            if keys.insert(key) {
                insert(&mut all, number, name);
            }
        }
        table += format!("{place:<15} {}", refused.join(" ")).trim_end();
        table += "\n";
    }
    assert_snapshot!(table, @r"
    query           header_map encode_path
    required query  header_map encode_path
    header          header_map encode_path é ß @id 好 a² 2²
    required header header_map encode_path é ß @id 好 a² 2²
    path            header_map encode_path
    operationId     Client budgets client baseurl inner new new_with_client api_version pre exec post 1 1st 2²
    property
    enum            UnknownValue
    schema          Ok String
    ");
    let mut texts = empty;
    for name in all["components"]["schemas"].as_object().unwrap().keys() {
        texts["components"]["schemas"][name] = json!({"type": "string"});
    }
    let generated = Crate::new();
    for document in [all, texts] {
        generated.generate(&document);
        generated.compile("schemars,webhooks");
    }
}
