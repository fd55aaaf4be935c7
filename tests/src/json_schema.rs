//! The JSON Schemas of the public types agree with the spec.

use linq::contact_card::ContactCardRetrieveResponse;
use linq::webhook::{ContactCardChangedData, ContactCardReceivedData};
use linq::webhook_subscriptions::WebhookSubscriptionCreateResponse;
use linq::{ContactCard, PhoneNumber};
use linq_sandbox::json_schema;
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

use crate::spec::spec;

/// A schema of the spec as JSON Schema, with what it refers to in place of references.
pub(crate) fn from_spec(spec: &Value, schema: &Value) -> Value {
    without_references(&json_schema(spec), &json_schema(schema))
}

/// The derived JSON Schema of `T`, with what it refers to in place of references.
fn derived<T: JsonSchema>() -> Value {
    let schema = schema_for!(T).to_value();
    without_references(&schema, &schema)
}

fn without_references(root: &Value, schema: &Value) -> Value {
    if let Some([some, none]) = schema["anyOf"].as_array().map(Vec::as_slice) {
        assert_eq!(*none, json!({"type": "null"}));
        return nullable(without_references(root, some));
    }
    match schema["$ref"].as_str() {
        Some(reference) => {
            let target = root.pointer(reference.trim_start_matches('#'));
            without_references(root, target.unwrap())
        }
        None => inlined(schema, &|child| without_references(root, child)),
    }
}

fn nullable(mut schema: Value) -> Value {
    schema["type"] = json!([schema["type"], "null"]);
    schema
}

/// Optional fields may be null in Rust, even if the spec does not allow it.
fn with_optional_as_nullable(mut schema: Value) -> Value {
    let required = schema["required"].clone();
    let properties = schema.get_mut("properties");
    for (name, property) in properties
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        *property = with_optional_as_nullable(property.take());
        let optional = !required.as_array().into_iter().flatten().any(|r| r == name);
        if optional && property["type"].is_string() {
            *property = nullable(property.take());
        }
    }
    schema
}

/// A schema without the keywords that do not validate, with `change` applied to its subschemas.
fn inlined(schema: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    const WORDS: [&str; 8] = [
        "$defs",
        "$schema",
        "description",
        "example",
        "format",
        "minimum",
        "nullable",
        "title",
    ];
    let mut result = Map::new();
    for (word, value) in schema.as_object().unwrap() {
        let value = match word.as_str() {
            word if WORDS.contains(&word) => continue,
            "items" => change(value),
            "allOf" => value.as_array().unwrap().iter().map(change).collect(),
            "properties" => value
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, schema)| (name.clone(), change(schema)))
                .collect(),
            "required" => {
                let mut names: Vec<_> = value.as_array().unwrap().clone();
                names.sort_by_key(Value::to_string);
                names.into()
            }
            _ => value.clone(),
        };
        result.insert(word.clone(), value);
    }
    result.into()
}

fn named_schema(name: &str) -> Value {
    from_spec(
        &spec(),
        &json!({"$ref": format!("#/components/schemas/{name}")}),
    )
}

#[test]
fn contact_card() {
    assert_eq!(derived::<ContactCard>(), named_schema("ContactCard"));
}

#[test]
fn contact_card_retrieve_response() {
    assert_eq!(
        derived::<ContactCardRetrieveResponse>(),
        named_schema("ContactCardRetrieveResponse")
    );
}

#[test]
fn phone_number() {
    let parameter = &spec()["components"]["parameters"]["PhoneNumber"];
    assert_eq!(
        derived::<PhoneNumber>(),
        from_spec(&spec(), &parameter["schema"])
    );
}

#[test]
fn contact_card_received_data() {
    assert_eq!(
        derived::<ContactCardReceivedData>(),
        named_schema("ContactCardReceivedData")
    );
}

#[test]
fn contact_card_changed_data() {
    assert_eq!(
        derived::<ContactCardChangedData>(),
        with_optional_as_nullable(named_schema("ContactCardChangedData"))
    );
}

#[test]
fn a_secret_is_a_password() {
    let schema = schema_for!(WebhookSubscriptionCreateResponse).to_value();
    let secret = &schema["properties"]["signing_secret"];
    assert_eq!(
        (&secret["type"], &secret["format"]),
        (&json!("string"), &json!("password"))
    );
}

#[test]
fn a_different_schema_is_noticed() {
    let card = named_schema("ContactCard");
    let differs = |pointer: &str, value: Value| {
        let mut spec = spec();
        *spec
            .pointer_mut(&format!("/components/schemas/ContactCard/{pointer}"))
            .unwrap() = value;
        from_spec(&spec, &spec["components"]["schemas"]["ContactCard"]) != card
    };
    assert!(differs("required", json!(["phone_number", "first_name"])));
    assert!(differs("properties/last_name/nullable", json!(false)));
    assert!(differs("properties/is_active/type", json!("string")));
    assert!(!differs(
        "properties/is_active/description",
        json!("other words")
    ));
}

/// What a tool could take.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct Arguments {
    /// The line.
    phone_number: PhoneNumber,
    /// The cards to compare with.
    cards: Vec<ContactCard>,
    /// The one that people see now.
    current: Option<ContactCard>,
}

#[test]
fn the_schema_of_a_tool_is_self_contained() {
    let schema = linq::schema::<Arguments>().unwrap();
    assert_eq!(schema["type"], "object");
    let text = schema.to_string();
    assert!(!text.contains("$ref") && !text.contains("$defs"), "{text}");
    assert!(!text.contains("http"), "{text}");
    let properties = &schema["properties"];
    assert_eq!(properties["phone_number"]["description"], "The line.");
    let first_name = &properties["cards"]["items"]["properties"]["first_name"];
    assert_eq!(first_name["description"], "First name on the card.");
}

#[test]
fn the_schema_of_a_tool_accepts_valid_arguments_only() {
    let schema = linq::schema::<Arguments>().unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let card = json!({"phone_number": "+15551234567", "first_name": "Ann", "is_active": true});
    let valid = json!({"phone_number": "+15551234567", "cards": [card], "current": card});
    assert!(validator.is_valid(&valid));
    for (pointer, wrong) in [
        ("/phone_number", json!("5551234567")),
        ("/phone_number", Value::Null),
        ("/cards", json!({})),
        ("/cards/0/first_name", json!(1)),
        ("/cards/0", json!({"phone_number": "+15551234567"})),
        ("/current/is_active", json!("yes")),
    ] {
        let mut arguments = valid.clone();
        *arguments.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&arguments), "{pointer}");
    }
    let mut without = valid.clone();
    without.as_object_mut().unwrap().remove("current");
    assert!(validator.is_valid(&without));
    without.as_object_mut().unwrap().remove("cards");
    assert!(!validator.is_valid(&without));
}

#[test]
fn only_an_object_is_the_schema_of_a_tool() {
    let error = linq::schema::<PhoneNumber>().unwrap_err();
    assert!(error.is_invalid_input());
    let text =
        "invalid input: the schema of PhoneNumber is not that of an object; put it into a struct";
    assert_eq!(error.to_string(), text);
    linq::schema::<Option<ContactCard>>().unwrap_err();
    linq::schema::<Vec<ContactCard>>().unwrap_err();
}
