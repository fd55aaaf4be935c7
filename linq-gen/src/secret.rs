//! A secret that the API returns or takes.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret that the API returns, such as that of a webhook subscription.
///
/// `{:?}` does not show it, and its memory is overwritten when it is dropped. Types that hold a
/// returned secret are serialized without it.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself. Store it where you store other secrets, and don't log it.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret.into())
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

/// Takes as long wherever the difference is.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.expose_secret(), other.expose_secret());
        let difference = |all, (a, b): (u8, u8)| all | (a ^ b);
        one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, difference) == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// For requests, which are sent to the service alone.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "password"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_it() {
        let secret = Secret::from("whsec_hunter2");
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        assert_eq!(format!("{secret:#?}"), "Secret([redacted])");
        assert_eq!(secret.expose_secret(), "whsec_hunter2");
    }

    #[test]
    fn the_same_text_is_the_same_secret() {
        let secret = Secret::from("abc");
        assert_eq!(secret, Secret::from("abc".to_owned()));
        for other in ["", "abd", "bbc", "bac", "abcd", "ab"] {
            assert_ne!(secret, Secret::from(other));
        }
    }
}
