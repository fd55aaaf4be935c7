//! A receiver of webhooks.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper that fails fails its test"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use linq_sandbox::{DEFAULT_WEBHOOK_SECRET, Fault, ReceivedRequest, Sandbox, SandboxBuilder};
use sha2::Sha256;

/// The bytes that the default secret stands for.
pub(crate) const KEY: &[u8] = b"linq-sandbox-webhook-key";

/// A server that responds to the first deliveries with these faults, and to all others with 200.
pub(crate) async fn receiver(faults: impl IntoIterator<Item = Fault>) -> Sandbox {
    let receiver = Sandbox::start().await.unwrap();
    for fault in faults {
        receiver.misbehave(fault);
    }
    receiver.misbehave(Fault::status(200).always());
    receiver
}

pub(crate) fn sandbox_with_webhook(receiver: &Sandbox) -> SandboxBuilder {
    let url = format!("{}/hook?of=linq", receiver.origin());
    Sandbox::builder().webhook(url, [DEFAULT_WEBHOOK_SECRET])
}

pub(crate) fn header<'r>(request: &'r ReceivedRequest, name: &str) -> &'r str {
    request.headers[name].to_str().unwrap()
}

fn hmac(key: &[u8], prefix: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(&[prefix.as_bytes(), body].concat());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn signature(key: &[u8], request: &ReceivedRequest) -> String {
    let id = header(request, "webhook-id");
    let timestamp = header(request, "webhook-timestamp");
    let mac = hmac(key, &format!("{id}.{timestamp}."), &request.body);
    format!("v1,{}", STANDARD.encode(mac))
}

/// The legacy signature by the default secret.
pub(crate) fn legacy_signature(request: &ReceivedRequest) -> String {
    let timestamp = header(request, "x-webhook-timestamp");
    let key = DEFAULT_WEBHOOK_SECRET.as_bytes();
    let mac = hmac(key, &format!("{timestamp}."), &request.body);
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}
