//! Reads the body of a delivery.

use std::collections::HashMap;

use linq_gen::types::{ContactCardChangedData, WebhookEnvelope};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::{Event, EventKind, OtherEvent};
use crate::decode::{decode, is_array};

/// A UUID has 36 bytes.
const LONGEST_ID: usize = 1_024;

/// The part of the body beside the envelope.
#[derive(Deserialize)]
struct Body<T> {
    data: T,
}

impl Event {
    /// Reads the body of a delivery that has been verified.
    pub(crate) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let raw_json = str::from_utf8(body).map_err(|_| {
            WebhookError::new(
                WebhookErrorKind::NotJson,
                "the delivery is Linq's, but its body is not UTF-8",
            )
        })?;
        let envelope: WebhookEnvelope = read(body)?;
        if !(1..=LONGEST_ID).contains(&envelope.event_id.len()) {
            return Err(unexpected(&format!(
                "event_id: expected 1 to {LONGEST_ID} bytes, by which an event can be told from others"
            )));
        }
        Ok(Self {
            kind: EventKind::read(&envelope.event_type, body)?,
            event_id: envelope.event_id,
            event_type: envelope.event_type,
            created_at: envelope.created_at,
            api_version: envelope.api_version,
            webhook_version: envelope.webhook_version,
            trace_id: envelope.trace_id,
            partner_id: envelope.partner_id,
            raw_json: raw_json.to_owned(),
        })
    }
}

impl EventKind {
    fn read(event_type: &str, body: &[u8]) -> Result<Self, WebhookError> {
        Ok(match event_type {
            "contact_card.received" => Self::ContactCardReceived(data(body)?),
            "contact_card.created" => Self::ContactCardCreated(changed_data(body)?),
            "contact_card.updated" => Self::ContactCardUpdated(changed_data(body)?),
            "contact_card.deleted" => Self::ContactCardDeleted(changed_data(body)?),
            _ => Self::Other(OtherEvent {
                event_type: event_type.to_owned(),
                data: read::<Body<Option<Box<RawValue>>>>(body)?
                    .data
                    .map_or_else(|| "null".to_owned(), |data| data.get().to_owned()),
            }),
        })
    }
}

fn data<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebhookError> {
    Object::whole(body).object("data")?;
    Ok(read::<Body<T>>(body)?.data)
}

/// The data of a change, which has objects in it.
fn changed_data(body: &[u8]) -> Result<ContactCardChangedData, WebhookError> {
    let data = Object::whole(body).object("data")?;
    data.object("actor")?;
    data.object("contact_card")?;
    let change = data.object("change")?;
    for field in ["first_name", "last_name", "image_url"] {
        change.object(field)?;
    }
    Ok(read::<Body<_>>(body)?.data)
}

/// An object whose fields have not been read. serde takes an array for an object, and its items for the
/// fields in their order; this doesn't.
struct Object<'a> {
    path: String,
    fields: HashMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    fn whole(body: &'a [u8]) -> Self {
        Self::read(String::new(), body)
    }

    /// What is no object has no fields: that is told by whoever reads it.
    fn read(path: String, json: &'a [u8]) -> Self {
        let fields = serde_json::from_slice(json).unwrap_or_default();
        Self { path, fields }
    }

    /// The object that a field holds, without fields where it holds none; no array.
    fn object(&self, field: &str) -> Result<Self, WebhookError> {
        let separator = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{separator}{field}", self.path);
        let json = self.fields.get(field).map(|value| value.get().as_bytes());
        match json {
            Some(json) if is_array(json) => Err(unexpected(&format!(
                "{path}: expected an object, found an array"
            ))),
            json => Ok(Self::read(path, json.unwrap_or_default())),
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebhookError> {
    decode(body).map_err(|problem| {
        if problem.is_json() {
            unexpected(&problem.to_string())
        } else {
            WebhookError::new(
                WebhookErrorKind::NotJson,
                format!("the delivery is Linq's, but its body is {problem}"),
            )
        }
    })
}

fn unexpected(problem: &str) -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::UnexpectedShape,
        format!(
            "the delivery is Linq's, but not as the API documents: {problem}; look for a newer version of linq"
        ),
    )
}

#[cfg(test)]
mod tests;
