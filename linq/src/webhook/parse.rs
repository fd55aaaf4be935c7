//! Reads the event from the body of a delivery.

use std::collections::HashMap;

use linq_gen::ReadData;
use linq_gen::events::{EventKind, OtherEvent};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use crate::decode::{Undecodable, decode};

impl Event {
    /// Reads the body of a verified delivery. A JSON object with an `event_id` always becomes an
    /// event, because Linq does not send it again once it is refused.
    pub(crate) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let text = String::from_utf8_lossy(body);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let fields = Fields::read(text).map_err(|problem| unreadable(&problem))?;
        let event_id = fields.id().map_err(|problem| unexpected(&problem))?;
        let event_type: Result<String, String> = fields.get("event_type");
        let kind = match str::from_utf8(body) {
            Ok(_) => kind(event_type.as_deref(), &fields),
            Err(_) => other(
                event_type.as_deref(),
                &fields,
                Some("not UTF-8: U+FFFD replaces invalid bytes".to_owned()),
            ),
        };
        Ok(Self {
            kind,
            event_id,
            event_type: event_type.unwrap_or_default(),
            created_at: fields.get("created_at").ok(),
            api_version: fields.get("api_version").ok(),
            webhook_version: fields.get("webhook_version").ok(),
            trace_id: fields.get("trace_id").ok(),
            partner_id: fields.get("partner_id").ok(),
            raw_json: text.to_owned(),
        })
    }
}

/// What happened, with typed data; an event of any other type is kept as it came.
fn kind(event_type: Result<&str, &String>, fields: &Fields<'_>) -> EventKind {
    let read = match event_type {
        Ok(event_type) => EventKind::read(event_type, fields),
        Err(problem) => Some(Err(problem.clone())),
    };
    match read {
        Some(Ok(kind)) => kind,
        Some(Err(reason)) => other(event_type, fields, Some(reason)),
        None => other(event_type, fields, None),
    }
}

fn other(
    event_type: Result<&str, &String>,
    fields: &Fields<'_>,
    reason: Option<String>,
) -> EventKind {
    EventKind::Other(OtherEvent::new(
        event_type.unwrap_or_default().to_owned(),
        fields.raw("data").unwrap_or("null").to_owned(),
        reason,
    ))
}

/// The fields of the body. Each is read by itself, so that an invalid one does not spoil the
/// others.
struct Fields<'a>(HashMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    fn read(text: &'a str) -> Result<Self, Undecodable> {
        decode(text.as_bytes()).map(Self)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get())
    }

    /// The event's id. A number is not documented, but is accepted.
    fn id(&self) -> Result<String, String> {
        let name = "event_id";
        if let Some(number) = self.raw(name)
            && number.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        {
            return Ok(number.to_owned());
        }
        let id: String = self.get(name)?;
        if id.is_empty() {
            return Err(format!("{name}: expected a string that is not empty"));
        }
        Ok(id)
    }

    /// The value of a field, or why there is none.
    fn get<T: Deserialize<'a>>(&self, name: &str) -> Result<T, String> {
        match self.raw(name) {
            None => Err(format!("{name}: missing")),
            Some(value) => {
                decode(value.as_bytes()).map_err(|problem| problem.within(name).to_string())
            }
        }
    }
}

impl ReadData for Fields<'_> {
    type Error = String;

    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        self.get("data")
    }
}

fn unreadable(problem: &Undecodable) -> WebhookError {
    if problem.is_json() {
        return unexpected(&problem.to_string());
    }
    WebhookError::new(
        WebhookErrorKind::NotJson,
        format!("the delivery is authentic, but its body is {problem}"),
    )
}

fn unexpected(problem: &str) -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::UnexpectedShape,
        format!(
            "the delivery is authentic, but its body is not as the API documents: {problem}; look for a newer \
             version of linq"
        ),
    )
}

#[cfg(test)]
mod tests;
