//! A response: the value and its envelope.

use std::fmt;
use std::sync::Arc;

use linq_gen::Received;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::client::api_key::Credentials;
use crate::decode::{decode, without_bom};
use crate::error::{Error, Kind, trace_id};

/// What [`Request::send`](crate::Request::send) returns: the value, and the envelope that it came
/// in.
///
/// ```no_run
/// # async fn example(client: linq::Client) -> linq::Result<()> {
/// let response = client.contact_card().retrieve().send().await?;
/// println!("trace id {:?}", response.trace_id());
/// for card in &response.value().contact_cards {
///     println!("{}", card.phone_number);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Response<T> {
    value: T,
    received: Received,
    trace_id: Option<String>,
    attempts: u32,
    /// The credentials that were sent; `None` if the response is redacted already.
    credentials: Option<Arc<Credentials>>,
}

impl<T> Response<T> {
    pub(crate) fn new(
        value: T,
        received: Received,
        attempts: u32,
        credentials: Arc<Credentials>,
    ) -> Self {
        Self {
            value,
            trace_id: trace_id::in_headers(&received, &credentials.api_key),
            received,
            attempts,
            credentials: Some(credentials),
        }
    }

    /// Turns a refusal into a response with `value`; only the beginning of its body is left.
    pub(crate) fn from_error(error: Error, value: T) -> Result<Self, Error> {
        let attempts = error.attempts();
        let (received, trace_id) = error.into_received()?;
        Ok(Self {
            value,
            received,
            trace_id,
            attempts,
            credentials: None,
        })
    }

    /// A response that a test makes up.
    #[cfg(feature = "testing")]
    pub(crate) fn made_up(value: T, received: Received, attempts: u32) -> Self {
        let trace_id = received.header("x-trace-id").next().map(str::to_owned);
        Self {
            value,
            trace_id,
            received,
            attempts,
            credentials: None,
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            received: self.received,
            trace_id: self.trace_id,
            attempts: self.attempts,
            credentials: self.credentials,
        }
    }

    pub(crate) fn received(&self) -> &Received {
        &self.received
    }

    pub(crate) fn credentials(&self) -> Option<&Arc<Credentials>> {
        self.credentials.as_ref()
    }

    /// The value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, without its envelope.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.received.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.received.headers
    }

    /// The `X-Trace-ID` of the response; quote it when you contact Linq support.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// The number of attempts, at least 1.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Reads the body into your own type, or into a
    /// [`Value`](crate::serde_json::Value), for fields that the returned type does not have.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// let response = client.phone_numbers().list().send().await?;
    /// let json: linq::serde_json::Value = response.json()?;
    /// println!("{}", json["phone_numbers"][0]["a_new_field"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_decode`] if the body does not fit; the text names the path of the problem.
    pub fn json<U: DeserializeOwned>(&self) -> Result<U, Error> {
        decode(without_bom(self.body())).map_err(|problem| {
            let text = format!("the body can't be read: {problem}");
            Error::new(Kind::Decode, text).with_advice("check the type that it is read into")
        })
    }

    /// The raw body. A secret in it, such as that of a new webhook subscription, is replaced with
    /// `[redacted]`.
    pub fn body(&self) -> &[u8] {
        &self.received.body
    }
}

/// Omits headers and body.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("trace_id", &self.trace_id())
            .field("attempts", &self.attempts)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
