//! What a server says when it ends a connection is not repeated.

use std::error::Error as _;

use rcgen::CertificateParams;

use super::authority::Authority;
use super::http2::{ENHANCE_YOUR_CALM, Http2, NO_ERROR};
use crate::server::Server;
use crate::support::TestClock;

const KEY: &str = "sk-very-secret-0123456789";
const NUMBER: &str = "+15551234567";

/// All that an error can print, and its sources.
fn printed(error: &linq::Error) -> String {
    let mut printed = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        printed += &format!(" {error} {error:?} {error:#?}");
        source = error.source();
    }
    printed
}

#[tokio::test]
async fn a_certificate_can_not_repeat_the_key() {
    let authority = Authority::new();
    let names = [format!("{KEY}.example")];
    let config = authority.server_with(CertificateParams::new(names).unwrap());
    let server = Server::http2(config, |_, connection: Http2| connection.respond_to_all()).await;
    let http = authority.http_client().build().unwrap();
    let builder = server.builder().http_client(http).api_key(KEY);
    let client = builder.build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_tls(), "{error}");
    let printed = printed(&error);
    assert!(printed.contains("[redacted].example"), "{printed}");
    assert!(!printed.contains("very-secret"), "{printed}");
}

#[tokio::test]
async fn only_the_reason_of_a_shutdown_is_shown() {
    let authority = Authority::new();
    for (code, reason) in [
        (ENHANCE_YOUR_CALM, "ENHANCE_YOUR_CALM"),
        (NO_ERROR, "NO_ERROR"),
    ] {
        let serve = move |_, mut connection: Http2| async move {
            if connection.request().await.is_some() {
                let echo = format!("you sent {KEY} for Ann, {NUMBER}\n");
                connection
                    .go_away(0, code, echo.repeat(250).as_bytes())
                    .await;
                while connection.next().await.is_some() {}
            }
        };
        let server = Server::http2(authority.server(), serve).await;
        let builder = authority
            .builder(&server)
            .api_key(KEY)
            .clock(TestClock::new());
        let client = builder.build().unwrap();
        let read = client
            .contact_card()
            .retrieve()
            .phone_number(NUMBER)
            .await
            .unwrap_err();
        let write = client
            .contact_card()
            .create(NUMBER, "Ann")
            .await
            .unwrap_err();
        for error in [read, write] {
            let text = error.to_string().replace(&server.host(), "[host]");
            assert!(
                text.contains(&format!("the server sent HTTP/2 GOAWAY {reason};")),
                "{text}"
            );
            let printed = printed(&error);
            for secret in ["very-secret", "5551234567", "Ann", "you sent"] {
                assert!(!printed.contains(secret), "{printed}");
            }
            assert!(text.len() < 300, "{}", text.len());
        }
    }
}
