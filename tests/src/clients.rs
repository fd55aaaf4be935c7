//! Which settings a client accepts, and what it says of others.

use std::time::Duration;

use insta::assert_snapshot;
use linq::Client;
use linq_sandbox::{EXAMPLE_CHAT_ID, Sandbox};

#[test]
fn errors_of_invalid_settings_say_what_to_do() {
    let base_url = |url: &str| Client::builder().api_key("key").base_url(url);
    let key = || Client::builder().api_key("key");
    let own = || key().http_client(reqwest::Client::new());
    let wrong = [
        Client::builder(),
        Client::builder().api_key(""),
        Client::builder().api_key("two words"),
        Client::builder().api_key("key\n"),
        Client::builder().api_key("ключ"),
        base_url(""),
        base_url("api.linqapp.com"),
        base_url("/api/partner"),
        base_url("ftp://api.linqapp.com"),
        base_url("https://"),
        base_url("https://api.linqapp.com/api?x=secret"),
        base_url("https://api.linqapp.com/api#x"),
        base_url("https://user:secret@api.linqapp.com"),
        base_url("http://api.linqapp.com/api/partner"),
        base_url("http://127.0.0.1.example.com"),
        base_url("http://192.168.1.2"),
        key().timeout(Duration::ZERO),
        key().connect_timeout(Duration::ZERO),
        key().max_response_bytes(0),
        key().user_agent_suffix("a\nb"),
        key().default_header("authorization", "x"),
        key().default_header("", "x"),
        key().proxy(""),
        key().proxy("proxy.example:3128"),
        key().proxy("socks5://user:secret@proxy.example:1080"),
        key().proxy("http://user:secret@"),
        own().connect_timeout(Duration::from_secs(1)),
        own().proxy("http://user:secret@proxy.example:3128"),
        own().no_proxy(),
    ];
    let mut lines = String::new();
    for builder in wrong {
        let error = builder.build().unwrap_err();
        assert!(error.is_invalid_input());
        assert!(!error.to_string().contains("secret"), "{error}");
        lines += &format!("{error}\n");
    }
    assert_snapshot!(lines);
}

#[test]
fn base_urls_are_https_or_http_to_loopback() {
    for url in [
        "https://api.linqapp.com/api/partner",
        "https://10.0.0.1:8443",
        "http://localhost:8080/",
        "http://127.0.0.1",
        "http://127.8.9.10:1",
        "http://[::1]:8080/api/partner/",
        "HTTP://LOCALHOST",
    ] {
        Client::builder()
            .api_key("key")
            .base_url(url)
            .build()
            .unwrap();
    }
}

/// Many integrations keep a base URL that ends in `/v3`.
#[tokio::test]
async fn trailing_slashes_and_a_trailing_v3_in_the_base_url_make_no_difference() {
    for end in ["//", "/v3", "/v3/", "/v3//", "/V3"] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::builder()
            .api_key(sandbox.api_key())
            .base_url(format!("{}{end}", sandbox.base_url()))
            .build()
            .unwrap();
        client.contact_card().retrieve().await.unwrap();
        let update = client.contact_card().update("+15551234567");
        update.first_name("Ann").await.unwrap();
        let share = client.chats().share_contact_card(EXAMPLE_CHAT_ID);
        share.await.unwrap();
        let requests = sandbox.requests();
        let paths: Vec<_> = requests.iter().map(|request| &request.path).collect();
        assert_eq!(
            paths,
            [
                "/api/partner/v3/contact_card",
                "/api/partner/v3/contact_card",
                "/api/partner/v3/chats/550e8400-e29b-41d4-a716-446655440000/share_contact_card",
            ],
            "{end}"
        );
    }
}

#[tokio::test]
async fn a_custom_http_client_is_used() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = crate::support::builder(&sandbox)
        .http_client(http)
        .build()
        .unwrap();
    assert_eq!(
        client
            .contact_card()
            .retrieve()
            .await
            .unwrap()
            .contact_cards
            .len(),
        1
    );
}

#[tokio::test]
async fn tls_works_without_set_up() {
    let sandbox = Sandbox::start().await.unwrap();
    let base_url = sandbox.base_url().replace("http://", "https://");
    let client = crate::support::builder_at(&base_url)
        .max_retries(0)
        .build()
        .unwrap();
    // The sandbox does not speak TLS, so the handshake starts and fails.
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_tls(), "{error}");
    assert_eq!(sandbox.requests().len(), 0);
}
