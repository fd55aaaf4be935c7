//! A certificate authority, and a process that trusts it.

use std::path::Path;
use std::process::{self, Command};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, thread};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData as _,
};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// How long a test may wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// Names the folder of the authority to the child process.
const FOLDER: &str = "LINQ_TESTS_AUTHORITY";

/// Runs the test of this name in a process of its own, whose TLS trusts an authority. TLS reads
/// from the environment which one to trust, and all tests of a process share that.
pub(crate) fn trusting(name: &str, test: impl AsyncFnOnce(Authority)) {
    if let Some(folder) = env::var_os(FOLDER) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        thread::spawn(|| {
            // Not on a clock that a test may pause.
            thread::sleep(PATIENCE);
            process::exit(1);
        });
        return runtime.block_on(test(Authority::read(Path::new(&folder))));
    }
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    authority.write(folder.path());
    let certificate = folder.path().join("authority.pem");
    run_alone(
        name,
        &[(FOLDER, folder.path()), ("SSL_CERT_FILE", &certificate)],
    );
}

/// Runs the test of this name in a process of its own.
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
        Self::with_key(KeyPair::generate().unwrap())
    }

    fn with_key(key: KeyPair) -> Self {
        let params = authority_params(&key);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    fn read(folder: &Path) -> Self {
        let key = fs::read_to_string(folder.join("authority.key")).unwrap();
        let mut read = Self::with_key(KeyPair::from_pem(&key).unwrap());
        read.pem = fs::read_to_string(folder.join("authority.pem")).unwrap();
        read
    }

    fn write(&self, folder: &Path) {
        fs::write(folder.join("authority.pem"), &self.pem).unwrap();
        let key = self.issuer.key().serialize_pem();
        fs::write(folder.join("authority.key"), key).unwrap();
    }

    /// The certificate, for HTTP clients of the caller's own.
    pub(crate) fn certificate(&self) -> reqwest::Certificate {
        reqwest::Certificate::from_pem(self.pem.as_bytes()).unwrap()
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
    CertificateParams::new(["127.0.0.1".to_owned()]).unwrap()
}

/// Each authority has a name of its own, by its key.
pub(crate) fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = for_loopback();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("{:?}", key.der_bytes()));
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
