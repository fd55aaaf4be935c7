//! The sandbox answers as the spec says.

use linq_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::json_schema::of_spec;
use crate::spec::spec;

#[tokio::test]
async fn every_answer_fits_its_schema() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let card = |query: &str| http.get(format!("{}/v3/contact_card{query}", sandbox.base_url()));
    let spec = spec();
    let responses = &spec["paths"]["/v3/contact_card"]["get"]["responses"];
    for (request, status) in [
        (card("").bearer_auth(sandbox.api_key()), 200),
        (
            card("?phone_number=555").bearer_auth(sandbox.api_key()),
            400,
        ),
        (card(""), 401),
        (card("").bearer_auth(sandbox.api_key()), 403),
        (card("").bearer_auth(sandbox.api_key()), 429),
        (card("").bearer_auth(sandbox.api_key()), 500),
        (card("").bearer_auth(sandbox.api_key()), 503),
    ] {
        if matches!(status, 403 | 429 | 500..) {
            sandbox.misbehave(Fault::error(status, 3006, "as told").retry_after(3));
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        let trace_id = response.headers()["x-trace-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let documented = responses
            .get(status.to_string())
            .unwrap_or(&responses["5XX"]);
        let schema = of_spec(&spec, &documented["content"]["application/json"]["schema"]);
        jsonschema::validator_for(&schema)
            .unwrap()
            .validate(&body)
            .unwrap();
        let header = of_spec(&spec, &spec["components"]["headers"]["TraceId"]["schema"]);
        jsonschema::validator_for(&header)
            .unwrap()
            .validate(&json!(trace_id))
            .unwrap();
    }
}
