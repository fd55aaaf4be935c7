//! Tests of routes, schemas and examples.

use super::*;

/// A contract with `paths`, in YAML.
fn contract(paths: &str) -> Contract {
    Contract::read(&format!(
        "openapi: 3.0.3\n\
         servers: [{{ url: 'https://api.example.com/api/' }}]\n\
         paths: {paths}\n\
         components: {{ schemas: {{ Node: {{ type: object, nullable: true, properties: {{ next: {{ $ref: '#/components/schemas/Node' }} }} }} }} }}\n"
    ))
    .unwrap()
}

fn operation(contract: &Contract, method: &str, path: &str) -> Option<String> {
    match contract.route(&method.parse().unwrap(), path) {
        Route::To(operation, parameters) => Some(format!("{} {parameters:?}", operation.id)),
        Route::OtherMethods(allowed) => Some(allowed),
        Route::Nowhere => None,
    }
}

const DONE: &str = "responses: { '204': { description: Done. } }";

#[test]
fn a_literal_segment_wins_over_a_parameter() {
    let contract = contract(&format!(
        "{{ '/a/{{id}}': {{ get: {{ operationId: byId, {DONE} }} }}, \
           /a/new: {{ get: {{ operationId: new, {DONE} }}, put: {{ operationId: set, {DONE} }} }} }}"
    ));
    for (method, path, expected) in [
        ("GET", "/api/a/new", Some("new {}")),
        ("HEAD", "/api/a/new", Some("new {}")),
        ("GET", "/api/a/1%202", Some("byId {\"id\": \"1 2\"}")),
        ("DELETE", "/api/a/1", Some("GET,HEAD")),
        ("GET", "/api/a/", None),
        ("GET", "/api/a/1/", None),
        ("GET", "/a/1", None),
    ] {
        let found = operation(&contract, method, path);
        assert_eq!(found.as_deref(), expected, "{method} {path}");
    }
}

#[test]
fn schemas_may_refer_to_themselves_and_be_null() {
    let contract = contract(
        "{ /a: { post: { operationId: a, \
           requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Node' } } } }, \
           responses: { '200': { description: d, content: { application/json: { example: 1 } } } } } } }",
    );
    let Route::To(operation, path) = contract.route(&Method::POST, "/api/a") else {
        panic!("no such operation")
    };
    let (head, ()) = http::Request::new(()).into_parts();
    for (body, status) in [
        ("null", 200),
        ("{}", 200),
        (r#"{"next": {"next": null}}"#, 200),
        (r#"{"next": {"next": 1}}"#, 400),
        ("{", 400),
        ("", 400),
    ] {
        let response = operation.serve(&head, &path, &body.into());
        assert_eq!(response.status(), status, "{body}");
    }
}

#[test]
fn a_response_without_an_example_is_refused() {
    let document =
        "paths: { /a: { get: { responses: { '200': { content: { application/json: {} } } } } } }";
    assert_eq!(
        Contract::parse(document).unwrap_err().to_string(),
        "the contract can't be served: GET /a: the response 200 has no example"
    );
}
