//! The settings for certificates.

use super::ClientBuilder;
use crate::client::http::certificates::{identity, roots};

impl ClientBuilder {
    /// Certificates of authorities to trust, in PEM format, in addition to those of the system and
    /// of earlier calls. Needs the feature `rustls` or `native-tls`.
    ///
    /// ```no_run
    /// let client = linq::Client::builder()
    ///     .api_key("key")
    ///     .root_certificate(std::fs::read("authority.pem")?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// On Linux, the environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name a file and
    /// folders of certificates that replace those of the system. On Android, rustls accepts no
    /// further authorities, and [`build`](Self::build) fails.
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Self {
        self.with(roots(pem.as_ref()), |builder, roots| {
            builder.network.certificates.roots.extend(roots);
        })
    }

    /// The certificate by which the client identifies itself if the server asks for one, and its
    /// private key, both in PEM format. Needs the feature `rustls` or `native-tls`.
    ///
    /// The certificates of intermediate authorities follow the client's own. The key is in PKCS #8
    /// format (`BEGIN PRIVATE KEY`); with `rustls`, it can also be in PKCS #1 or SEC1 format. It is
    /// never shown.
    ///
    /// ```no_run
    /// let client = linq::Client::builder()
    ///     .api_key("key")
    ///     .identity(std::fs::read("client.pem")?, std::fs::read("client.key")?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identity(self, certificates: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        let identity = identity(certificates.as_ref(), key.as_ref());
        self.with(identity, |builder, identity| {
            builder.network.certificates.identity = Some(identity);
        })
    }
}
