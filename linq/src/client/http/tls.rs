//! Why a TLS handshake failed, and what to do about it.

use std::fmt;
use std::io;

use super::chain::Chain;

/// Why a TLS handshake failed. Retrying does not help.
// Each backend reports some of these.
#[cfg_attr(not(feature = "rustls"), allow(dead_code))]
pub(super) enum Problem {
    Expired,
    NotYetValid,
    UnknownAuthority,
    /// The names that the certificate is for.
    WrongName(Vec<String>),
    BadCertificate(String),
    ClientCertificate,
    NotTls,
    /// The alert of the server.
    Alert(String),
    Other(String),
}

impl Problem {
    /// What to do about it, if that is known.
    pub(super) fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::Expired => "have the certificate renewed, and check the clock of this machine",
            Self::NotYetValid => "check the clock of this machine",
            Self::UnknownAuthority => {
                "check the base URL, or trust the authority with `root_certificate(..)` or SSL_CERT_FILE"
            }
            Self::WrongName(_) => "check the base URL",
            Self::BadCertificate(_) => "have the certificate replaced",
            Self::ClientCertificate => "pass one to `identity(..)`, or to your own HTTP client",
            Self::NotTls => "check the scheme and the port of the base URL",
            Self::Alert(_) | Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => f.write_str("the certificate has expired"),
            Self::NotYetValid => f.write_str("the certificate is not valid yet"),
            Self::UnknownAuthority => {
                f.write_str("the certificate is self-signed, or its authority is unknown")
            }
            Self::WrongName(names) if names.is_empty() => {
                f.write_str("the certificate is for another host")
            }
            Self::WrongName(names) => {
                write!(
                    f,
                    "the certificate is for another host: {}",
                    names.join(", ")
                )
            }
            Self::BadCertificate(reason) => {
                write!(f, "the certificate is not acceptable: {reason}")
            }
            Self::ClientCertificate => {
                f.write_str("the server requires a client certificate that it accepts")
            }
            Self::NotTls => {
                f.write_str("the server speaks plain HTTP, or another protocol that is not TLS")
            }
            Self::Alert(alert) => write!(f, "the server sent the alert {alert}"),
            Self::Other(reason) => write!(f, "the handshake failed: {reason}"),
        }
    }
}

/// What is wrong with a handshake, if that is what failed.
pub(super) fn problem(chain: &Chain<'_>, is_connect: bool) -> Option<Problem> {
    #[cfg(feature = "rustls")]
    if let Some(problem) = rustls::problem(chain, is_connect) {
        return Some(problem);
    }
    #[cfg(feature = "native-tls")]
    if let Some(problem) = native::problem(chain, is_connect) {
        return Some(problem);
    }
    // The TLS of a custom client.
    let io = chain.find::<io::Error>().filter(|_| is_connect)?;
    (io.kind() == io::ErrorKind::InvalidData)
        .then(|| Problem::Other(io::ErrorKind::InvalidData.to_string()))
}

#[cfg(feature = "rustls")]
mod rustls {
    use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

    use super::super::chain::Chain;
    use super::Problem;

    /// By these alerts a server refuses the client's part of the handshake, even if they arrive
    /// after it.
    const REFUSED_CLIENT: [AlertDescription; 9] = [
        AlertDescription::CertificateRequired,
        AlertDescription::BadCertificate,
        AlertDescription::UnsupportedCertificate,
        AlertDescription::CertificateRevoked,
        AlertDescription::CertificateExpired,
        AlertDescription::CertificateUnknown,
        AlertDescription::UnknownCA,
        AlertDescription::AccessDenied,
        AlertDescription::HandshakeFailure,
    ];

    pub(super) fn problem(chain: &Chain<'_>, is_connect: bool) -> Option<Problem> {
        match chain.find::<Error>() {
            Some(error) if is_connect => Some(problem_of(error)),
            Some(Error::AlertReceived(alert)) => refused_client(|refused| refused == alert),
            Some(_) => None,
            // h2 keeps only the text of an error of the connection.
            None => {
                let text = chain.root();
                let is_text =
                    |alert: &AlertDescription| Error::AlertReceived(*alert).to_string() == text;
                refused_client(is_text)
            }
        }
    }

    fn refused_client(is: impl Fn(&AlertDescription) -> bool) -> Option<Problem> {
        REFUSED_CLIENT
            .iter()
            .any(is)
            .then_some(Problem::ClientCertificate)
    }

    fn problem_of(error: &Error) -> Problem {
        match error {
            Error::InvalidCertificate(error) => certificate_problem(error),
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Problem::NotTls,
            Error::AlertReceived(AlertDescription::CertificateRequired) => {
                Problem::ClientCertificate
            }
            Error::AlertReceived(alert) => Problem::Alert(format!("{alert:?}")),
            other => Problem::Other(other.to_string()),
        }
    }

    /// A name without its kind: `DnsName("example.com")`, `IpAddress(127.0.0.1)`.
    fn host_name(presented: &str) -> String {
        let name = presented
            .split_once('(')
            .map_or(presented, |(_, name)| name);
        name.trim_end_matches(')').trim_matches('"').to_owned()
    }

    fn certificate_problem(error: &CertificateError) -> Problem {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Problem::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Problem::NotYetValid
            }
            CertificateError::UnknownIssuer => Problem::UnknownAuthority,
            CertificateError::NotValidForName => Problem::WrongName(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                Problem::WrongName(presented.iter().map(|name| host_name(name)).collect())
            }
            other => match other.to_string() {
                // A self-signed certificate of an authority.
                text if text.contains("CaUsedAsEndEntity") => Problem::UnknownAuthority,
                text => Problem::BadCertificate(text),
            },
        }
    }
}

#[cfg(feature = "native-tls")]
mod native {
    use std::io;

    use super::super::chain::Chain;
    use super::Problem;

    /// The numbers of the alerts by which a server refuses the client's part of the handshake.
    const REFUSED_CLIENT: [&str; 9] = ["40", "42", "43", "44", "45", "46", "48", "49", "116"];

    /// The platform's TLS reports the problem only as text, which is best known for OpenSSL.
    pub(super) fn problem(chain: &Chain<'_>, is_connect: bool) -> Option<Problem> {
        if !is_connect {
            // h2 keeps only the text of an error of the connection.
            let text = chain.root();
            let (_, number) = text.split_once(":SSL alert number ")?;
            return REFUSED_CLIENT
                .contains(&number)
                .then_some(Problem::ClientCertificate);
        }
        let error = chain.find::<native_tls::Error>()?;
        if chain.has::<io::Error>() {
            // The connection broke.
            return None;
        }
        Some(problem_of(&error.to_string()))
    }

    fn problem_of(text: &str) -> Problem {
        let lower = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if let Some((_, alert)) = lower.split_once(" alert ") {
            Problem::Alert(alert.split(':').next().unwrap_or_default().to_owned())
        } else if says(&["has expired"]) {
            Problem::Expired
        } else if says(&["not yet valid"]) {
            Problem::NotYetValid
        } else if says(&["mismatch"]) {
            Problem::WrongName(Vec::new())
        } else if says(&[
            "local issuer",
            "issuer certificate",
            "self-signed",
            "self signed",
            "not trusted",
        ]) {
            Problem::UnknownAuthority
        } else if says(&[
            "wrong version number",
            "packet length too long",
            "http request",
        ]) {
            Problem::NotTls
        } else {
            Problem::Other(text.to_owned())
        }
    }
}
