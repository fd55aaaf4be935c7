//! Signatures: HMAC-SHA256, compared in constant time by the crate `hmac`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The prefix of a Standard Webhooks signature in this version.
const VERSION: &str = "v1,";

/// The bytes of a signature.
pub(crate) type Signature = [u8; 32];

/// The signatures in a list `v1,<base64> v1,<base64> …`. Malformed entries don't count.
pub(crate) fn from_list(list: &[u8]) -> Vec<Signature> {
    list.split(u8::is_ascii_whitespace)
        .filter_map(|entry| entry.strip_prefix(VERSION.as_bytes()))
        .filter_map(|encoded| STANDARD.decode(encoded).ok()?.try_into().ok())
        .collect()
}

/// The signature in hexadecimal digits.
pub(crate) fn from_hex(digits: &[u8]) -> Option<Signature> {
    let (pairs, []) = digits.as_chunks() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes: Option<Vec<_>> = pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok())
        .collect();
    bytes?.try_into().ok()
}

/// Signs the data that it has been fed.
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

    /// Whether one of `signatures` is valid.
    pub(crate) fn accepts_any_of(&self, signatures: &[Signature]) -> bool {
        let accepts = |signature| self.0.clone().verify_slice(signature).is_ok();
        signatures.iter().any(|signature| accepts(signature))
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

    fn accepts_list(list: &[u8]) -> bool {
        signer().accepts_any_of(&from_list(list))
    }

    fn accepts_hex(signer: &Signer, digits: &str) -> bool {
        from_hex(digits.as_bytes()).is_some_and(|signature| signer.accepts_any_of(&[signature]))
    }

    #[test]
    fn matches_the_published_vector() {
        assert_eq!(signer().signature(), SIGNATURE);
        assert!(accepts_list(SIGNATURE.as_bytes()));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn matches_the_vector_of_rfc_4231() {
        let signer = Signer::new(b"Jefe", &[b"what do ya want for nothing?"]).unwrap();
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signer.clone().hex_signature(), hex);
        assert!(accepts_hex(&signer, hex));
        assert!(accepts_hex(&signer, &hex.to_uppercase()));
    }

    #[test]
    fn one_valid_signature_among_others_is_enough() {
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
            assert_eq!(from_list(junk.as_bytes()).len(), 0, "{junk}");
            for list in [
                format!("{junk} {SIGNATURE}"),
                format!("{SIGNATURE} {junk}"),
                format!("{junk}  {SIGNATURE}\t{junk}"),
            ] {
                assert!(accepts_list(list.as_bytes()), "{list}");
            }
        }
        let mut list = b"v1,\xff\xfe ".to_vec();
        assert!(!accepts_list(&list));
        list.extend(SIGNATURE.as_bytes());
        assert!(accepts_list(&list));
    }

    #[test]
    fn a_wrong_signature_is_not_accepted() {
        let other = "v1,AAhM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(from_list(other.as_bytes()).len(), 1);
        assert!(!accepts_list(other.as_bytes()));
        assert!(!accepts_hex(&signer(), &"0".repeat(64)));
    }

    #[test]
    fn a_truncated_signature_is_not_accepted() {
        let bytes = SIGNATURE.as_bytes();
        for end in 0..bytes.len() {
            assert_eq!(from_list(&bytes[..end]).len(), 0, "{end}");
        }
        let hex = signer().hex_signature();
        assert!(accepts_hex(&signer(), &hex));
        for end in 0..hex.len() {
            assert_eq!(from_hex(&hex.as_bytes()[..end]), None, "{end}");
        }
        for more in ["0", "00"] {
            assert_eq!(from_hex(format!("{hex}{more}").as_bytes()), None);
        }
        let sign = hex.replacen(char::is_alphanumeric, "+", 1);
        assert_eq!(from_hex(sign.as_bytes()), None);
    }
}
