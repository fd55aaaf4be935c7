//! The receiver of a webhook, and the requests to it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::signature::Secret;

/// How long the receiver has to respond.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The id of the subscription that the webhook of a sandbox stands for.
const SUBSCRIPTION_ID: &str = "b6f0c9a2-5e1d-4c38-9f47-0a8d7e6c5b14";

/// The version of the payload of a URL that asks for no other.
const NEWEST_VERSION: &str = "2026-02-03";
const VERSIONS: &[&str] = &["2025-01-01", NEWEST_VERSION];

/// It keeps no connections, so that it is of no runtime.
static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        // A connection that the receiver is about to close would make an attempt fail by chance.
        .pool_max_idle_per_host(0)
        .build()
        .ok()
});

/// Where events are sent, and what they are signed with.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    subscription_id: String,
    url: Url,
    /// The newest first; never empty.
    secrets: Vec<Secret>,
    is_open: Arc<AtomicBool>,
}

/// An event as every attempt sends it.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) event_type: String,
    pub(crate) body: Bytes,
}

impl Endpoint {
    /// The endpoint of a subscription, which takes events while it is open.
    pub(crate) fn new(
        subscription_id: String,
        url: Url,
        secrets: Vec<Secret>,
        is_open: Arc<AtomicBool>,
    ) -> Self {
        Self {
            subscription_id,
            url,
            secrets,
            is_open,
        }
    }

    /// The webhook that a sandbox is built with.
    pub(crate) fn parse(url: &str, secrets: &[String]) -> io::Result<Self> {
        let url = parse_url(url).map_err(invalid)?;
        let secrets = parse_secrets(secrets).map_err(invalid)?;
        let is_open = Arc::new(AtomicBool::new(true));
        Ok(Self::new(SUBSCRIPTION_ID.into(), url, secrets, is_open))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// The version of the payload, which the URL can choose.
    pub(crate) fn version(&self) -> &'static str {
        let mut query = self.url.query_pairs();
        let asked = query.find_map(|(name, value)| (name == "version").then_some(value));
        let mut versions = VERSIONS.iter();
        let known = versions.find(|version| asked.as_deref() == Some(**version));
        known.copied().unwrap_or(NEWEST_VERSION)
    }

    /// Sends `message` once; returns the status of the response, if there was one.
    pub(crate) async fn attempt(&self, message: &Message, now: SystemTime) -> Option<StatusCode> {
        let client = CLIENT.as_ref()?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH);
        let timestamp = now.map_or(0, |now| now.as_secs());
        let signatures: Vec<_> = self
            .secrets
            .iter()
            .map(|secret| secret.sign(&message.id, timestamp, &message.body))
            .collect();
        let response = client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .header("x-webhook-event", &message.event_type)
            .header("x-webhook-subscription-id", &self.subscription_id)
            .header("x-webhook-timestamp", timestamp)
            .header(
                "x-webhook-signature",
                self.secrets[0].sign_legacy(timestamp, &message.body),
            )
            .body(message.body.clone())
            .send()
            .await;
        response.ok().map(|response| response.status())
    }
}

fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("the webhook URL {text:?} is not valid: {error}"))?;
    match url.scheme() {
        "http" => Ok(url),
        "https" if cfg!(feature = "rustls") => Ok(url),
        "https" => Err(format!(
            "the webhook URL {text:?} needs TLS: enable the feature `rustls` of linq-sandbox, or \
             use http"
        )),
        _ => Err(format!(
            "the webhook URL {text:?} must start with http:// or https://"
        )),
    }
}

/// The message ends up in logs, so it does not show a secret.
fn parse_secrets(texts: &[String]) -> Result<Vec<Secret>, String> {
    if texts.is_empty() {
        return Err("a webhook needs a secret".into());
    }
    let secrets: Option<_> = texts.iter().map(|text| Secret::parse(text)).collect();
    secrets.ok_or_else(|| "a webhook secret is `whsec_` followed by base64".into())
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_WEBHOOK_SECRET;

    fn refusal(url: &str, secrets: &[&str]) -> Option<String> {
        let secrets: Vec<_> = secrets.iter().map(|&secret| secret.into()).collect();
        let error = Endpoint::parse(url, &secrets).err()?;
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        Some(error.to_string())
    }

    #[test]
    fn invalid_urls_are_refused() {
        for (url, why) in [
            ("", "the webhook URL \"\" is not valid: "),
            ("/hook", "the webhook URL \"/hook\" is not valid: "),
            ("http://", "the webhook URL \"http://\" is not valid: "),
            (
                "localhost:1/hook",
                "the webhook URL \"localhost:1/hook\" must start with http:// or https://",
            ),
        ] {
            let text = refusal(url, &[DEFAULT_WEBHOOK_SECRET]).unwrap();
            assert!(text.starts_with(why), "{text}");
        }
        for url in ["http://127.0.0.1:1/hook?a=b", "HTTP://[::1]"] {
            assert_eq!(refusal(url, &[DEFAULT_WEBHOOK_SECRET]), None);
        }
    }

    #[test]
    fn https_needs_its_feature() {
        let refusal = refusal("https://example.com", &[DEFAULT_WEBHOOK_SECRET]);
        assert_eq!(refusal.is_none(), cfg!(feature = "rustls"), "{refusal:?}");
    }

    #[test]
    fn every_secret_is_checked_and_none_is_shown() {
        let url = "http://127.0.0.1:1";
        let why = "a webhook secret is `whsec_` followed by base64";
        for secrets in [&["hunter2"][..], &[DEFAULT_WEBHOOK_SECRET, "whsec_hunter2"]] {
            assert_eq!(refusal(url, secrets).as_deref(), Some(why));
        }
        assert_eq!(
            refusal(url, &[]).as_deref(),
            Some("a webhook needs a secret")
        );
        assert_eq!(refusal(url, &[DEFAULT_WEBHOOK_SECRET; 2]), None);
    }
}
