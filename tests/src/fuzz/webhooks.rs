//! Deliveries: the verifier never panics, and only signed deliveries pass.

use std::collections::BTreeSet;

use linq::webhook::{Event, WebhookError};

use super::{Fuzz, rounds};
use crate::webhook_corpus::{Delivery, builder, corpus, is_authentic};

/// What deliveries are made of.
const TOKENS: &[&[u8]] = &[
    b"\n",
    b"\n\n",
    b".",
    b",",
    b" ",
    b":",
    b"v1,",
    b"=",
    b"0",
    b"\xff",
    b"\"",
    b"{}",
    b"1767323045",
    b"webhook-id: evt_1\n",
    b"webhook-timestamp: 1767323045\n",
    b"X-Webhook-Timestamp: 1767323045\n",
];

/// What a signature covers, and how the text is to be asked.
type Signed = (Option<Vec<u8>>, Vec<u8>, Vec<u8>);

fn standard(delivery: &Delivery) -> Signed {
    let [id, timestamp] = ["webhook-id", "webhook-timestamp"].map(|name| delivery.header(name));
    let timestamp = timestamp.unwrap_or_default().to_vec();
    (id.map(<[u8]>::to_vec), timestamp, delivery.body.to_vec())
}

fn legacy(delivery: &Delivery) -> Signed {
    let timestamp = delivery.header("x-webhook-timestamp").unwrap_or_default();
    (None, timestamp.to_vec(), delivery.body.to_vec())
}

fn check_text(outcome: &Result<Event, WebhookError>) {
    if let Err(error) = outcome {
        let text = error.to_string();
        assert!(
            text.len() < 300 && !text.contains(char::is_control),
            "{text}"
        );
        let text = format!("{text} {error:#?}");
        assert!(!text.contains("Zoe") && !text.contains("MfKQ"), "{text}");
    }
}

#[tokio::test]
async fn only_what_was_signed_passes() {
    let corpus = corpus();
    let verifier = builder().build().unwrap();
    let accepting = builder().accept_legacy_headers().build().unwrap();
    let mut signed = BTreeSet::new();
    for (_, file) in corpus
        .iter()
        .filter(|(name, _)| name.starts_with("signed-"))
    {
        let delivery = Delivery::read(file);
        if delivery.header("webhook-id").is_some() {
            signed.insert(standard(&delivery));
        }
        if delivery.header("x-webhook-signature").is_some() {
            signed.insert(legacy(&delivery));
        }
    }
    let bodies: Vec<_> = corpus
        .iter()
        .map(|(_, file)| Delivery::read(file).body)
        .collect();
    let rounds = rounds(20_000);
    let mut kinds = BTreeSet::new();
    let mut passed = 0;
    let files = corpus.iter().map(|(_, file)| file.clone()).collect();
    let fuzz = Fuzz::new(files, TOKENS);
    fuzz.run(rounds, async |random, mut file| {
        if random.u8(..7) == 0 {
            // Headers of one delivery with the body of another.
            file.truncate(file.len() - Delivery::read(&file).body.len());
            file.extend(bodies[random.usize(..bodies.len())]);
        }
        let delivery = Delivery::read(&file);
        let either = delivery.verify(&accepting);
        check_text(&either);
        if is_authentic(&either) {
            let covered = [standard(&delivery), legacy(&delivery)];
            assert!(
                covered.iter().any(|covered| signed.contains(covered)),
                "{:?}",
                String::from_utf8_lossy(&file)
            );
        }
        for (outcome, covered) in [
            (delivery.verify(&verifier), standard(&delivery)),
            (delivery.verify_legacy(&verifier), legacy(&delivery)),
        ] {
            check_text(&outcome);
            if is_authentic(&outcome) {
                passed += 1;
                assert!(
                    signed.contains(&covered),
                    "{:?}",
                    String::from_utf8_lossy(&file)
                );
            }
            kinds.insert(match outcome {
                Ok(_) => "an event".to_owned(),
                Err(error) => format!("{:?}", error.kind()),
            });
        }
    })
    .await;
    assert!(passed > rounds / 100, "{passed} of {rounds} passed");
    let reached: Vec<_> = kinds.iter().map(String::as_str).collect();
    assert_eq!(
        reached,
        [
            "InvalidHeader",
            "InvalidTimestamp",
            "MissingHeader",
            "NoMatchingSignature",
            "NotJson",
            "TooNew",
            "TooOld",
            "UnexpectedShape",
            "an event",
        ]
    );
}
