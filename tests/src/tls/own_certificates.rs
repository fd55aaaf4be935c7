//! Authorities and client certificates that are settings of the client.

use linq::{Client, ClientBuilder, WriteOutcome};

use super::authority::Authority;
#[cfg(target_os = "linux")]
use super::authority::run_alone;
use super::certificates::serving;

async fn read(builder: ClientBuilder) -> linq::Result<()> {
    let client = builder.build()?;
    client.contact_card().retrieve().await.map(drop)
}

#[tokio::test]
async fn a_root_certificate_is_trusted() {
    let (ours, other) = (Authority::new(), Authority::new());
    let servers = [serving(ours.server()).await, serving(other.server()).await];
    for (trusted, is_ok) in [
        (String::new(), [false, false]),
        (ours.pem().to_owned(), [true, false]),
        (ours.pem().to_owned() + other.pem(), [true, true]),
    ] {
        for (server, is_ok) in servers.iter().zip(is_ok) {
            let builder = match trusted.as_str() {
                "" => server.builder(),
                pem => server.builder().root_certificate(pem),
            };
            let outcome = read(builder).await;
            assert_eq!(outcome.is_ok(), is_ok, "{outcome:?}");
        }
    }
    for server in &servers {
        let builder = ours.builder(server);
        read(builder.root_certificate(other.pem())).await.unwrap();
    }
}

// Elsewhere TLS does not read SSL_CERT_FILE.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_root_certificate_is_trusted_beside_those_of_the_environment() {
    use std::{env, fs, path::PathBuf};

    const NAME: &str =
        "tls::own_certificates::a_root_certificate_is_trusted_beside_those_of_the_environment";
    /// Names the folder with the base URLs of the servers and our certificate to the child process.
    const FOLDER: &str = "LINQ_TESTS_FOLDER";

    if let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) {
        let file = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let builder = |server: &str| crate::support::builder_at(&file(server));
        read(builder("theirs")).await.unwrap();
        assert!(read(builder("ours")).await.unwrap_err().is_tls());
        for server in ["theirs", "ours"] {
            let builder = builder(server).root_certificate(file("ours.pem"));
            read(builder).await.unwrap();
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let mut servers = Vec::new();
    for name in ["theirs", "ours"] {
        let authority = Authority::new();
        let server = serving(authority.server()).await;
        fs::write(file(name), format!("https://{}", server.host())).unwrap();
        fs::write(file(&format!("{name}.pem")), authority.pem()).unwrap();
        servers.push(server);
    }
    let (folder, roots) = (folder.path().to_owned(), file("theirs.pem"));
    let child = move || run_alone(NAME, &[(FOLDER, &folder), ("SSL_CERT_FILE", &roots)]);
    tokio::task::spawn_blocking(child).await.unwrap();
}

#[tokio::test]
async fn a_client_identifies_itself_by_its_certificate() {
    let authority = Authority::new();
    let server = serving(authority.server_for_known_clients()).await;
    let (certificate, key) = authority.identity();
    let builder = authority.builder(&server);
    read(builder.identity(certificate, key)).await.unwrap();

    let (certificate, key) = Authority::new().identity();
    let builder = authority.builder(&server);
    let client = builder.identity(certificate, key).build().unwrap();
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    let error = update.await.unwrap_err();
    assert!(error.is_tls() && !error.is_retryable(), "{error}");
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (1, Some(WriteOutcome::NotSent))
    );
}

/// The lines of a PEM file between the first and the last.
fn content(pem: &str) -> &str {
    let (_, rest) = pem.split_once("-----\n").unwrap();
    rest.split_once("\n-----").unwrap().0
}

#[test]
fn unusable_certificates_fail_the_build() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (certificate, key) = authority.identity();
    let (_, other_key) = other.identity();
    let garbage = certificate.replace(content(&certificate), "bm90IGEgY2VydGlmaWNhdGU=");
    let builder = || Client::builder().api_key("key");
    for (builder, setting) in [
        (builder().root_certificate(""), "root_certificate"),
        (builder().root_certificate(&key), "root_certificate"),
        (builder().root_certificate(&garbage), "root_certificate"),
        (
            builder().root_certificate(&certificate[..90]),
            "root_certificate",
        ),
        (builder().identity("", &key), "identity"),
        (builder().identity(&certificate, ""), "identity"),
        (builder().identity(&certificate, &certificate), "identity"),
        (builder().identity(&certificate, &other_key), "identity"),
        (builder().identity(&garbage, &key), "identity"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_invalid_input(), "{error}");
        let shown = format!("{error} {error:#?}");
        assert!(
            shown.contains(&format!("`{setting}(..)` can't be used: ")),
            "{shown}"
        );
        assert!(shown.contains("PEM format"), "{shown}");
        for key in [&key, &other_key] {
            let line = content(key).lines().next().unwrap();
            assert!(!shown.contains(line), "{shown}");
        }
    }
}

#[test]
fn certificates_are_not_shown() {
    let authority = Authority::new();
    let (certificate, key) = authority.identity();
    let builder = Client::builder()
        .api_key("key")
        .root_certificate(authority.pem())
        .identity(&certificate, &key);
    let shown = format!("{builder:#?}");
    let client = builder.build().unwrap();
    let shown = format!("{shown} {client:#?}");
    assert!(shown.contains("timeout"), "{shown}");
    for secret in ["identity", "PRIVATE", content(&key).lines().next().unwrap()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
