//! Checks the root certificates that the environment names.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};

use crate::error::Error;

const FILE_VARIABLE: &str = "SSL_CERT_FILE";

/// The advice when there are no root certificates.
pub(crate) const REMEDY: &str = "if the system has no root certificates, install them (such as the package \
     ca-certificates); the environment variables SSL_CERT_FILE and SSL_CERT_DIR replace them";

/// More bytes than any bundle of root certificates has.
const MAX_BYTES: u64 = 64 << 20;

/// Checks what `SSL_CERT_FILE` names, on platforms whose TLS reads it.
///
/// TLS ignores a file that can't be read, and then trusts no certificate: every request would fail
/// with an unknown authority.
pub(crate) fn check_environment() -> Result<(), Error> {
    let is_read = cfg!(all(
        unix,
        not(target_vendor = "apple"),
        not(target_os = "android")
    ));
    match env::var_os(FILE_VARIABLE).filter(|_| is_read) {
        None => Ok(()),
        Some(path) => check(&path),
    }
}

fn check(path: &OsStr) -> Result<(), Error> {
    let wrong = |problem: &str| {
        Err(Error::invalid_input(format!(
            "the environment variable {FILE_VARIABLE} {problem}; \
             name a file of root certificates in PEM format, or unset it"
        )))
    };
    if path.is_empty() {
        return wrong("is empty");
    }
    match has_certificate(path) {
        Ok(true) => Ok(()),
        Ok(false) => wrong("names a file without a certificate in PEM format"),
        Err(error) => wrong(&format!("names a file that can't be read ({error})")),
    }
}

fn has_certificate(path: &OsStr) -> io::Result<bool> {
    let mut text = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut text)?;
    Ok(text.split(|byte| *byte == b'\n').any(|line| {
        line.starts_with(b"-----BEGIN ") && line.trim_ascii_end().ends_with(b"CERTIFICATE-----")
    }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn an_invalid_file_is_reported_with_what_to_do() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let unreadable = |path: &Path| {
            // In the words of the operating system.
            let error = File::open(path)
                .and_then(|mut file| file.read(&mut [0]))
                .unwrap_err();
            format!("names a file that can't be read ({error})")
        };
        let [missing, folder] = [manifest.join("no/such/file"), manifest.to_owned()];
        for (path, wrong) in [
            (Path::new(""), "is empty".to_owned()),
            (&missing, unreadable(&missing)),
            (&folder, unreadable(&folder)),
            (
                &manifest.join("Cargo.toml"),
                "names a file without a certificate in PEM format".to_owned(),
            ),
        ] {
            assert_eq!(
                check(path.as_os_str()).unwrap_err().to_string(),
                format!(
                    "invalid input: the environment variable SSL_CERT_FILE {wrong}; \
                     name a file of root certificates in PEM format, or unset it"
                )
            );
        }
    }
}
