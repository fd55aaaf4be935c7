//! Failed handshakes: not retried, and reported with what to do.

#[cfg(target_os = "linux")]
use std::path::Path;
use std::sync::Arc;

use insta::assert_snapshot;
use linq::{Client, WriteOutcome};
use rcgen::string::Ia5String;
use rcgen::{CertificateParams, SanType, date_time_ymd};
use reqwest::redirect::Policy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

#[cfg(target_os = "linux")]
use super::authority::run_alone;
use super::authority::{Authority, authority_params, for_loopback, self_signed};
use super::http2::Http2;
use crate::server::Server;
use crate::support::TestClock;
use crate::support::without_reasons;

/// Sends `answer` for the first bytes that come, whatever they are.
async fn answering(answer: &'static [u8]) -> Server {
    Server::tcp(move |_, mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(answer).await;
        // The client closes first, so that its system doesn't drop the answer.
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
    })
    .await
    .with_tls()
}

pub(super) async fn serving(config: Arc<ServerConfig>) -> Server {
    Server::http2(config, |_, connection: Http2| connection.respond_to_all()).await
}

fn valid(from: i32, until: i32) -> CertificateParams {
    let mut params = for_loopback();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

/// Servers whose handshake fails.
async fn bad_servers(authority: &Authority) -> Vec<(&'static str, Server)> {
    let other_name =
        CertificateParams::new(["other.example".to_owned(), "10.0.0.1".to_owned()]).unwrap();
    vec![
        (
            "unknown authority",
            serving(Authority::new().server()).await,
        ),
        (
            "self-signed",
            serving(self_signed(|_| for_loopback())).await,
        ),
        (
            "self-signed authority",
            serving(self_signed(authority_params)).await,
        ),
        (
            "wrong name",
            serving(authority.server_with(other_name)).await,
        ),
        (
            "expired",
            serving(authority.server_with(valid(2000, 2001))).await,
        ),
        (
            "not yet valid",
            serving(authority.server_with(valid(3000, 3001))).await,
        ),
        (
            "client certificate",
            serving(authority.server_for_known_clients()).await,
        ),
        (
            "plain http",
            answering(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await,
        ),
        ("alert", answering(&[21, 3, 3, 0, 2, 2, 40]).await),
    ]
}

/// The error of a client for each of them.
async fn texts(authority: &Authority, client: impl Fn(&Server) -> Client) -> String {
    let mut lines = String::new();
    for (name, server) in bad_servers(authority).await {
        let client = client(&server);
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert!(error.is_tls() && !error.is_retryable(), "{name}: {error}");
        assert!(
            !error.is_connect() && !error.is_timeout(),
            "{name}: {error}"
        );
        assert_eq!((error.attempts(), server.accepted()), (1, 1), "{name}");
        let text = error.to_string().replace(&server.host(), "[host]");
        lines += &format!("{name}: {}\n", without_reasons(&text));

        // Nor does it count against the budget.
        for _ in 0..4 {
            let update = client
                .contact_card()
                .update("+15551234567")
                .first_name("Ann");
            let error = update.await.unwrap_err();
            assert!(error.is_tls() && !error.is_retryable(), "{name}: {error}");
            assert_eq!(
                (error.attempts(), error.write_outcome()),
                (1, Some(WriteOutcome::NotSent))
            );
        }
    }
    lines
}

// On other platforms, the system's own verifier chooses the words.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn each_failed_handshake_says_what_to_do() {
    let authority = Authority::new();
    let client = |server: &Server| authority.builder(server).build().unwrap();
    assert_snapshot!("rustls", texts(&authority, client).await);
}

/// The same with a custom HTTP client, whose TLS `backend` chooses.
async fn texts_with_custom_client(
    backend: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> String {
    let authority = Authority::new();
    texts(&authority, |server| {
        let http = backend(authority.http_client().redirect(Policy::none()));
        let http = http.build().unwrap();
        server.builder().http_client(http).build().unwrap()
    })
    .await
}

#[tokio::test]
async fn failed_handshakes_of_a_custom_client_say_what_to_do() {
    let lines = texts_with_custom_client(reqwest::ClientBuilder::tls_backend_rustls).await;
    assert_snapshot!("rustls", lines);
}

// Elsewhere native-tls is not OpenSSL.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn failed_handshakes_with_native_tls_say_what_to_do() {
    let lines = texts_with_custom_client(reqwest::ClientBuilder::tls_backend_native).await;
    assert_snapshot!("native_tls", lines);
}

#[tokio::test]
async fn a_certificate_can_not_write_to_the_terminal() {
    let authority = Authority::new();
    let mut params = CertificateParams::default();
    params.subject_alt_names = (0..900)
        .map(|n| {
            let name = format!("\u{1b}[2J\r\nall-is-well-{n}.example");
            SanType::DnsName(Ia5String::try_from(name).unwrap())
        })
        .collect();
    let server = serving(authority.server_with(params)).await;
    let http = authority.http_client().build().unwrap();
    let client = server.builder().http_client(http).build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_tls());
    let source = std::error::Error::source(&error).unwrap();
    for text in [
        error.to_string(),
        format!("{error:?}"),
        source.to_string(),
        format!("{source:?} {source:#?}"),
    ] {
        assert!(text.contains("all-is-well-0"), "{text}");
        assert!(
            text.len() < 1100 && !text.contains(char::is_control),
            "{}: {text}",
            text.len()
        );
    }
    assert!(!format!("{error:#?}").contains('\u{1b}'));
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_a_connection_error() {
    let server = Server::tcp(|_, stream: TcpStream| async { drop(stream) });
    let server = server.await.with_tls();
    let client = server.builder().clock(TestClock::new()).build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(
        error.is_connect() && !error.is_tls() && error.is_retryable(),
        "{error}"
    );
    assert_eq!((error.attempts(), server.accepted()), (3, 3));
}

// Elsewhere TLS does not read SSL_CERT_FILE.
#[cfg(target_os = "linux")]
#[test]
fn unreadable_root_certificates_fail_the_build() {
    let name = "tls::certificates::unreadable_root_certificates_fail_the_build";
    if std::env::var_os("SSL_CERT_FILE").is_some_and(|file| file == "no/such/file") {
        let error = Client::new("key").unwrap_err();
        assert!(error.is_invalid_input());
        let text = error.to_string();
        assert!(
            text.contains("SSL_CERT_FILE names a file that can't be read"),
            "{text}"
        );
        // Plain http to loopback needs none.
        crate::support::builder_at("http://127.0.0.1:9")
            .build()
            .unwrap();
        return;
    }
    run_alone(name, &[("SSL_CERT_FILE", Path::new("no/such/file"))]);
}
