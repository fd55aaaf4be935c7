//! A corpus of deliveries: good, forged and odd ones.
//!
//! Each file of `tests/fixtures/corpora/webhooks` holds header lines, an empty line and a body, byte
//! for byte. Those named `signed-…` were signed by a program in another language.

use std::fs;

use insta::assert_snapshot;
use linq::webhook::{Event, EventKind, Verifier, VerifierBuilder, WebhookError};

use crate::support::{TestClock, without_reasons};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET: &str = "whsec_c2VjcmV0LXRoYXQtcmVwbGFjZXMtaXQ=";

/// A verifier for two secrets, on the tests' clock.
pub(crate) fn verifier() -> Verifier {
    builder().build().unwrap()
}

pub(crate) fn builder() -> VerifierBuilder {
    Verifier::builder()
        .secret(SECRET)
        .secret(OTHER_SECRET)
        .clock(TestClock::new())
}

/// The files, by their names.
pub(crate) fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/corpora/webhooks");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// What a file says, whether or not it makes sense.
pub(crate) struct Delivery<'a> {
    pub(crate) headers: Vec<(&'a str, &'a [u8])>,
    pub(crate) body: &'a [u8],
}

impl<'a> Delivery<'a> {
    pub(crate) fn read(file: &'a [u8]) -> Self {
        let mut headers = Vec::new();
        let mut rest = file;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let line = &rest[..end];
            rest = &rest[end + 1..];
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|&byte| byte == b':');
            let (name, value) = line.split_at(colon.unwrap_or(line.len()));
            let value = value.strip_prefix(b": ").unwrap_or(value);
            headers.extend(str::from_utf8(name).ok().map(|name| (name, value)));
        }
        let body = rest;
        Self { headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    pub(crate) fn verify(&self, verifier: &Verifier) -> Result<Event, WebhookError> {
        verifier.verify(self.headers.iter().copied(), self.body)
    }

    pub(crate) fn verify_legacy(&self, verifier: &Verifier) -> Result<Event, WebhookError> {
        verifier.verify_legacy(self.headers.iter().copied(), self.body)
    }
}

/// Whether a delivery was proven to be Linq's, its body being readable or not.
pub(crate) fn is_authentic(outcome: &Result<Event, WebhookError>) -> bool {
    outcome
        .as_ref()
        .map_or_else(WebhookError::is_authentic, |_| true)
}

fn shown(outcome: Result<Event, WebhookError>) -> String {
    match outcome {
        Ok(event) => match event.kind {
            EventKind::ContactCardReceived(_) => "ContactCardReceived".to_owned(),
            EventKind::ContactCardCreated(_) => "ContactCardCreated".to_owned(),
            EventKind::ContactCardUpdated(_) => "ContactCardUpdated".to_owned(),
            EventKind::ContactCardDeleted(_) => "ContactCardDeleted".to_owned(),
            other => format!("{other:?}"),
        },
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}

#[test]
fn verdict_on_each_delivery() {
    let mut table = String::new();
    for (name, file) in corpus() {
        let delivery = Delivery::read(&file);
        let outcome = delivery.verify(&verifier());
        let legacy = delivery.verify_legacy(&verifier());
        assert_eq!(
            is_authentic(&outcome) || is_authentic(&legacy),
            name.starts_with("signed-"),
            "{name}"
        );
        if let Err(error) = &outcome {
            let kept = error.is_authentic().then_some(delivery.body);
            assert_eq!(error.body(), kept, "{name}");
            let id = kept.and(delivery.header("webhook-id"));
            assert_eq!(error.delivery_id().map(str::as_bytes), id, "{name}");
        }
        table += &format!("{name}\n  {}\n", shown(outcome));
        if delivery.header("x-webhook-signature").is_some() {
            table += &format!("  legacy {}\n", shown(legacy));
        }
    }
    assert_snapshot!(without_reasons(&table));
}
