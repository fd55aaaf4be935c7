//! The budget of writes.

use std::time::Duration;

use linq_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::client::{CONTACT_CARD, EXAMPLE_CARD, client, code, header, json_of, send};
use crate::time::Time;

const NUMBER: &str = "+15551234567";

#[tokio::test]
async fn set_ups_and_updates_share_three_calls_in_ten_minutes() {
    let time = Time::default();
    let builder = Sandbox::builder().clock(time.clock());
    let sandbox = builder.start().await.unwrap();
    let name = json!({"first_name": "Jane"});
    let card = json!({"phone_number": NUMBER, "first_name": "Jane"});
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 2014);
    time.advance(Duration::from_millis(60_500));
    assert_eq!(
        code(&sandbox, "PATCH", EXAMPLE_CARD, &json!({})).await,
        1003
    );

    let response = send(
        &sandbox,
        "PATCH",
        EXAMPLE_CARD,
        &json!({"first_name": "Joan"}),
    )
    .await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "retry-after"), Some("540"));
    let error = json_of(response).await["error"].take();
    assert_eq!(
        (&error["code"], &error["retry_after"]),
        (&json!(1007), &json!(540))
    );
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &card).await, 1007);
    assert_eq!(sandbox.cards()[0].first_name, "Jane");

    let other = json!({"phone_number": "+15550000001", "first_name": "Jane"});
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &other).await, 0);

    // The refused calls count too.
    time.advance(Duration::from_secs(599));
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 1007);
    time.advance(Duration::from_secs(1));
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 1007);
}

#[tokio::test]
async fn calls_without_a_valid_number_and_faults_do_not_count() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::error(503, 3006, "Internal server error"));
    let name = json!({"first_name": "Jane"});
    let nameless = json!({"phone_number": NUMBER});
    let anonymous = json!({"first_name": "Jane"});
    for (method, path, body, expected) in [
        ("PATCH", EXAMPLE_CARD, &name, 3006),
        ("PATCH", CONTACT_CARD, &name, 1001),
        ("POST", CONTACT_CARD, &anonymous, 1001),
        ("POST", CONTACT_CARD, &json!([]), 1003),
        ("POST", CONTACT_CARD, &nameless, 1001),
        ("PATCH", EXAMPLE_CARD, &name, 0),
        ("PATCH", EXAMPLE_CARD, &name, 0),
        ("PATCH", EXAMPLE_CARD, &name, 1007),
    ] {
        assert_eq!(code(&sandbox, method, path, body).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_many_concurrent_set_ups_succeeds() {
    let builder = Sandbox::builder().cards([]);
    let sandbox = builder.start().await.unwrap();
    let client = client();
    let requests = (0..50).map(|_| {
        let body = json!({"phone_number": NUMBER, "first_name": "Jane"});
        let request = client
            .post(format!("{}{CONTACT_CARD}", sandbox.base_url()))
            .bearer_auth(sandbox.api_key());
        request.body(body.to_string()).send()
    });
    let tasks: Vec<_> = requests.map(tokio::spawn).collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap().unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[..4], [200, 409, 409, 429]);
    assert!(statuses[4..].iter().all(|&status| status == 429));
    assert_eq!(sandbox.cards().len(), 1);
}
