//! Reads the fields of a subscription from the body of a request.

use std::collections::BTreeSet;
use std::net::IpAddr;

use http::{HeaderName, HeaderValue};
use reqwest::Url;
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::rules::is_e164;

const MAX_URL: usize = 8_192;
const MAX_ITEMS: usize = 1_000;
const MAX_NAME: usize = 255;

/// The fields of a request body that is a JSON object. A field that is absent is `None`.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(fields) => Ok(Self(fields)),
            Err(_) => Err(Refusal::INVALID_BODY),
        }
    }

    /// Whether one of these fields is null.
    pub(super) fn has_null(&self, names: &[&str]) -> bool {
        let mut values = names.iter().filter_map(|name| self.0.get(*name));
        values.any(Value::is_null)
    }

    /// An https URL, or plain http to this machine, which the service would refuse.
    pub(super) fn target_url(&self) -> Result<Option<Url>, Refusal> {
        let Some(value) = self.0.get("target_url") else {
            return Ok(None);
        };
        let text = value.as_str().ok_or(Refusal::INVALID_BODY)?;
        let url = text.parse::<Url>().ok().filter(|_| text.len() <= MAX_URL);
        let url = url.filter(|url| match url.scheme() {
            "https" => url.has_host(),
            "http" => url.host_str().is_some_and(is_loopback),
            _ => false,
        });
        url.ok_or(Refusal::INVALID_PARAMETER).map(Some)
    }

    /// At least one event type; new ones appear without notice, so any name is accepted.
    pub(super) fn events(&self) -> Result<Option<Vec<String>>, Refusal> {
        let Some(value) = self.0.get("subscribed_events") else {
            return Ok(None);
        };
        let is_type = |text: &str| !text.is_empty() && HeaderValue::from_str(text).is_ok();
        let events = texts(value)?;
        if events.is_empty() || !events.iter().all(|event| is_type(event)) {
            return Err(Refusal::INVALID_PARAMETER);
        }
        Ok(Some(events))
    }

    /// Null means none, which stands for every line.
    pub(super) fn phone_numbers(&self) -> Result<Option<Vec<String>>, Refusal> {
        let numbers = match self.0.get("phone_numbers") {
            None => return Ok(None),
            Some(Value::Null) => Vec::new(),
            Some(value) => texts(value)?,
        };
        match numbers.iter().all(|number| is_e164(number)) {
            true => Ok(Some(numbers)),
            false => Err(Refusal::PHONE_NUMBER_NOT_E164),
        }
    }

    pub(super) fn is_active(&self) -> Result<Option<bool>, Refusal> {
        let value = self.0.get("is_active");
        let flag = |value: &Value| value.as_bool().ok_or(Refusal::INVALID_BODY);
        value.map(flag).transpose()
    }

    /// The name of a header; null and the empty text mean none.
    pub(super) fn header(&self, field: &str) -> Result<Option<Option<String>>, Refusal> {
        match self.0.get(field) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(name)) if name.is_empty() => Ok(Some(None)),
            Some(Value::String(name))
                if name.len() <= MAX_NAME && name.parse::<HeaderName>().is_ok() =>
            {
                Ok(Some(Some(name.clone())))
            }
            Some(Value::String(_)) => Err(Refusal::INVALID_PARAMETER),
            Some(_) => Err(Refusal::INVALID_BODY),
        }
    }
}

/// The texts of a list, without repetitions, in their order.
fn texts(value: &Value) -> Result<Vec<String>, Refusal> {
    let items = value.as_array().ok_or(Refusal::INVALID_BODY)?;
    let mut seen = BTreeSet::new();
    let mut texts = Vec::new();
    for item in items {
        let text = item.as_str().ok_or(Refusal::INVALID_BODY)?;
        if text.len() > MAX_NAME || items.len() > MAX_ITEMS {
            return Err(Refusal::INVALID_PARAMETER);
        }
        if seen.insert(text) {
            texts.push(text.to_owned());
        }
    }
    Ok(texts)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}
