//! Signatures: HMAC-SHA256, compared in constant time by the crate `hmac`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What a signature of Standard Webhooks in this version begins with.
const VERSION: &str = "v1,";

/// The state that signs what it has been fed.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    /// Signs the parts of a message, joined by full stops.
    pub(crate) fn new(key: &[u8], parts: &[&[u8]]) -> Result<Self, InvalidLength> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                mac.update(b".");
            }
            mac.update(part);
        }
        Ok(Self(mac))
    }

    fn accepts(&self, signature: &[u8]) -> bool {
        self.0.clone().verify_slice(signature).is_ok()
    }

    /// Whether one of a list of signatures `v1,<base64>` is right. Entries of another form don't count.
    pub(crate) fn accepts_any_of(&self, list: &[u8]) -> bool {
        list.split(u8::is_ascii_whitespace)
            .filter_map(|entry| entry.strip_prefix(VERSION.as_bytes()))
            .filter_map(|encoded| STANDARD.decode(encoded).ok())
            .any(|signature| self.accepts(&signature))
    }

    /// Whether a signature in hexadecimal digits is right.
    pub(crate) fn accepts_hex(&self, digits: &[u8]) -> bool {
        from_hex(digits).is_some_and(|signature| self.accepts(&signature))
    }

    pub(crate) fn signature(self) -> String {
        format!(
            "{VERSION}{}",
            STANDARD.encode(self.0.finalize().into_bytes())
        )
    }

    pub(crate) fn hex_signature(self) -> String {
        let bytes = self.0.finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_chunks() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test vector of the specification of Standard Webhooks.
    const KEY: &[u8] = b"\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0";
    const PARTS: [&[u8]; 3] = [
        b"msg_p5jXN8AQM9LWM0D4loKWxJek",
        b"1614265330",
        b"{\"test\": 2432232314}",
    ];
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn signer() -> Signer {
        Signer::new(KEY, &PARTS).unwrap()
    }

    #[test]
    fn the_published_vector() {
        assert_eq!(signer().signature(), SIGNATURE);
        assert!(signer().accepts_any_of(SIGNATURE.as_bytes()));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_vector_of_the_rfc() {
        let signer = Signer::new(b"Jefe", &[b"what do ya want for nothing?"]).unwrap();
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signer.clone().hex_signature(), hex);
        assert!(signer.accepts_hex(hex.as_bytes()));
        assert!(signer.accepts_hex(hex.to_uppercase().as_bytes()));
    }

    #[test]
    fn one_right_entry_is_enough_whatever_is_beside_it() {
        for junk in [
            "",
            "v1,",
            "v1",
            "v1,*",
            "v1,AAAA",
            "v1a,AAAA",
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "\u{663}",
            ", ,",
        ] {
            assert!(!signer().accepts_any_of(junk.as_bytes()), "{junk}");
            for list in [
                format!("{junk} {SIGNATURE}"),
                format!("{SIGNATURE} {junk}"),
                format!("{junk}  {SIGNATURE}\t{junk}"),
            ] {
                assert!(signer().accepts_any_of(list.as_bytes()), "{list}");
            }
        }
        let mut list = b"v1,\xff\xfe ".to_vec();
        assert!(!signer().accepts_any_of(&list));
        list.extend(SIGNATURE.as_bytes());
        assert!(signer().accepts_any_of(&list));
    }

    #[test]
    fn a_part_of_the_signature_is_not_enough() {
        let bytes = SIGNATURE.as_bytes();
        for end in 0..bytes.len() {
            assert!(!signer().accepts_any_of(&bytes[..end]), "{end}");
        }
        let hex = signer().hex_signature();
        for end in 0..hex.len() {
            assert!(!signer().accepts_hex(&hex.as_bytes()[..end]), "{end}");
        }
        for more in ["0", "00"] {
            assert!(!signer().accepts_hex(format!("{hex}{more}").as_bytes()));
        }
        assert!(!signer().accepts_hex(hex.replacen(char::is_alphanumeric, "+", 1).as_bytes()));
    }
}
