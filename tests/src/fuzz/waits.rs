//! Headers that ask for a wait: the client waits as long as they say, or fails at once.

use std::time::Duration;

use linq_sandbox::{Fault, Sandbox};
use reqwest::header::HeaderValue;

use super::{Fuzz, lines, rounds};
use crate::support::{TestClock, builder};

const MAX_WAIT: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);
const PRECISION: Duration = Duration::from_micros(1);

const TOKENS: &[&[u8]] = &[
    b"0",
    b"9",
    b"999999999999",
    b".",
    b"-",
    b"+",
    b"e",
    b"e308",
    b" ",
    b",",
    b"inf",
    b"NaN",
    b"0x10",
    b"GMT",
    b"Feb",
    b"30",
    b"60",
    b"1969",
    b"9999",
    b"\xd9\xa3",
];

#[tokio::test]
async fn a_wait_is_obeyed_and_bounded() {
    let clock = TestClock::new();
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox)
        .clock(clock.clone())
        .max_retry_wait(MAX_WAIT)
        .build()
        .unwrap();
    let (mut waited, mut failed) = (0, 0);
    let fuzz = Fuzz::new(lines("tests/fixtures/corpora/waits/values.txt"), TOKENS);
    fuzz.run(rounds(2_000), async |random, value| {
        let value = String::from_utf8_lossy(&value).into_owned();
        if HeaderValue::from_str(&value).is_err() {
            return;
        }
        let name = if random.bool() {
            "retry-after"
        } else {
            "retry-after-ms"
        };
        sandbox.misbehave(Fault::status(429).header(name, &value));
        let before = clock.waits().len();
        let outcome = client.contact_card().retrieve().await;
        let waits = clock.waits().split_off(before);
        let asked = asked(name, &value);
        match outcome {
            Ok(_) => {
                waited += 1;
                let [wait] = waits[..] else {
                    panic!("{value}: {waits:?}")
                };
                assert!(
                    wait <= MAX_WAIT + Duration::from_secs(5),
                    "{value}: {wait:?}"
                );
                assert!(
                    asked.is_none_or(|asked| wait + PRECISION >= asked),
                    "{value}: {wait:?}"
                );
            }
            Err(error) => {
                failed += 1;
                assert!(waits.is_empty(), "{value}: {waits:?}");
                assert_eq!(error.status().unwrap().as_u16(), 429);
                let wait = error.retry_after().unwrap();
                assert!(wait > MAX_WAIT && wait <= LONGEST, "{value}: {wait:?}");
                assert!(
                    asked.is_none_or(|asked| wait.abs_diff(asked.min(LONGEST)) < PRECISION),
                    "{value}: {wait:?}"
                );
            }
        }
    })
    .await;
    assert!(waited > 100 && failed > 100, "{waited} {failed}");
}

/// The wait that digits alone ask for.
fn asked(name: &str, value: &str) -> Option<Duration> {
    let is_number =
        !value.is_empty() && value.len() < 15 && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|_| is_number)?;
    Some(match name {
        "retry-after" => Duration::from_secs(number),
        _ => Duration::from_millis(number),
    })
}
