//! Summaries of the spec for the API's owners, and checks of its examples.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use linq_sandbox::validator;
use serde_json::{Value, json};
use xtask::checkout;
use xtask::codegen::SPEC;
use xtask::spec::Spec;

use crate::json_schema::from_spec;

pub(crate) fn spec() -> Value {
    let path = checkout::file(SPEC).unwrap();
    Spec::load(&path).unwrap().document().clone()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The target of a reference.
pub(crate) fn resolved<'a>(spec: &'a Value, node: &'a Value) -> &'a Value {
    match node["$ref"].as_str() {
        Some(reference) => spec.pointer(reference.trim_start_matches('#')).unwrap(),
        None => node,
    }
}

fn schema_name(content: &Value) -> &str {
    let schema = &content["application/json"]["schema"]["$ref"];
    schema
        .as_str()
        .unwrap_or("nothing")
        .trim_start_matches("#/components/schemas/")
}

/// The codes in the examples of a response.
fn codes(response: &Value) -> Vec<String> {
    let content = &response["content"]["application/json"];
    let examples = entries(&content["examples"]).map(|(_, example)| &example["value"]);
    examples
        .chain(content.get("example"))
        .filter_map(|example| Some(example["error"]["code"].as_u64()?.to_string()))
        .collect()
}

#[test]
fn operations() {
    let spec = spec();
    let mut table = String::new();
    for (path, methods) in entries(&spec["paths"]) {
        for (method, operation) in entries(methods) {
            let parameters = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|parameter| {
                    let parameter = resolved(&spec, parameter);
                    let text = |name: &str| parameter[name].as_str().unwrap_or_default();
                    let optional = if parameter["required"] == true {
                        ""
                    } else {
                        "?"
                    };
                    format!("{}{optional} in {}", text("name"), text("in"))
                })
                .collect::<Vec<_>>();
            let body = match operation.get("requestBody") {
                Some(body) => schema_name(&body["content"]),
                None => "nothing",
            };
            table += &format!(
                "{} {path}\n  operation   {}\n  parameters  {}\n  body        {body}\n",
                method.to_uppercase(),
                operation["operationId"].as_str().unwrap(),
                if parameters.is_empty() {
                    "none".to_owned()
                } else {
                    parameters.join(", ")
                },
            );
            for (status, response) in entries(&operation["responses"]) {
                let response = resolved(&spec, response);
                let headers: Vec<_> = entries(&response["headers"])
                    .map(|(name, _)| name.as_str())
                    .collect();
                table += &format!(
                    "  {status:<11} {:<19} {} + {}\n",
                    codes(response).join(" "),
                    schema_name(&response["content"]),
                    headers.join(", ")
                );
            }
        }
    }
    assert_snapshot!(table);
}

#[test]
fn retry_rules() {
    let spec = spec();
    let mut table = String::new();
    for (_, methods) in entries(&spec["paths"]) {
        for (_, operation) in entries(methods) {
            let id = operation["operationId"].as_str().unwrap();
            table += &format!("{id:<20} {}\n", operation["x-linq-retry"]);
        }
    }
    for (name, limit) in entries(&spec["x-linq-rate-limits"]) {
        table += &format!("{name:<20} {limit}\n");
    }
    assert_snapshot!(table);
}

#[test]
fn webhooks() {
    let spec = spec();
    let mut table = String::new();
    for (event_type, webhook) in entries(&spec["x-webhooks"]) {
        let content = &webhook["post"]["requestBody"]["content"]["application/json"];
        let body = &content["schema"]["allOf"][1];
        assert_eq!(
            body["properties"]["event_type"]["enum"],
            json!([event_type])
        );
        let data = from_spec(&spec, &body["properties"]["data"]);
        let parts = data["allOf"].as_array().cloned();
        let parts = parts.unwrap_or_else(|| vec![data]);
        let required: BTreeSet<_> = parts
            .iter()
            .filter_map(|part| part["required"].as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let optional: BTreeSet<_> = parts
            .iter()
            .flat_map(|part| entries(&part["properties"]))
            .map(|(name, _)| name.as_str())
            .filter(|name| !required.contains(name))
            .collect();
        let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
        table += &format!(
            "{event_type}\n  always     {}\n  sometimes  {}\n",
            list(required),
            list(optional)
        );
    }
    assert_snapshot!(table);
}

/// Every schema that has an example beside or in it, with the example.
fn examples(node: &Value, found: &mut Vec<(Value, Value)>) {
    let schema = || node.get("schema").unwrap_or(node).clone();
    for (name, child) in entries(node) {
        match name.as_str() {
            "example" => found.push((schema(), child.clone())),
            "examples" => {
                let values = entries(child).map(|(_, example)| example["value"].clone());
                found.extend(values.map(|value| (schema(), value)));
            }
            _ => examples(child, found),
        }
    }
    node.as_array()
        .into_iter()
        .flatten()
        .for_each(|child| examples(child, found));
}

#[test]
fn examples_fit_their_schemas() {
    let spec = spec();
    let mut found = Vec::new();
    examples(&spec, &mut found);
    assert!(!found.is_empty());
    for (schema, example) in &found {
        let validator = validator(&spec, schema).unwrap();
        if let Err(error) = validator.validate(example) {
            panic!("{example}: {error}");
        }
    }
}

#[test]
fn every_response_with_a_body_has_an_example() {
    let spec = spec();
    for (path, methods) in entries(&spec["paths"]) {
        for (method, operation) in entries(methods) {
            for (status, response) in entries(&operation["responses"]) {
                let response = resolved(&spec, response);
                for (kind, content) in entries(&response["content"]) {
                    let has_example =
                        content.get("example").is_some() || content.get("examples").is_some();
                    assert!(has_example, "{method} {path} {status} {kind}");
                }
            }
        }
    }
}

#[test]
fn success_in_an_error_is_false_or_absent() {
    let spec = spec();
    let schema = json!({"$ref": "#/components/schemas/ErrorResponse"});
    let validator = validator(&spec, &schema).unwrap();
    let error = json!({"status": 409, "code": 2014, "message": "It exists"});
    assert!(validator.is_valid(&json!({"error": error})));
    assert!(validator.is_valid(&json!({"success": false, "error": error})));
    assert!(!validator.is_valid(&json!({"success": true, "error": error})));
}

/// Every text of an extension, after the place where it is.
fn remarks(extension: &str) -> String {
    fn collect(extension: &str, path: &str, node: &Value, found: &mut Vec<String>) {
        for (name, child) in entries(node) {
            match child.as_str().filter(|_| name == extension) {
                Some(text) => found.push(format!("{path}\n  {text}")),
                None => collect(extension, &format!("{path}/{name}"), child, found),
            }
        }
    }
    let mut found = Vec::new();
    collect(extension, "", &spec(), &mut found);
    found.join("\n")
}

/// The examples of errors and the table of codes name the same codes, with the same statuses.
#[test]
fn the_table_has_the_codes_of_the_examples() {
    fn collect(node: &Value, found: &mut Vec<(u64, u64)>) {
        let error = &node["error"];
        if let (Some(code), Some(status)) = (error["code"].as_u64(), error["status"].as_u64()) {
            found.push((code, status));
        }
        entries(node).for_each(|(_, child)| collect(child, found));
        node.as_array()
            .into_iter()
            .flatten()
            .for_each(|child| collect(child, found));
    }
    let spec = spec();
    let table: BTreeMap<_, _> = spec["x-linq-error-codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["code"].as_u64().unwrap(),
                entry["status"].as_u64().unwrap(),
            )
        })
        .collect();
    let mut shown = Vec::new();
    collect(&spec, &mut shown);
    for (code, _) in &shown {
        assert!(table.contains_key(code), "{code} is not in the table");
    }
    for entry in table {
        assert!(shown.contains(&entry), "no example has {entry:?}");
    }
}

/// Constraints that the client deliberately does not enforce.
#[test]
fn constraints_that_are_not_enforced() {
    assert_snapshot!(remarks("x-linq-not-enforced"), @r"
    /components/headers/TraceId
      Gateways send no trace id, and some published ones have another form; any text is one.
    /components/headers/RetryAfter
      A gateway can send a date instead, which counts too; anything else is ignored.
    /components/schemas/ErrorResponse
      A gateway can send any body; each field is read by itself.
    ");
}

/// Assumptions to confirm with the API's owners.
#[test]
fn assumptions() {
    assert_snapshot!(remarks("x-linq-assumption"), @r"
    /paths//v3/contact_card/post
      A call that gets 429 counts.
    /paths//v3/contact_card/patch
      A call that gets 429 counts.
    /components/parameters/Cursor
      A cursor that is invalid, or of a list with other filters, is refused with code 1005.
    /components/schemas/ContactCardCreateRequest/properties/phone_number
      A number that is not a line of the account is refused with code 2005.
    /components/schemas/ContactCardCreateRequest/properties/first_name
      Blank names are refused with code 1005, and so are names beyond 4,096 characters.
    /components/schemas/ContactCardCreateRequest/properties/last_name
      An empty last name removes the one that the card has.
    /components/schemas/ContactCardCreateRequest/properties/image_url
      Any other URL is refused with code 1005.
    /components/schemas/ContactCardUpdateRequest/properties/first_name
      Blank names are refused with code 1005, and so are names beyond 4,096 characters.
    /components/schemas/ContactCardUpdateRequest/properties/last_name
      An empty last name removes the one that the card has.
    /components/schemas/ContactCardUpdateRequest/properties/image_url
      Any other URL is refused with code 1005.
    /components/schemas/WebhookSubscriptionCreateRequest/properties/target_url
      A URL that is not HTTPS, or that another subscription has, is refused with code 1005.
    /components/schemas/WebhookSubscriptionCreateRequest/properties/subscribed_events
      An empty list is refused with code 1005. Types that the service does not know are accepted.
    /components/schemas/WebhookSubscriptionCreateRequest/properties/phone_numbers
      Events that concern no line are delivered whatever the lines are.
    /components/schemas/WebhookSubscriptionCreateRequest/properties/routing_id_header
      What can't be the name of a header is refused with code 1005.
    /components/schemas/WebhookSubscriptionUpdateRequest/properties/target_url
      A URL that is not HTTPS, or that another subscription has, is refused with code 1005.
    /components/schemas/WebhookSubscriptionUpdateRequest/properties/subscribed_events
      An empty list is refused with code 1005. Types that the service does not know are accepted.
    ");
}

#[test]
fn wrong_examples_are_noticed() {
    let spec = spec();
    let schema = json!({"$ref": "#/components/schemas/ContactCard"});
    let validator = validator(&spec, &schema).unwrap();
    let fits = json!({"phone_number": "+15551234567", "first_name": "J", "last_name": null, "is_active": true});
    assert!(validator.is_valid(&fits));
    for (field, wrong) in [
        ("is_active", json!("yes")),
        ("first_name", json!(null)),
        ("last_name", json!(1)),
    ] {
        let mut card = fits.clone();
        card[field] = wrong;
        assert!(!validator.is_valid(&card), "{card}");
    }
}

#[test]
fn examples_are_those_of_the_reference_page() {
    let spec = spec();
    let responses = &spec["paths"]["/v3/contact_card"]["get"]["responses"];
    for (status, example) in [
        (
            "200",
            r#"{"contact_cards":[{"phone_number":"+15551234567","first_name":"John","last_name":"Doe","image_url":"https://cdn.linqapp.com/contact-card/example.jpg","is_active":true}]}"#,
        ),
        (
            "400",
            r#"{"error":{"status":400,"code":1002,"message":"Phone number must be in E.164 format"},"success":false}"#,
        ),
        (
            "401",
            r#"{"error":{"status":401,"code":2004,"message":"Unauthorized - missing or invalid authentication token"},"success":false}"#,
        ),
        (
            "403",
            r#"{"error":{"status":403,"code":2005,"message":"Access denied - insufficient permissions for this resource"},"success":false}"#,
        ),
        (
            "500",
            r#"{"error":{"status":500,"code":3006,"message":"Internal server error"},"success":false}"#,
        ),
    ] {
        let response = resolved(&spec, &responses[status]);
        let ours = &response["content"]["application/json"]["example"];
        assert_eq!(ours.to_string(), example);
    }
}
