//! Which redirects are followed, and that the key stays within its origin.

use linq::{Client, Error, WriteOutcome};
use linq_sandbox::{Fault, Sandbox};

use crate::support::{TestClock, builder, start};

async fn redirected(client: &Client, from: &Sandbox, to: &str, status: u16) -> Result<(), Error> {
    from.misbehave(Fault::status(status).header("location", to));
    client
        .contact_card()
        .retrieve()
        .phone_number("+15551234567")
        .await
        .map(drop)
}

#[tokio::test]
async fn redirects_to_another_origin_are_not_followed() {
    let (sandbox, client, _) = start().await;
    let other = Sandbox::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/v3/contact_card", other.base_url());
        let error = redirected(&client, &sandbox, &to, status)
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(!error.is_retryable());
        let text = error.to_string();
        let expected = "a redirect to another origin is not followed; check the base URL";
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed_with_the_key() {
    let (sandbox, client, _) = start().await;
    redirected(
        &client,
        &sandbox,
        "/api/partner/v3/contact_card?phone_number=%2B15551234567",
        307,
    )
    .await
    .unwrap();
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[1].headers["authorization"],
        format!("Bearer {}", sandbox.api_key())
    );
}

#[tokio::test]
async fn endless_redirects_stop() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(302).header("location", "/again").always());
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 302);
    assert!(
        error
            .to_string()
            .starts_with("302 Found: too many redirects;"),
        "{error}"
    );
    assert_eq!(sandbox.requests().len(), 11);
}

#[tokio::test]
async fn endless_redirects_of_a_custom_client_are_reported() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(Fault::status(302).header("location", "/again").always());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox).http_client(http).build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_redirect() && !error.is_retryable(), "{error}");
    assert_eq!(error.to_string(), "too many redirects; check the base URL");
}

#[tokio::test]
async fn a_custom_client_follows_redirects_without_the_key() {
    let sandbox = Sandbox::start().await.unwrap();
    let other = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox)
        .http_client(http)
        .clock(TestClock::new())
        .build()
        .unwrap();
    let to = format!("{}/v3/contact_card", other.base_url());
    let error = redirected(&client, &sandbox, &to, 302).await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    let requests = other.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers.get("authorization"), None);
}

#[tokio::test]
async fn a_write_is_never_redirected() {
    let (sandbox, client, _) = start().await;
    let other = Sandbox::start().await.unwrap();
    for (n, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        for (m, origin) in [other.origin(), sandbox.origin()].into_iter().enumerate() {
            let to = format!("{origin}/api/partner/v3/contact_card");
            sandbox.misbehave(Fault::status(status).header("location", &to));
            let number = format!("+1555000{n}{m}");
            let error = client
                .contact_card()
                .create(number, "Ann")
                .await
                .unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert!(error.is_redirect() && !error.is_retryable(), "{error}");
            let text = error.to_string();
            let expected = "a redirect of a write is not followed; check the base URL";
            assert!(text.contains(expected), "{text}");
        }
    }
    assert_eq!((sandbox.requests().len(), other.requests().len()), (10, 0));
}

#[tokio::test]
async fn a_write_redirected_by_a_custom_client_is_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox).http_client(http).build().unwrap();
    // The redirect turns the POST into a GET, which succeeds.
    let to = format!("{}/v3/contact_card?moved", sandbox.base_url());
    sandbox.misbehave(Fault::status(301).header("location", &to));
    let error = client
        .contact_card()
        .create("+15557654321", "Ann")
        .await
        .unwrap_err();
    assert!(error.is_redirect(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert!(
        error
            .to_string()
            .contains("build it with `redirect(Policy::none())`"),
        "{error}"
    );
    assert_eq!(sandbox.requests()[1].method, "GET");
}

/// Although the operation is idempotent: the status is that of another request.
#[tokio::test]
async fn a_write_redirected_by_a_custom_client_is_not_retried() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox).http_client(http).build().unwrap();
    sandbox.misbehave(Fault::status(303).header("location", "/elsewhere"));
    sandbox.misbehave(Fault::status(503));
    let subscriptions = client.webhook_subscriptions();
    let update = subscriptions.update("1").is_active(false);
    let error = update.await.unwrap_err();
    assert!(error.is_redirect() && !error.is_retryable(), "{error}");
    assert_eq!((error.attempts(), sandbox.requests().len()), (1, 2));
}

/// To nowhere: the redirect can't be seen, but the write was sent before it.
#[tokio::test]
async fn a_write_redirected_to_nowhere_by_a_custom_client_has_an_unknown_outcome() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox).http_client(http).clock(TestClock::new());
    let client = client.build().unwrap();
    for (n, (location, problem)) in [
        ("http://127.0.0.1:1/", "no connection to "),
        ("ftp://example.com/", "the request can't be built: "),
        ("mailto:x", "the request can't be built: "),
    ]
    .into_iter()
    .enumerate()
    {
        sandbox.misbehave(Fault::status(302).header("location", location));
        let create = client.contact_card().create("+15557654321", "Ann");
        let error = create.await.unwrap_err();
        assert!(
            !error.is_retryable() && !error.is_invalid_input(),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.contains(&format!("and then: {problem}")), "{text}");
        assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
        assert_eq!((error.attempts(), sandbox.requests().len()), (1, n + 1));
    }
    let create = client.contact_card().create("+15557654321", "Ann");
    assert!(create.await.unwrap_err().is_rate_limited());
}

/// Redirects that keep method and body are not followed, since the body can be sent only once.
#[tokio::test]
async fn a_custom_client_sends_the_body_of_a_write_once() {
    let (sandbox, other) = (
        Sandbox::start().await.unwrap(),
        Sandbox::start().await.unwrap(),
    );
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = builder(&sandbox).http_client(http).build().unwrap();
    let to = format!("{}/v3/contact_card", other.base_url());
    sandbox.misbehave(Fault::status(307).header("location", &to));
    let create = client.contact_card().create("+15557654321", "Ann");
    let error = create.await.unwrap_err();
    assert!(error.is_redirect(), "{error}");
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(other.requests().len(), 0);
}
