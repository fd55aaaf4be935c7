//! A certificate authority, and tests in a process of their own.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use linq::ClientBuilder;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData as _,
};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::server::Server;

/// Runs the test of this name in a process of its own, with these environment variables, which all
/// tests of a process share.
pub(crate) fn run_alone(name: &str, variables: &[(&str, &Path)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env_remove("SSL_CERT_DIR")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let output_text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && output_text.contains("1 passed"),
        "{output_text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let params = authority_params(&key);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    /// A builder for a client of `server` that trusts this authority.
    pub(crate) fn builder(&self, server: &Server) -> ClientBuilder {
        server.builder().root_certificate(self.pem())
    }

    /// An HTTP client of the caller's own, which follows redirects. It verifies certificates the
    /// same way on every platform.
    pub(crate) fn http_client(&self) -> reqwest::ClientBuilder {
        let certificate = reqwest::Certificate::from_pem(self.pem.as_bytes()).unwrap();
        let builder = reqwest::Client::builder().no_proxy();
        builder.tls_backend_rustls().tls_certs_only([certificate])
    }

    /// The certificate in PEM format.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A client's certificate and its private key, in PEM format.
    pub(crate) fn identity(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::default().signed_by(&key, &self.issuer);
        (certificate.unwrap().pem(), key.serialize_pem())
    }

    /// The configuration of a server that this authority vouches for.
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        self.server_with(for_loopback())
    }

    /// The same with another certificate.
    pub(crate) fn server_with(&self, params: CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        server(None, &certificate, &key)
    }

    /// The same for a server that wants a certificate of the client.
    pub(crate) fn server_for_known_clients(&self) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = for_loopback().signed_by(&key, &self.issuer).unwrap();
        let mut roots = RootCertStore::empty();
        let clients = authority_params(self.issuer.key());
        let clients = clients.self_signed(self.issuer.key()).unwrap();
        roots.add(clients.der().clone()).unwrap();
        server(Some(roots), &certificate, &key)
    }
}

/// The configuration of a server with a self-signed certificate.
pub(crate) fn self_signed(params: impl FnOnce(&KeyPair) -> CertificateParams) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    server(None, &params(&key).self_signed(&key).unwrap(), &key)
}

pub(crate) fn for_loopback() -> CertificateParams {
    for_host("127.0.0.1")
}

/// As macOS wants it: for servers, and not for more than two years.
pub(crate) fn for_host(name: &str) -> CertificateParams {
    const MONTH: Duration = Duration::from_secs(30 * 86_400);

    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = (SystemTime::now() - MONTH).into();
    params.not_after = (SystemTime::now() + MONTH).into();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// Each authority has a name of its own, by its key.
pub(crate) fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = for_loopback();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("{:?}", key.der_bytes()));
    params.extended_key_usages.clear();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params
}

fn server(
    clients: Option<RootCertStore>,
    certificate: &rcgen::Certificate,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(roots) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .unwrap(),
        ),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let mut config = builder
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}
