//! The secret that webhooks are signed with.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::error::{WebhookError, WebhookErrorKind};

const PREFIX: &str = "whsec_";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret in both forms that deliveries are signed with. It is never shown, and erased from
/// memory when dropped.
pub(crate) struct Secret {
    text: SecretString,
    key: SecretSlice<u8>,
}

impl Secret {
    pub(crate) fn new(text: SecretString) -> Result<Self, WebhookError> {
        let key = decoded(text.expose_secret()).map_err(|problem| {
            WebhookError::new(
                WebhookErrorKind::InvalidSecret,
                format!(
                    "the webhook secret {problem}; give the one of the webhook subscription as Linq shows \
                     it: `{PREFIX}` followed by base64, or base64 alone"
                ),
            )
        })?;
        Ok(Self { text, key })
    }

    /// The key of Standard Webhooks: the bytes that the secret encodes.
    pub(crate) fn key(&self) -> &[u8] {
        self.key.expose_secret()
    }

    /// The key of legacy deliveries: the secret's text.
    pub(crate) fn legacy_key(&self) -> &[u8] {
        self.text.expose_secret().as_bytes()
    }
}

fn decoded(text: &str) -> Result<SecretSlice<u8>, &'static str> {
    if text.contains(char::is_whitespace) {
        return Err("contains white space");
    }
    let key = BASE64
        .decode(text.strip_prefix(PREFIX).unwrap_or(text))
        .map(Zeroizing::new)
        .map_err(|_| "is not base64")?;
    if key.is_empty() {
        return Err("is empty");
    }
    // A copy of the exact size is not reallocated, so it leaves no trace in memory.
    Ok(SecretSlice::from(key.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> WebhookError {
        Secret::new(text.into()).err().unwrap()
    }

    #[test]
    fn accepts_base64_with_and_without_prefix_and_padding() {
        for text in [
            "whsec_c2VjcmV0cw==",
            "whsec_c2VjcmV0cw",
            "c2VjcmV0cw==",
            "c2VjcmV0cw",
        ] {
            let secret = Secret::new(text.into()).unwrap();
            assert_eq!(secret.key(), b"secrets");
            assert_eq!(secret.legacy_key(), text.as_bytes());
        }
    }

    #[test]
    fn an_error_does_not_show_the_secret() {
        for (text, problem) in [
            ("", "is empty"),
            ("whsec_", "is empty"),
            ("whsec_=", "is not base64"),
            ("====", "is not base64"),
            ("Zoe!", "is not base64"),
            ("sk-Zoe", "is not base64"),
            ("WHSEC_c2VjcmV0cw==", "is not base64"),
            ("whsec_whsec_c2VjcmV0cw==", "is not base64"),
            ("whsec_Zoe!", "is not base64"),
            ("whsec_Zoe-_Zoe", "is not base64"),
            ("whsec_c2VjcmV0cw==\n", "contains white space"),
            (" whsec_c2VjcmV0cw==", "contains white space"),
        ] {
            let error = error(text);
            assert_eq!(error.kind(), WebhookErrorKind::InvalidSecret);
            let shown = format!("{error} {error:#?}");
            assert!(shown.contains(problem), "{text:?}: {shown}");
            assert!(!shown.contains("Zoe") && !shown.contains("c2Vj"), "{shown}");
        }
    }
}
