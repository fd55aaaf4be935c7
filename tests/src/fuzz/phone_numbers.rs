//! Phone numbers: exactly those that the contract allows are accepted, and they stay what they are.

use linq::PhoneNumber;
use linq_sandbox::validator;
use serde_json::Value;

use super::{Fuzz, lines, rounds};
use crate::spec::spec;

const TOKENS: &[&[u8]] = &[
    b"+",
    b"0",
    b"1",
    b"00",
    b"+1",
    b" ",
    b"-",
    b"(",
    b")",
    b".",
    b"\n",
    b"\0",
    b"ext",
    b"\xd9\xa3",
    b"\xef\xbc\x8b",
    b"\xe2\x80\xad",
    b"1234567890",
];

#[tokio::test]
async fn numbers_of_the_contract_are_accepted_and_kept() {
    let spec = spec();
    let schema =
        &spec["components"]["schemas"]["ContactCardCreateRequest"]["properties"]["phone_number"];
    let contract = validator(&spec, schema).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    let fuzz = Fuzz::new(
        lines("tests/fixtures/corpora/phone-numbers/values.txt"),
        TOKENS,
    );
    fuzz.run(rounds(20_000), async |_, text| {
        let text = String::from_utf8_lossy(&text).into_owned();
        let number: Result<PhoneNumber, _> = text.parse();
        assert_eq!(
            number.is_ok(),
            contract.is_valid(&Value::from(text.as_str())),
            "{text:?}"
        );
        match number {
            Ok(number) => {
                accepted += 1;
                assert_eq!(number.as_str(), text);
                let json = serde_json::to_string(&number).unwrap();
                assert_eq!(json, format!("\"{text}\""));
                assert_eq!(serde_json::from_str::<PhoneNumber>(&json).unwrap(), number);
            }
            Err(error) => {
                refused += 1;
                let line = error.to_string();
                assert!(
                    line.len() < 600 && !line.contains(char::is_control),
                    "{line}"
                );
            }
        }
    })
    .await;
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} {refused}");
}
