//! Requests on the wire, and what the client makes of the responses.

use insta::assert_snapshot;
use linq_sandbox::{Card, ReceivedRequest, Sandbox};

use crate::support::{builder, start};

/// The only request, without the key and what differs between runs.
pub(crate) fn received(sandbox: &Sandbox) -> String {
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else {
        panic!("expected one request, got {requests:?}");
    };
    let ReceivedRequest {
        method,
        path,
        query,
        headers,
        body,
        ..
    } = request;
    let query = query
        .as_deref()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let mut lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    let body = String::from_utf8_lossy(body);
    format!("{method} {path}{query}\n{}\n\n{body}", lines.join("\n"))
        .replace(sandbox.api_key(), "[key]")
        .replace(sandbox.origin().trim_start_matches("http://"), "[host]")
        .replace(env!("CARGO_PKG_VERSION"), "[version]")
}

#[tokio::test]
async fn retrieve_without_a_number() {
    let (sandbox, client, _) = start().await;
    let cards = client
        .contact_card()
        .retrieve()
        .await
        .unwrap()
        .contact_cards;
    assert_snapshot!(received(&sandbox), @r"
    GET /api/partner/v3/contact_card
    accept: application/json
    authorization: Bearer [key]
    host: [host]
    user-agent: linq-rust/[version]
    ");
    let [card] = cards.as_slice() else {
        panic!("{cards:?}")
    };
    assert_eq!(card.phone_number, "+15551234567");
    assert_eq!(card.first_name, "John");
    assert_eq!(card.last_name.as_deref(), Some("Doe"));
    assert_eq!(
        card.image_url.as_deref(),
        Some("https://cdn.linqapp.com/contact-card/example.jpg")
    );
    assert!(card.is_active);
}

#[tokio::test]
async fn retrieve_one_number() {
    let (sandbox, client, _) = start().await;
    sandbox.set_cards([other_card(), Card::example()]);
    let cards = client
        .contact_card()
        .retrieve()
        .phone_number("+15551234567")
        .await
        .unwrap();
    assert_snapshot!(received(&sandbox), @r"
    GET /api/partner/v3/contact_card?phone_number=%2B15551234567
    accept: application/json
    authorization: Bearer [key]
    host: [host]
    user-agent: linq-rust/[version]
    ");
    assert_eq!(cards.contact_cards.len(), 1);
    assert_eq!(cards.contact_cards[0].first_name, "John");
}

#[tokio::test]
async fn settings_of_client_and_request_are_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox)
        .user_agent_suffix("my-app/1.2")
        .default_header("x-team", "blue")
        .default_header("x-stage", "test")
        .build()
        .unwrap();
    client
        .contact_card()
        .retrieve()
        .phone_number("+15551234567")
        .header("X-Team", "red")
        .query("tenant", "a&b=c é+")
        .await
        .unwrap();
    assert_snapshot!(received(&sandbox), @r"
    GET /api/partner/v3/contact_card?phone_number=%2B15551234567&tenant=a%26b%3Dc+%C3%A9%2B
    accept: application/json
    authorization: Bearer [key]
    host: [host]
    user-agent: linq-rust/[version] my-app/1.2
    x-stage: test
    x-team: red
    ");
}

#[tokio::test]
async fn get_returns_the_card_of_the_number_or_none() {
    let (sandbox, client, _) = start().await;
    sandbox.set_cards([other_card(), Card::example()]);
    let card = client.contact_card().get("+15551234567").await.unwrap();
    assert_eq!(card.unwrap().first_name, "John");
    assert!(
        client
            .contact_card()
            .get("+15550000000")
            .await
            .unwrap()
            .is_none()
    );
    let queries: Vec<_> = sandbox
        .requests()
        .into_iter()
        .map(|request| request.query)
        .collect();
    assert_eq!(
        queries,
        [
            Some("phone_number=%2B15551234567".to_owned()),
            Some("phone_number=%2B15550000000".to_owned())
        ]
    );
}

#[tokio::test]
async fn get_returns_none_for_code_2012() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(linq_sandbox::Fault::error(
        404,
        2012,
        "Contact card not found",
    ));
    let response = client
        .contact_card()
        .get("+15551234567")
        .send()
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), response.value()), (404, &None));
    sandbox.misbehave(linq_sandbox::Fault::error(404, 2001, "Resource not found"));
    let error = client.contact_card().get("+15551234567").await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn the_response_keeps_status_headers_and_body() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(linq_sandbox::Fault::error(
        500,
        3006,
        "Internal server error",
    ));
    sandbox.misbehave(
        linq_sandbox::Fault::none().header("x-trace-id", "0af7651916cd43dd8448eb211c80319c"),
    );
    let response = client.contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(
        response.trace_id(),
        Some("0af7651916cd43dd8448eb211c80319c")
    );
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.attempts(), 2);
    assert_eq!(
        std::str::from_utf8(response.body()).unwrap(),
        r#"{"contact_cards":[{"phone_number":"+15551234567","first_name":"John","last_name":"Doe","image_url":"https://cdn.linqapp.com/contact-card/example.jpg","is_active":true}]}"#
    );
    assert_eq!(response.into_value().contact_cards[0].first_name, "John");
}

#[tokio::test]
async fn invalid_input_is_not_sent() {
    let (sandbox, client, _) = start().await;
    let resource = client.contact_card();
    let errors = [
        resource.retrieve().phone_number("").await.unwrap_err(),
        resource
            .retrieve()
            .phone_number("(555) 123-4567")
            .await
            .unwrap_err(),
        resource.get("").await.unwrap_err(),
        resource
            .retrieve()
            .query("phone_number", "")
            .await
            .unwrap_err(),
        resource.retrieve().header("x y", "z").await.unwrap_err(),
        resource
            .retrieve()
            .header("x-y", "a\r\nb: c")
            .await
            .unwrap_err(),
        resource
            .retrieve()
            .header("Authorization", "Bearer other")
            .await
            .unwrap_err(),
        resource
            .retrieve()
            .timeout(std::time::Duration::ZERO)
            .await
            .unwrap_err(),
    ];
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_snapshot!(texts.join("\n"), @r#"
    invalid input: "" is not a phone number in E.164 format: it is empty; expected + and 2 to 15 digits, such as +15551234567
    invalid input: "(555) 123-4567" is not a phone number in E.164 format: it does not begin with +; expected + and 2 to 15 digits, such as +15551234567
    invalid input: "" is not a phone number in E.164 format: it is empty; expected + and 2 to 15 digits, such as +15551234567
    invalid input: `phone_number` can't be passed to `query(..)`; use `phone_number(..)`
    invalid input: the header "x y" has an invalid name; use letters, digits, dashes and underscores
    invalid input: the header "x-y" has a control character in its value; remove it
    invalid input: the header "Authorization" is set by the client; leave it out
    invalid input: `timeout(..)` must be longer than zero
    "#);
    for error in &errors {
        assert!(error.is_invalid_input(), "{error}");
        assert_eq!(error.attempts(), 0);
        assert!(!error.is_retryable());
    }
    assert_eq!(sandbox.requests().len(), 0);
}

fn other_card() -> Card {
    Card {
        phone_number: "+15550000001".to_owned(),
        first_name: "Ann".to_owned(),
        last_name: None,
        image_url: None,
        is_active: false,
    }
}
