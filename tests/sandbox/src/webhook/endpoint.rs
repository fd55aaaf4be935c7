//! The receiver of a webhook, and the requests to it.

use std::io;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::signature::Secret;
use crate::clock::Clock;

/// How long the receiver has to respond.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The id of the subscription that the webhook stands for.
const SUBSCRIPTION_ID: &str = "b6f0c9a2-5e1d-4c38-9f47-0a8d7e6c5b14";

/// Where events are sent, and what they are signed with.
pub(crate) struct Endpoint {
    url: Url,
    /// The newest first; never empty.
    secrets: Vec<Secret>,
    client: Client,
    clock: Clock,
}

/// An event as every attempt sends it.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) event_type: String,
    pub(crate) body: Bytes,
}

impl Endpoint {
    pub(crate) fn new(url: &str, secrets: &[String], clock: Clock) -> io::Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            // A connection that the receiver is about to close would make an attempt fail by chance.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            url: parse_url(url).map_err(invalid)?,
            secrets: parse_secrets(secrets).map_err(invalid)?,
            client,
            clock,
        })
    }

    /// Sends `message` once; returns the status of the response, if there was one.
    pub(crate) async fn attempt(&self, message: &Message) -> Option<StatusCode> {
        // Receivers refuse what is not from now.
        let now = self.clock.unmoved().duration_since(SystemTime::UNIX_EPOCH);
        let timestamp = now.map_or(0, |now| now.as_secs());
        let signatures: Vec<_> = self
            .secrets
            .iter()
            .map(|secret| secret.sign(&message.id, timestamp, &message.body))
            .collect();
        let response = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures.join(" "))
            .header("x-webhook-event", &message.event_type)
            .header("x-webhook-subscription-id", SUBSCRIPTION_ID)
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
        let error = Endpoint::new(url, &secrets, Clock::new(SystemTime::now)).err()?;
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        Some(error.to_string())
    }

    #[test]
    fn invalid_urls_are_refused() {
        for (url, why) in [
            (
                "",
                "the webhook URL \"\" is not valid: relative URL without a base",
            ),
            (
                "/hook",
                "the webhook URL \"/hook\" is not valid: relative URL without a base",
            ),
            (
                "http://",
                "the webhook URL \"http://\" is not valid: empty host",
            ),
            (
                "localhost:1/hook",
                "the webhook URL \"localhost:1/hook\" must start with http:// or https://",
            ),
        ] {
            assert_eq!(
                refusal(url, &[DEFAULT_WEBHOOK_SECRET]).as_deref(),
                Some(why)
            );
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
