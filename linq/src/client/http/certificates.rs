//! The certificates of authorities and of the client.

#[cfg(feature = "rustls")]
use std::sync::Arc;

use reqwest::{Certificate, Identity, Url};
#[cfg(feature = "rustls")]
use rustls::crypto::{CryptoProvider, aws_lc_rs};
#[cfg(feature = "rustls")]
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::client::http::failure::Failure;
use crate::error::Error;

/// Certificates beyond those of the system.
#[derive(Clone, Default)]
pub(crate) struct Certificates {
    pub(crate) roots: Vec<Certificate>,
    pub(crate) identity: Option<Identity>,
    /// TLS with only the certificates of the system, once they are loaded.
    #[cfg(feature = "rustls")]
    loaded: Option<rustls::ClientConfig>,
}

impl Certificates {
    /// The name of a setting that is not the default.
    pub(super) fn own(&self) -> Option<&'static str> {
        match self.identity {
            Some(_) => Some("identity"),
            None => (!self.roots.is_empty()).then_some("root_certificate"),
        }
    }

    /// Loads the certificates of the system, unless there are others: reqwest would load them for
    /// each HTTP client. If they can't be loaded, reqwest reports why.
    #[cfg(feature = "rustls")]
    pub(super) fn load(&mut self) {
        if self.own().is_none() {
            self.loaded = of_the_system().ok();
        }
    }

    pub(super) fn apply(
        &self,
        base_url: &Url,
        builder: reqwest::ClientBuilder,
    ) -> reqwest::ClientBuilder {
        let builder = with_backend(builder);
        if base_url.scheme() == "http" {
            // Most of the time that it takes to build a client is for loading root certificates.
            return builder.tls_certs_only([]);
        }
        #[cfg(feature = "rustls")]
        if let Some(loaded) = &self.loaded {
            return builder.tls_backend_preconfigured(loaded.clone());
        }
        let builder = builder.tls_certs_merge(self.roots.iter().cloned());
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }
}

/// TLS as reqwest sets it up.
#[cfg(feature = "rustls")]
fn of_the_system() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .with_platform_verifier()?
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Chooses rustls if both are there.
fn with_backend(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_rustls();
    builder
}

/// Reads the certificates of authorities.
pub(crate) fn roots(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    let roots = Certificate::from_pem_bundle(pem)
        .and_then(|roots| try_out(roots.clone(), None).map(|()| roots));
    let problem = match roots {
        Ok(roots) if roots.is_empty() => "it has no certificate".to_owned(),
        Ok(roots) => return Ok(roots),
        Err(error) => Failure::from(error).reason,
    };
    Err(Error::invalid_input(format!(
        "`root_certificate(..)` can't be used: {problem}; pass certificates in PEM format"
    )))
}

/// Reads a certificate and its private key.
pub(crate) fn identity(certificates: &[u8], key: &[u8]) -> Result<Identity, Error> {
    #[cfg(feature = "rustls")]
    let identity = Identity::from_pem(&[certificates, b"\n", key].concat());
    #[cfg(not(feature = "rustls"))]
    let identity = Identity::from_pkcs8_pem(certificates, from_key(key));
    identity
        .and_then(|identity| try_out(Vec::new(), Some(identity.clone())).map(|()| identity))
        .map_err(|error| {
            let problem = Failure::from(error).reason;
            Error::invalid_input(format!(
                "`identity(..)` can't be used: {problem}; pass a certificate and its private key, both in PEM format"
            ))
        })
}

/// A file in PEM format from the key in PKCS #8 format on: `native-tls` wants nothing before it, but
/// many tools write attributes or a certificate there.
#[cfg(any(test, not(feature = "rustls")))]
fn from_key(pem: &[u8]) -> &[u8] {
    const BEGIN: &[u8] = b"-----BEGIN PRIVATE KEY-----";
    let start = pem.windows(BEGIN.len()).position(|part| part == BEGIN);
    start.and_then(|start| pem.get(start..)).unwrap_or(pem)
}

/// Lets TLS check certificates that are only parsed later.
fn try_out(roots: Vec<Certificate>, identity: Option<Identity>) -> reqwest::Result<()> {
    let builder = with_backend(reqwest::Client::builder().no_proxy()).tls_certs_only(roots);
    let builder = match identity {
        Some(identity) => builder.identity(identity),
        None => builder,
    };
    builder.build().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_before_a_key_is_left_out() {
        const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n";
        for before in [
            "",
            "\n",
            "\u{feff}",
            "Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n",
            "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
        ] {
            let pem = before.to_owned() + KEY;
            assert_eq!(from_key(pem.as_bytes()), KEY.as_bytes());
        }
        for other in ["", "-----BEGIN EC PRIVATE KEY-----\n"] {
            assert_eq!(from_key(other.as_bytes()), other.as_bytes());
        }
    }
}
