//! Signs deliveries, in the standard and in the legacy way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A secret that deliveries are signed with: `whsec_`, then base64.
#[derive(Clone)]
pub(crate) struct Secret {
    /// Keyed with the bytes that the base64 stands for.
    standard: Hmac<Sha256>,
    /// Keyed with the text of the secret.
    legacy: Hmac<Sha256>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        if bytes.is_empty() {
            return None;
        }
        Some(Self {
            standard: Hmac::new_from_slice(&bytes).ok()?,
            legacy: Hmac::new_from_slice(text.as_bytes()).ok()?,
        })
    }

    /// One signature of the header `webhook-signature`.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mac = self
            .standard
            .clone()
            .chain_update(format!("{id}.{timestamp}."))
            .chain_update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// The header `X-Webhook-Signature`.
    pub(crate) fn sign_legacy(&self, timestamp: u64, body: &[u8]) -> String {
        let mac = self
            .legacy
            .clone()
            .chain_update(format!("{timestamp}."))
            .chain_update(body);
        let bytes = mac.finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    #[test]
    fn matches_the_published_standard_webhooks_vector() {
        let signature = Secret::parse(SECRET).unwrap().sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            BODY,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// `printf '1614265330.{"test": 2432232314}' | openssl dgst -sha256 -hmac "$SECRET"`
    #[test]
    fn the_legacy_signature_matches_openssl() {
        let signature = Secret::parse(SECRET)
            .unwrap()
            .sign_legacy(1_614_265_330, BODY);
        assert_eq!(
            signature,
            "2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964"
        );
    }

    #[test]
    fn a_secret_is_whsec_and_base64() {
        for text in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
            " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
        ] {
            assert!(Secret::parse(text).is_none(), "{text:?}");
        }
    }
}
