//! The sandbox serves whatever its contract describes.

use std::collections::BTreeSet;
use std::fs;

use linq_gen::Place;
use linq_gen::operations::ALL;
use linq_sandbox::{Fault, Sandbox};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use xtask::checkout;
use xtask::codegen::SPEC;

use crate::spec::{resolved, spec};

/// Our contract with more paths.
fn with_path(path: &str) -> String {
    let ours = fs::read_to_string(checkout::file(SPEC).unwrap()).unwrap();
    let longer = ours.replacen("\npaths:\n", &format!("\npaths:\n{path}"), 1);
    assert_ne!(longer, ours);
    longer
}

/// Operations that the sandbox has no behaviour for.
const PARCELS: &str = "
  /v3/parcels:
    get:
      operationId: listParcels
      responses:
        '200':
          description: The parcels.
          content:
            application/json:
              schema: { type: object }
              example: { parcels: [{ id: parcel_example, to: '+15551234567' }] }
        '401': { $ref: '#/components/responses/Unauthorized' }
        '500':
          description: Something of its own.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/ErrorResponse' }
              example: { error: { status: 500, code: 3006, message: No parcels today }, success: false }
  /v3/parcels/{parcelId}:
    parameters:
      - { name: parcelId, in: path, required: true, schema: { type: string, format: uuid } }
    put:
      operationId: updateParcel
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: to, in: query, schema: { type: array, items: { type: string, format: e164 } } }
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [reply_to]
              properties:
                reply_to: { type: string, format: e164, nullable: true }
                kind: { type: string, enum: [SMALL] }
      responses:
        '204': { description: Done. }
";

const PARCEL: &str = "/v3/parcels/550e8400-e29b-41d4-a716-446655440000";

async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &str, key: &str) -> Response {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{path}", sandbox.base_url());
    let request = http.request(method.parse::<Method>().unwrap(), url);
    let request = request.bearer_auth(key).body(body.to_owned());
    request.send().await.unwrap()
}

/// The status and the code of a response.
async fn code(response: Response) -> (u16, Option<u64>) {
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    let body: Option<Value> = serde_json::from_slice(&body).ok();
    (status, body.and_then(|body| body["error"]["code"].as_u64()))
}

#[tokio::test]
async fn an_operation_without_behaviour_returns_its_example() {
    let builder = Sandbox::builder().contract(with_path(PARCELS));
    let sandbox = builder.start().await.unwrap();
    let key = sandbox.api_key().to_owned();
    let response = ask(&sandbox, "GET", "/v3/parcels", "", &key).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["x-trace-id"].len(), 32);
    let body: Value = response.json().await.unwrap();
    let parcels = json!({"parcels": [{"id": "parcel_example", "to": "+15551234567"}]});
    assert_eq!(body, parcels);

    let refused = ask(&sandbox, "GET", "/v3/parcels", "", "wrong").await;
    assert_eq!(code(refused).await, (401, Some(2004)));
    sandbox.misbehave(Fault::documented(3006));
    let failed = ask(&sandbox, "GET", "/v3/parcels", "", &key).await;
    let body: Value = failed.json().await.unwrap();
    assert_eq!(body["error"]["message"], "No parcels today");
    let cards = ask(&sandbox, "GET", "/v3/contact_card", "", &key).await;
    assert!(cards.text().await.unwrap().contains("John"));
}

#[tokio::test]
async fn parameters_and_bodies_are_checked_against_the_contract() {
    let builder = Sandbox::builder().contract(with_path(PARCELS));
    let sandbox = builder.start().await.unwrap();
    let set = r#"{"reply_to": "+15551234567"}"#;
    for (query, body, expected) in [
        ("", set, (204, None)),
        ("?limit=100", set, (204, None)),
        ("?to=%2B15551234567&to=%2B15557654321", set, (204, None)),
        ("", r#"{"reply_to": null, "more": 1}"#, (204, None)),
        ("", "{}", (400, Some(1001))),
        ("", r#"{"reply_to": "555"}"#, (400, Some(1002))),
        ("", "", (400, Some(1003))),
        ("", "[]", (400, Some(1003))),
        ("", r#"{"reply_to": 1}"#, (400, Some(1003))),
        (
            "",
            r#"{"reply_to": null, "kind": "HUGE"}"#,
            (400, Some(1005)),
        ),
        ("?limit=0", set, (400, Some(1005))),
        ("?limit=ten", set, (400, Some(1005))),
        ("?limit=1&limit=2", set, (400, Some(1005))),
        ("?to=%2B15551234567&to=555", set, (400, Some(1002))),
    ] {
        let path = format!("{PARCEL}{query}");
        let response = ask(&sandbox, "PUT", &path, body, sandbox.api_key()).await;
        assert_eq!(code(response).await, expected, "{query} {body}");
    }
    for (method, path, expected) in [
        ("PUT", "/v3/parcels/1", (400, Some(1005))),
        ("GET", PARCEL, (405, None)),
        ("GET", "/v3/parcels/", (404, None)),
    ] {
        let response = ask(&sandbox, method, path, set, sandbox.api_key()).await;
        assert_eq!(code(response).await, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_contract_that_cannot_be_served_is_refused_with_the_place() {
    let builder = Sandbox::builder().contract("paths: { /a: { get: { responses: {} } } }");
    let error = builder.start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the contract can't be served: GET /a: it has no success response"
    );
    let builder = Sandbox::builder().contract("paths: [");
    assert!(builder.start().await.is_err());
}

/// The bodies of the errors that an operation documents.
fn documented(spec: &Value, responses: &Value) -> Vec<Value> {
    let mut errors = Vec::new();
    for (status, response) in responses.as_object().unwrap() {
        let content = &resolved(spec, response)["content"]["application/json"];
        let named = content["examples"].as_object().into_iter().flatten();
        let named = named.map(|(_, example)| &example["value"]);
        let all = named.chain(content.get("example"));
        // The example of a range stands for any of its errors.
        if !status.starts_with('2') && !status.ends_with("XX") {
            errors.extend(all.cloned());
        }
    }
    errors
}

#[tokio::test]
async fn every_operation_fails_as_it_documents() {
    let spec = spec();
    let sandbox = Sandbox::start().await.unwrap();
    let mut codes = BTreeSet::new();
    for operation in ALL {
        let node = &spec["paths"][operation.path][operation.method.to_lowercase()];
        let mut path = operation.path.to_owned();
        for parameter in operation.parameters {
            if parameter.place == Place::Path {
                path = path.replace(&format!("{{{}}}", parameter.name), "1");
            }
        }
        for expected in documented(&spec, &node["responses"]) {
            let code = expected["error"]["code"].as_u64().unwrap();
            sandbox.misbehave(Fault::documented(code as u32));
            let response = ask(&sandbox, operation.method, &path, "", sandbox.api_key()).await;
            assert_eq!(
                response.status().as_u16(),
                expected["error"]["status"],
                "{code}"
            );
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["error"], expected["error"], "{} {code}", operation.id);
            assert_eq!(body["success"], false);
            codes.insert(code);
        }
    }
    assert!(codes.len() > 1, "{codes:?}");
}
